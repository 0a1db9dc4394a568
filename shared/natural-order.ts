/** How names are put in order, as people sort them: main does it with a million of them, and the window has to agree with it. */

/** What stands behind every text, and in none. */
export const end = 0;
const slash = 0x2f;

/** In one case, without accents, and whichever way those are written: for searching and sorting only. */
export function fold(text: string): string {
  // eslint-disable-next-line no-control-regex -- all of ASCII, and that is nearly every name
  if (/^[\x01-\x7f]*$/.test(text)) return text.toUpperCase();
  const plain = text.normalize('NFKD').replaceAll(/[\u0300-\u036f]/g, '');
  return plain.toUpperCase().normalize('NFC').replaceAll('\0', '\ufffd');
}

export const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;

/**
 * Two folded texts in UTF-8, by where they begin in their bytes; they go on to `end`, or to the end of the bytes. Numbers are
 * compared by their value, and a folder's name goes before what only begins like it. 0: they read the same.
 */
export function compareNaturally(text: Uint8Array, at: number, otherText: Uint8Array, otherAt: number): number {
  for (;;) {
    const a = text[at] ?? end;
    const b = otherText[otherAt] ?? end;
    if (isDigit(a) && isDigit(b)) {
      const behind = numberEnd(text, at);
      const otherBehind = numberEnd(otherText, otherAt);
      const difference = compareNumbers(text, at, behind, otherText, otherAt, otherBehind);
      if (difference !== 0) return difference;
      at = behind;
      otherAt = otherBehind;
      continue;
    }
    if (a !== b) return rank(a) - rank(b);
    if (a === end) return 0;
    at += 1;
    otherAt += 1;
  }
}

/** A folder's end goes before every sign that a longer name goes on with. */
const rank = (byte: number) => (byte === slash ? 1 : byte);

function numberEnd(text: Uint8Array, at: number): number {
  let behind = at;
  while (isDigit(text[behind] ?? end)) behind += 1;
  return behind;
}

/** By their values, whatever zeros stand before them. Numbers of any length: `at` to `behind`. */
function compareNumbers(
  text: Uint8Array,
  at: number,
  behind: number,
  otherText: Uint8Array,
  otherAt: number,
  otherBehind: number,
): number {
  while (at < behind && text[at] === 0x30) at += 1;
  while (otherAt < otherBehind && otherText[otherAt] === 0x30) otherAt += 1;
  const longer = behind - at - (otherBehind - otherAt);
  if (longer !== 0) return longer;
  for (; at < behind; at++, otherAt++) {
    const difference = (text[at] ?? 0) - (otherText[otherAt] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

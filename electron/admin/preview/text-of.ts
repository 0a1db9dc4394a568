/** The beginning of a file as text that can be shown: whatever is in it, it moves no cursor and turns no direction. */

/** Control characters, and what turns the direction of the text behind it. Tabs and the ends of lines stay. */
const hidden = /(?![\t\n\f])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

const marks: readonly [bytes: readonly number[], encoding: string][] = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** `head`: the first bytes, perhaps cut in the middle of a letter. What is no letter becomes �, or the picture of a control. */
export function textOf(head: Uint8Array): string {
  const text = new TextDecoder(encodingOf(head)).decode(head, { stream: true });
  return text.replace(/\r\n?/g, '\n').replace(hidden, pictureOf);
}

/** Whether bytes of which nothing is known read as text. */
export function isText(head: Uint8Array): boolean {
  if (encodingOf(head) !== 'utf-8') return true;
  if (head.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function encodingOf(head: Uint8Array): string {
  return marks.find(([bytes]) => bytes.every((byte, at) => head[at] === byte))?.[1] ?? 'utf-8';
}

/** Unicode has one for each control character. */
function pictureOf(sign: string): string {
  const code = sign.charCodeAt(0);
  if (code === 0x7f) return '\u2421';
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
}

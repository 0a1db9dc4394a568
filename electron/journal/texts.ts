/**
 * Very many short texts in one piece of memory: searched by any part of them, and compared as people sort, in milliseconds for
 * a million. They are kept folded: in one case and without accents.
 */
import { compareNaturally, end, isDigit } from '../../shared/natural-order.ts';
import { createShapes, hasDigit, says } from './shapes.ts';

const separator = String.fromCharCode(end);

/** How many places are remembered at which a part was found in names. */
const placesKept = 8;

export interface Texts {
  /** One entry of one or two texts, folded; they are found together. Returns its number: they are counted from 0. */
  add(first: string, second?: string): number;
  count(): number;
  /** A byte for each entry, 1 where a text of it contains `part`, which is folded and not empty. */
  search(part: string): Uint8Array;
  /** A byte for each entry: 1 where its first, 2 where its last, 3 where both of its texts begin with `part`, which is folded. */
  starting(part: string): Uint8Array;
  /** A byte for each entry, 1 where it ends with `part`, which is folded. */
  ending(part: string): Uint8Array;
  /** The first texts of two entries: numbers by their value, a folder's name before what only begins like it. 0: they read the same. */
  compare(one: number, other: number): number;
}

/** Of a folded text. */
function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

export function createTexts(): Texts {
  let bytes = Buffer.alloc(1 << 16);
  /** of each entry, and of the one that comes next */
  let starts = new Uint32Array(1 << 12);
  /** which of A to Z, and of 0 to 9, are in each */
  let letters = new Uint32Array(1 << 12);
  let digits = new Uint16Array(1 << 12);
  /** where the last text of each begins, from the entry's start on */
  let lasts = new Uint16Array(1 << 12);
  /** the shape of each, of both its texts */
  let shaped = new Uint16Array(1 << 12);
  const shapes = createShapes();
  let count = 0;

  const startOf = (entry: number) => starts[entry] ?? 0;

  function append(text: string): void {
    const at = startOf(count + 1);
    const room = at + text.length * 3 + 1; // no UTF-16 unit takes more than three bytes
    if (room > bytes.length) bytes = Buffer.concat([bytes], Math.max(room, bytes.length * 2));
    const written = bytes.write(text, at, 'utf8');
    bytes[at + written] = end;
    starts[count + 1] = at + written + 1;
  }

  function keepContaining(hits: Uint8Array, marked: number, part: Uint8Array): void {
    if (marked < count / 2) keepEach(hits, part, bytes, starts);
    else keepPart(hits, part, bytes.subarray(0, startOf(count)), starts);
  }

  return {
    add(first, second) {
      if (count + 2 > starts.length) {
        starts = grown(starts, count + 2);
        letters = grown(letters, count + 2);
        digits = grown(digits, count + 2);
        lasts = grown(lasts, count + 2);
        shaped = grown(shaped, count + 2);
      }
      starts[count + 1] = startOf(count);
      append(first);
      if (second !== undefined) {
        lasts[count] = startOf(count + 1) - startOf(count);
        append(second);
      }
      const text = bytes.subarray(startOf(count), startOf(count + 1));
      letters[count] = lettersOf(text);
      digits[count] = digitsOf(text);
      shaped[count] = shapes.numberOf(second === undefined ? first : first + separator + second);
      return count++;
    },
    count: () => count,
    search(text) {
      const part = bytesOf(text);
      const hits = new Uint8Array(count);
      const marked = markSigns(hits, letters, lettersOf(part), digits, digitsOf(part));
      // That is all there is to know of a single letter or digit, which very many names have.
      if (/^[A-Z0-9]$/.test(text)) return hits;
      if (hasDigit(text)) {
        keepContaining(hits, marked, part);
        return hits;
      }
      const open = new Uint8Array(count);
      const left = keepShaped(hits, shaped, shapes.asked(text), open);
      if (left > 0) keepContaining(open, left, part);
      if (left > 0) addAll(hits, open);
      return hits;
    },
    starting(text) {
      const part = bytesOf(text);
      const hits = new Uint8Array(count);
      markSigns(hits, letters, lettersOf(part), digits, digitsOf(part));
      keepStarting(hits, part, bytes, starts, lasts);
      return hits;
    },
    ending(text) {
      const hits = new Uint8Array(count);
      markEnding(hits, bytesOf(text), bytes, starts);
      return hits;
    },
    compare: (one, other) => (one === other ? 0 : compareNaturally(bytes, startOf(one), bytes, startOf(other))),
  };
}

/** Which of A to Z are in it, a bit each; and which of 0 to 9. */
function lettersOf(text: Uint8Array): number {
  let found = 0;
  for (const byte of text) if (isLetter(byte)) found |= 1 << (byte - 0x41);
  return found;
}

function digitsOf(text: Uint8Array): number {
  let found = 0;
  for (const byte of text) if (isDigit(byte)) found |= 1 << (byte - 0x30);
  return found;
}

/** Marks the entries that have all these letters and digits: the others need not be searched. Returns how many they are. */
function markSigns(hits: Uint8Array, letters: Uint32Array, some: number, digits: Uint16Array, others: number): number {
  let marked = 0;
  for (let entry = 0; entry < hits.length; entry++) {
    const hasAll = ((letters[entry] ?? 0) & some) === some && ((digits[entry] ?? 0) & others) === others;
    if (!hasAll) continue;
    hits[entry] = 1;
    marked += 1;
  }
  return marked;
}

/** Of the hits only those stay whose shape says so; those of which it says nothing go into `open`. Returns how many these are. */
function keepShaped(hits: Uint8Array, shaped: Uint16Array, answers: Uint8Array, open: Uint8Array): number {
  let left = 0;
  for (let entry = 0; entry < hits.length; entry++) {
    if (hits[entry] !== 1) continue;
    const answer = answers[shaped[entry] ?? 0] ?? says.nothing;
    if (answer === says.yes) continue;
    hits[entry] = 0;
    if (answer === says.no) continue;
    open[entry] = 1;
    left += 1;
  }
  return left;
}

function addAll(hits: Uint8Array, others: Uint8Array): void {
  for (let entry = 0; entry < hits.length; entry++) if (others[entry] === 1) hits[entry] = 1;
}

function isAt(bytes: Uint8Array, part: Uint8Array, at: number): boolean {
  for (let place = 0; place < part.length; place++) if (bytes[at + place] !== part[place]) return false;
  return true;
}

function markEnding(hits: Uint8Array, part: Uint8Array, bytes: Uint8Array, starts: Uint32Array): void {
  for (let entry = 0; entry < hits.length; entry++) {
    const at = (starts[entry + 1] ?? 0) - 1 - part.length;
    if (at >= (starts[entry] ?? 0) && isAt(bytes, part, at)) hits[entry] = 1;
  }
}

/** Of the hits those stay of which a text begins with the part: see `starting`. */
function keepStarting(
  hits: Uint8Array,
  part: Uint8Array,
  bytes: Uint8Array,
  starts: Uint32Array,
  lasts: Uint16Array,
): void {
  for (let entry = 0; entry < hits.length; entry++) {
    if (hits[entry] !== 1) continue;
    const start = starts[entry] ?? 0;
    const last = lasts[entry] ?? 0;
    const isFirst = isAt(bytes, part, start);
    const isLast = last === 0 ? isFirst : isAt(bytes, part, start + last);
    hits[entry] = (isFirst ? 1 : 0) + (isLast ? 2 : 0);
  }
}

/**
 * Of the hits only those stay that have the part; each is looked at, as Horspool does: what cannot be the part's end says how far the
 * next look may be. `starts`: of each entry, and of what is behind the last.
 */
function keepEach(hits: Uint8Array, part: Uint8Array, bytes: Uint8Array, starts: Uint32Array): void {
  const before = part.length - 1;
  const last = part[before];
  const steps = stepsOf(part);
  for (let entry = 0; entry < hits.length; entry++) {
    if (hits[entry] !== 1) continue;
    const behind = starts[entry + 1] ?? 0;
    let at = (starts[entry] ?? 0) + before;
    for (; at < behind;) {
      const byte = bytes[at] ?? 0;
      if (byte === last && isAt(bytes, part, at - before)) break;
      at += steps[byte] ?? 1;
    }
    if (at >= behind) hits[entry] = 0;
  }
}

/** By the byte where the part would end: how far behind the part may end next. */
function stepsOf(part: Uint8Array): Uint32Array {
  const steps = new Uint32Array(256).fill(part.length);
  part.subarray(0, -1).forEach((byte, place) => (steps[byte] = part.length - 1 - place));
  return steps;
}

/** The same, where most are hits: all texts are searched in one go. */
function keepPart(hits: Uint8Array, part: Uint8Array, bytes: Buffer, starts: Uint32Array): void {
  // Names are alike: a part is mostly where it was in one of those before. Calling the native search costs as much as 50 looks.
  const places: number[] = [];
  let found = -1;
  for (let entry = 0; entry < hits.length; entry++) {
    if (hits[entry] !== 1) continue;
    const start = starts[entry] ?? 0;
    const behind = starts[entry + 1] ?? 0;
    if (found < start) {
      if (isAtOne(places, bytes, part, start, behind)) continue;
      found = bytes.indexOf(part, start);
      if (found === -1) {
        hits.fill(0, entry);
        return;
      }
      if (found < behind) remember(places, found - start);
    }
    if (found >= behind) hits[entry] = 0;
  }
}

function isAtOne(
  places: readonly number[],
  bytes: Uint8Array,
  part: Uint8Array,
  start: number,
  behind: number,
): boolean {
  for (const place of places) if (start + place < behind && isAt(bytes, part, start + place)) return true;
  return false;
}

function remember(places: number[], place: number): void {
  places.unshift(place);
  if (places.length > placesKept) places.pop();
}

const isLetter = (byte: number) => byte >= 0x41 && byte <= 0x5a;

/** With room for twice as much as before, and at least for `length`. */
export function grown<Numbers extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(
  numbers: Numbers,
  length: number,
): Numbers {
  const Kind = numbers.constructor as new (length: number) => Numbers;
  const larger = new Kind(Math.max(length, numbers.length * 2));
  larger.set(numbers);
  return larger;
}

/**
 * The shapes of texts: each number in them as one 0, and where there is a UUID or the like, all that is written with its digits.
 * A million names of files have few of them, and what has no such digit in it is in a name exactly where it is in its shape.
 */

export interface Shapes {
  /** The number of a text's shape, from 1 on; 0: there are too many different ones. */
  numberOf(text: string): number;
  /** For each number what its shape says of `part`, in which is no digit: see `says`. */
  asked(part: string): Uint8Array;
}

export const says = { no: 0, yes: 1, nothing: 2 } as const;

/** More of them would take longer to search than they save. Their numbers have two bytes. */
const most = 0xffff;

export const hasDigit = (text: string) => /[0-9]/.test(text);

export function createShapes(): Shapes {
  const numbers = { plain: new Map<string, number>(), hexadecimal: new Map<string, number>() };
  return {
    numberOf(text) {
      const isHexadecimal = hasHash(text);
      const shape = text.replaceAll(isHexadecimal ? /[0-9A-F]+/g : /[0-9]+/g, '0');
      const shapes = isHexadecimal ? numbers.hexadecimal : numbers.plain;
      const known = shapes.get(shape);
      if (known !== undefined) return known;
      const count = numbers.plain.size + numbers.hexadecimal.size;
      if (count === most) return 0;
      shapes.set(shape, count + 1);
      return count + 1;
    },
    asked(part) {
      const { plain, hexadecimal } = numbers;
      const found = new Uint8Array(plain.size + hexadecimal.size + 1).fill(says.nothing);
      const ask = ([shape, number]: [string, number]) =>
        void (found[number] = shape.includes(part) ? says.yes : says.no);
      plain.entries().forEach(ask);
      if (!/[A-F]/.test(part)) hexadecimal.entries().forEach(ask);
      return found;
    },
  };
}

/** Of eight hexadecimal digits or more, of both kinds: a date is none. */
function hasHash(text: string): boolean {
  const runs = text.match(/[0-9A-F]{8,}/g) ?? [];
  return runs.some((run) => hasDigit(run) && /[A-F]/.test(run));
}

/** Seeded randomness: a test prints its seed, and SIDELINE_TEST_SEED repeats it. */
import { randomInt } from 'node:crypto';

export interface Random {
  seed: number;
  /** 0 up to, not including, 1 */
  next(): number;
  /** a whole number from 0 up to, not including, `count` */
  below(count: number): number;
  pick<T>(from: readonly T[]): T;
  /** bytes that no compression makes smaller */
  bytes(length: number): Buffer;
}

/** Draws a seed where none is given or set, and prints it under `name`. */
export function seededRandom(name: string, given?: number): Random {
  const seed = given ?? Number(process.env.SIDELINE_TEST_SEED ?? randomInt(2 ** 31));
  console.log(`${name}: SIDELINE_TEST_SEED=${seed}`);
  let state = seed;

  // mulberry32, as in https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
  function word(): number {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }
  const next = () => word() / 2 ** 32;
  const below = (count: number) => Math.floor(next() * count);
  return {
    seed,
    next,
    below,
    pick(from) {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
    bytes(length) {
      const words = new Uint32Array(Math.ceil(length / 4));
      for (let at = 0; at < words.length; at++) words[at] = word();
      return Buffer.from(words.buffer, 0, length);
    },
  };
}

/** Noise that is the same on every run and machine: the keystream of AES under a key that is made of the seed. */
import { createCipheriv, createHash } from 'node:crypto';

export interface Noise {
  bytes(count: number): Buffer;
  /** a whole number from 0 to `below` - 1 (at most 2^32) */
  number(below: number): number;
}

export function noise(seed: string): Noise {
  const cipher = createCipheriv('aes-256-ctr', createHash('sha256').update(seed).digest(), Buffer.alloc(16));
  const bytes = (count: number) => cipher.update(Buffer.alloc(count));
  return { bytes, number: (below) => Math.floor((bytes(4).readUInt32LE() / 2 ** 32) * below) };
}

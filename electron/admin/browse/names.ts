/** Finds the row of a name, for a million of them: 4 to 8 bytes each, where a Map takes a hundred. */
import { grown } from '../../journal/texts.ts';

export interface Names {
  /** Of these bytes; null: there is none. */
  find(name: Uint8Array): number | null;
  /** The row that the name has from now on. */
  set(name: Uint8Array, row: number): void;
}

/** `bytesOf`: the name of a row that was set. */
export function createNames(bytesOf: (row: number) => Uint8Array): Names {
  /** of each place its row and 1; 0: it is free. Never more than half full. */
  let places = new Uint32Array(1 << 10);
  let hashes = new Uint32Array(1 << 9);
  let count = 0;

  /** Where a name is, or would be. */
  function placeOf(name: Uint8Array, hash: number): number {
    let place = hash & (places.length - 1);
    for (; ; place = (place + 1) & (places.length - 1)) {
      const row = places[place] ?? 0;
      if (row === 0) return place;
      if (hashes[row - 1] === hash && Buffer.compare(bytesOf(row - 1), name) === 0) return place;
    }
  }

  function enlarge(): void {
    const rows = places.filter((row) => row !== 0);
    places = new Uint32Array(places.length * 2);
    for (const row of rows) {
      let place = (hashes[row - 1] ?? 0) & (places.length - 1);
      while (places[place] !== 0) place = (place + 1) & (places.length - 1);
      places[place] = row;
    }
  }

  return {
    find(name) {
      const row = places[placeOf(name, hashOf(name))] ?? 0;
      return row === 0 ? null : row - 1;
    },
    set(name, row) {
      const hash = hashOf(name);
      if (row >= hashes.length) hashes = grown(hashes, row + 1);
      const place = placeOf(name, hash);
      if (places[place] === 0) count += 1;
      hashes[row] = hash;
      places[place] = row + 1;
      if (count * 2 > places.length) enlarge();
    },
  };
}

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  // Its lower bits alone say where a name goes.
  return (hash ^ (hash >>> 15)) >>> 0;
}

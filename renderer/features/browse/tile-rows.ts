/** The rows that a grid of pictures shows, a block at a time. */
import type { PageOf } from '../../list/row-source.ts';
import type { ListRow } from './rows.ts';

export interface TileRows {
  /** undefined: it is not loaded */
  rowAt: (index: number) => ListRow | undefined;
  /** Loads what is missing of these; what is far from them is forgotten. */
  want: (from: number, to: number) => void;
  /** Asks again for what is wanted, and shows what was there until then. */
  refresh: () => void;
  /** Other rows. */
  restart: () => void;
}

export interface TileRowsOptions {
  fetch: (offset: number, limit: number) => Promise<PageOf<ListRow>>;
  onChange: () => void;
}

const blockSize = 100;
/** around those that are wanted */
const kept = 4;

export function createTileRows({ fetch, onChange }: TileRowsOptions): TileRows {
  let blocks = new Map<number, readonly ListRow[]>();
  let asked = new Set<number>();
  let wanted = { first: 0, last: 0 };

  async function load(block: number): Promise<void> {
    const of = asked;
    of.add(block);
    try {
      const { rows } = await fetch(block * blockSize, blockSize);
      if (of !== asked) return;
      blocks.set(block, rows);
      onChange();
    } catch {
      // `fetch` has told the person; it is asked for again when it is next wanted.
      of.delete(block);
    }
  }

  function loadWanted(): void {
    for (let block = wanted.first; block <= wanted.last; block++) if (!asked.has(block)) void load(block);
  }

  return {
    rowAt: (index) => blocks.get(Math.floor(index / blockSize))?.[index % blockSize],
    want(from, to) {
      wanted = { first: Math.floor(from / blockSize), last: Math.floor(Math.max(from, to - 1) / blockSize) };
      for (const block of asked) {
        if (block >= wanted.first - kept && block <= wanted.last + kept) continue;
        asked.delete(block);
        blocks.delete(block);
      }
      loadWanted();
    },
    refresh() {
      asked = new Set();
      loadWanted();
    },
    restart() {
      asked = new Set();
      blocks = new Map();
      wanted = { first: 0, last: 0 };
      onChange();
      loadWanted();
    },
  };
}

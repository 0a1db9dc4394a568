/** A list that may have a million rows, in a file: written as it grows, read by pages. It lasts as long as it is looked at. */
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { createTurns } from '../../storage/whole-file.ts';

export interface Spool<Row> {
  add(row: Row): Promise<void>;
  count(): number;
  page(offset: number, limit: number): Promise<Row[]>;
  /** All that were added by then. */
  rows(): AsyncGenerator<Row>;
  /** The file is removed. */
  close(): Promise<void>;
}

/** Where every so many rows begin is kept in memory. */
const perBlock = 256;

/** `file`: absolute; what is there is replaced. Its folder is made. */
export async function openSpool<Row>(file: string, schema: z.ZodType<Row>): Promise<Spool<Row>> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'w+', 0o600);
  const inTurn = createTurns();
  /** where each block begins. bytes */
  const starts: number[] = [];
  let waiting: string[] = [];
  let written = 0;
  let count = 0;

  /** A block at a time, so that each begins where the one before has ended. */
  async function flush(): Promise<void> {
    if (waiting.length === 0) return;
    const block = Buffer.from(waiting.join(''));
    const isNew = (count - waiting.length) % perBlock === 0;
    waiting = [];
    if (isNew) starts.push(written);
    const at = written;
    written += block.length;
    await handle.write(block, 0, block.length, at);
  }

  async function page(offset: number, limit: number): Promise<Row[]> {
    await inTurn(flush);
    const first = Math.floor(offset / perBlock);
    const last = Math.floor((offset + limit - 1) / perBlock);
    const start = starts[first];
    if (start === undefined || limit === 0) return [];
    const text = await textBetween(handle, start, starts[last + 1] ?? written);
    const lines = text.split('\n').slice(0, -1);
    const from = offset - first * perBlock;
    return lines.slice(from, from + limit).map((line) => schema.parse(JSON.parse(line)));
  }

  return {
    add: (row) =>
      inTurn(async () => {
        waiting.push(`${JSON.stringify(row)}\n`);
        count += 1;
        if (count % perBlock === 0) await flush();
      }),
    count: () => count,
    page,
    async *rows() {
      const all = count;
      for (let at = 0; at < all; at += perBlock) yield* await page(at, Math.min(perBlock, all - at));
    },
    async close() {
      await inTurn(() => handle.close());
      await rm(file, { force: true });
    },
  };
}

async function textBetween(handle: FileHandle, start: number, end: number): Promise<string> {
  const bytes = Buffer.alloc(end - start);
  await handle.read(bytes, 0, bytes.length, start);
  return bytes.toString('utf8');
}

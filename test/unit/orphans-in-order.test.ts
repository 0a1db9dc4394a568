/** Lists side by side, in the order of a store's listing; and lists in a file. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { compareKeys, matchSorted, mergeSorted } from '../../electron/admin/orphans/in-order.ts';
import { openSpool } from '../../electron/admin/orphans/spool.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';

const signs = ['a', 'b', '/', '.', '\u{e9}', '\u{d7ff}', '\u{e000}', '\u{fffd}', '\u{1f3c6}', '\u{10ffff}', '\n'];

function keysOf(random: ReturnType<typeof seededRandom>, most: number): string[] {
  const all = Array.from({ length: random.below(most) }, () =>
    Array.from({ length: 1 + random.below(5) }, () => random.pick(signs)).join(''),
  );
  return [...new Set(all)].sort(compareKeys);
}

it('orders keys as the bytes of UTF-8 do', () => {
  const random = seededRandom('in-order');
  for (let round = 0; round < 200; round++) {
    const keys = keysOf(random, 40);
    expect(keys).toEqual(keys.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))));
  }
});

it('matches two lists as a map would, and merges many', async () => {
  const random = seededRandom('match-sorted');
  for (let round = 0; round < 200; round++) {
    const [ones, others] = [keysOf(random, 30), keysOf(random, 30)];
    const found: string[] = [];
    for await (const { one, other } of matchSorted(
      ones.map((key) => ({ key })),
      others.map((key) => ({ key })),
    )) {
      expect(one !== null || other !== null).toBe(true);
      const key = one?.key ?? other?.key ?? '';
      expect([one !== null, other !== null]).toEqual([ones.includes(key), others.includes(key)]);
      found.push(key);
    }
    expect(found).toEqual([...new Set([...ones, ...others])].sort(compareKeys));

    const merged: string[] = [];
    for await (const key of mergeSorted([ones, others, keysOf(random, 0)], (text) => text)) merged.push(key);
    expect(merged).toEqual([...ones, ...others].sort(compareKeys));
  }
});

it('keeps a list in a file, whole while it grows, and removes it', async () => {
  const folder = await newFolder();
  const spool = await openSpool(
    path.join(folder, 'deep', 'list.jsonl'),
    z.strictObject({ key: z.string(), n: z.number() }),
  );
  const random = seededRandom('spool');
  const all: { key: string; n: number }[] = [];
  for (let n = 0; n < 3000; n++) {
    const row = { key: `${random.pick(signs)}${n}\u{2028}"\\`, n };
    all.push(row);
    await spool.add(row);
    if (random.below(50) > 0) continue;
    const offset = random.below(n + 10);
    const limit = 1 + random.below(600);
    expect(await spool.page(offset, limit)).toEqual(all.slice(offset, offset + limit));
  }
  const rows = [];
  for await (const row of spool.rows()) rows.push(row);
  expect(rows).toEqual(all);
  expect(spool.count()).toBe(3000);
  expect(await spool.page(3000, 10)).toEqual([]);
  await spool.close();
  expect(await readdir(path.join(folder, 'deep'))).toEqual([]);
});

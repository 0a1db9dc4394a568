/** The log of deletions: read in pieces whatever its length, and whatever a crash has left of it. */
import { appendFile, mkdir, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkConfirmation, confirmationFor } from '../../electron/admin/delete/confirmation.ts';
import { deletionPieces } from '../../electron/admin/delete/export-deletion.ts';
import {
  discardSurvey,
  logFile,
  logFolder,
  prepareFolder,
  surveyFile,
} from '../../electron/admin/delete/log-folder.ts';
import { isLocked, lockLog } from '../../electron/admin/delete/log-lock.ts';
import { openLogWriter } from '../../electron/admin/delete/log-writer.ts';
import { createDeletionPages, deletionInfo, listDeletions } from '../../electron/admin/delete/past.ts';
import { rangesOf, type Head, type Item } from '../../electron/admin/delete/log-lines.ts';
import { failureOf } from '../servers/failure.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';

const id = '20261121-203012-0a1b2c';

describe('the log of a deletion', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await newFolder();
    await mkdir(logFolder(folder));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const head: Head = {
    ...{ line: 'head', format: 'sideline-deletion', version: 1, id, what: 'objects', at: 1000 },
    ...{ user: 'ada', host: 'laptop', program: 'terminal', keys: ['a'], keyCount: 1, prefixes: ['cup/'] },
    ...{ connection: { id: 1, name: 'Club', bucket: 'media', endpoint: null }, versioning: 'on' },
  };
  const item = (key: string, size: number | null = 10): Item => ({
    ...{ key, size, etag: null, modified: null, versionId: 'v1' },
  });
  const refusal = { kind: 'denied', name: 'S3_ACCESS_DENIED', message: '=no' } as const;

  async function write(lines: Parameters<Awaited<ReturnType<typeof openLogWriter>>['write']>[0]): Promise<void> {
    const log = await openLogWriter(logFile(folder, id));
    await log.writeSafely(lines);
    await log.close();
  }
  const small = () =>
    write([
      head,
      ...[item('a'), item('cup/,"size":7'), item('=1+1', null), item('d')],
      { line: 'begin', at: 1, again: false },
      { line: 'try', at: 2, items: [[0, 3]] },
      { line: 'did', at: 3, deleted: [[0, 2]], markers: ['m0', null], failed: [[2, refusal]] },
    ]);

  it('knows what became of each', async () => {
    await small();
    const pages = createDeletionPages(folder);
    const { total, entries } = await pages.page(id, { outcomes: [], offset: 0, limit: 10 });
    expect([total, entries.map(({ key, outcome, markerId }) => [key, outcome, markerId])]).toEqual([
      4,
      [
        ['a', 'deleted', 'm0'],
        ['cup/,"size":7', 'deleted', null],
        ['=1+1', 'failed', null],
        ['d', 'untried', null],
      ],
    ]);
    expect(entries[2]?.reason).toEqual(refusal);
    expect(await deletionInfo(folder, id)).toMatchObject({
      moved: false,
      state: 'interrupted',
      bytes: 30,
      undoable: 2,
    });
    await write([{ line: 'undo-did', at: 4, restored: [[1, 1]], replaced: [[0, 1]], lost: [], failed: [] }]);
    const view = { outcomes: ['restored' as const, 'untried' as const], offset: 1, limit: 10 };
    expect(await pages.page(id, view)).toMatchObject({ total: 2, entries: [{ key: 'd' }] });
    await pages.close();
  });

  it('is written to CSV that does no harm, and to JSON to the letter', async () => {
    await small();
    const whole = async (format: 'csv' | 'json') => {
      const pieces: string[] = [];
      for await (const piece of deletionPieces(folder, id, format)) pieces.push(piece);
      return pieces.join('');
    };
    expect(await whole('csv')).toContain(`\r\n'=1+1,,v1,,failed,'=no\r\n`);
    expect(JSON.parse(await whole('json'))).toMatchObject({
      deletion: { id, user: 'ada', state: 'interrupted' },
      objects: [{ key: 'a', marker: 'm0' }, {}, { key: '=1+1', outcome: 'failed', reason: '=no' }, { key: 'd' }],
    });
  });

  it('can be cut anywhere: what is whole is read, and what is written next begins a line', async () => {
    await small();
    const random = seededRandom('deletion-log cut');
    for (let size = 1200; size > 450; size -= 1 + random.below(60)) {
      await truncate(logFile(folder, id), size);
      const info = await deletionInfo(folder, id);
      expect(info.state).toBe('interrupted');
      await write([{ line: 'begin', at: 5, again: true }]);
      expect((await deletionInfo(folder, id)).objects).toBe(info.objects);
    }
    await truncate(logFile(folder, id), 20);
    expect((await failureOf(deletionInfo(folder, id))).kind).toBe('invalid-input');
    expect(await listDeletions(folder, { offset: 0, limit: 9 })).toEqual({ total: 1, deletions: [] });
  });

  it.each([
    ['before its line end', item('d'), 1],
    ['in a key behind a brace', item('{a}/b'), JSON.stringify(item('{a}/b')).length + 1 - '{"key":"{a}'.length],
  ])('takes no line for a whole one that was cut %s', async (_, last, bytes) => {
    await write([head, item('a'), last]);
    const { size } = await stat(logFile(folder, id));
    await truncate(logFile(folder, id), size - bytes);
    expect((await deletionInfo(folder, id)).objects).toBe(1);
    await write([{ line: 'begin', at: 5, again: true }]);
    expect(await deletionInfo(folder, id)).toMatchObject({ objects: 1, state: 'interrupted' });
  });

  it('is looked into within a second where it has 200,000 objects, and holds nothing up', async () => {
    const count = 200_000;
    await write([head]);
    for (let first = 0; first < count; first += 10_000)
      await write(Array.from({ length: 10_000 }, (_, at) => item(`cup/2026/finals/IMG_${first + at}.jpg`)));
    await write([{ line: 'begin', at: 1, again: false }]);
    for (let first = 0; first < count; first += 1000) {
      const markers = Array.from({ length: 1000 }, (_, at) => `marker-of-${first + at}-which-is-long`);
      await write([{ line: 'did', at: 3, deleted: [[first, 1000]], markers, failed: [] }]);
    }
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const pages = createDeletionPages(folder);
    delay.enable();
    const begun = performance.now();
    const { entries } = await pages.page(id, { outcomes: ['deleted'], offset: 150_000, limit: 100 });
    const first = performance.now() - begun;
    const { total } = await pages.page(id, { outcomes: [], offset: 10, limit: 100 });
    const second = performance.now() - begun - first;
    delay.disable();
    await pages.close();
    expect([total, entries[0]?.markerId]).toEqual([count, 'marker-of-150000-which-is-long']);
    console.log(
      `first page ${first.toFixed()} ms, next ${second.toFixed()} ms, loop p99 ${(delay.percentile(99) / 1e6).toFixed()} ms`,
    );
    expect(first).toBeLessThan(5000);
    expect(second).toBeLessThan(250);
  });

  it('belongs to one at a time; what a dead process held is free', async () => {
    await small();
    const file = logFile(folder, id);
    const unlock = await lockLog(file);
    expect((await failureOf(lockLog(file))).kind).toBe('invalid-input');
    expect((await deletionInfo(folder, id)).state).toBe('running');
    await unlock();
    expect(await isLocked(file)).toBe(false);
    await writeFile(`${file}.lock`, '4194304'); // more than any process has
    await (
      await lockLog(file)
    )();
  });

  it('is given to one of many who find the same dead lock at once', async () => {
    await small();
    const file = logFile(folder, id);
    for (let round = 0; round < 20; round++) {
      await writeFile(`${file}.lock`, '4194304');
      const all = await Promise.allSettled(Array.from({ length: 8 }, () => lockLog(file)));
      const won = all.filter((one) => one.status === 'fulfilled');
      expect([round, won.length, await isLocked(file)]).toEqual([round, 1, true]);
      await won[0]?.value();
    }
    expect((await readdir(path.dirname(file))).filter((name) => name.includes('.lock'))).toEqual([]);
  });

  it('tidies away surveys that a crash left behind, and takes no id that is a path', async () => {
    await appendFile(surveyFile(folder, id), 'x');
    await prepareFolder(folder, Date.now());
    await appendFile(surveyFile(folder, id), 'x');
    await prepareFolder(folder, Date.now() + 2 * 24 * 60 * 60_000);
    expect(await listDeletions(folder, { offset: 0, limit: 9 })).toEqual({ total: 0, deletions: [] });
    await discardSurvey(folder, id);
    expect(() => logFile(folder, '../../x')).toThrow('There is no deletion');
  });

  it('numbers in ranges', () => {
    expect(rangesOf([0, 1, 2, 5, 7, 8])).toEqual([
      [0, 3],
      [5, 1],
      [7, 2],
    ]);
  });
});

describe('the confirmation of a deletion', () => {
  const objects = (keys: number, prefixes: string[] = []) => ({
    ...{ what: 'objects' as const, prefixes },
    keys: Array.from({ length: keys }, (_, at) => String(at)),
  });

  it.each([
    [objects(100), 100, null],
    [objects(101), 101, { count: 101, name: null }],
    [objects(0, ['a/b c/']), 1, { count: 1, name: 'b c' }],
    [{ what: 'objects' as const, keys: ['a/b'], prefixes: ['a/b/'] }, 5, { count: 5, name: 'b' }],
    [objects(0, ['']), 5, { count: 5, name: 'media' }],
    [objects(1, ['a/']), 5, { count: 5, name: null }],
    [objects(0, ['a/\u202eb/']), 5, { count: 5, name: null }],
    [objects(0, ['a/', 'b/']), 5, { count: 5, name: null }],
    [{ what: 'old-versions' as const, keys: ['a'], prefixes: [] }, 2, { count: 2, name: null }],
    [{ what: 'versions' as const, versions: [{ key: 'a', versionId: 'x' }] }, 1, { count: 1, name: null }],
  ])('is asked for where much is at stake: %j of %i', (target, count, wanted) => {
    expect(confirmationFor(target, count, 'media')).toEqual(wanted);
  });

  it('takes the number however it is written, and the name to the letter', () => {
    const wanted = { count: 12_345, name: 'Größe' };
    for (const typed of ['12345', '12,345', '12.345', "12'345", ' 12 345 ', 'Größe', 'Gro\u0308ße'])
      expect(() => checkConfirmation(wanted, typed)).not.toThrow();
    for (const typed of [null, '', '1234', '123456', 'größe', 'Größ', '0x3039', '1e4'])
      expect(() => checkConfirmation(wanted, typed)).toThrow('Nothing was deleted');
    expect(() => checkConfirmation(null, null)).not.toThrow();
  });
});

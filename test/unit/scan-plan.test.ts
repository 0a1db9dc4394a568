import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planFound } from '../../electron/engine/plan/plan.ts';
import { scan, type Found } from '../../electron/engine/scan/scan.ts';
import type { Journal } from '../../electron/journal/journal.ts';
import { openJournal } from '../../electron/journal/open.ts';
import type { Batch } from '../../shared/domain.ts';

let folder: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sideline-scan-'));
  root = path.join(folder, 'Event');
  mkdirSync(root);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, content = 'x'): string {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

async function found(...roots: string[]): Promise<Record<string, string>> {
  const all: Found[] = [];
  for await (const batch of scan(roots.length === 0 ? [root] : roots)) all.push(...batch);
  return Object.fromEntries(
    all.map((one) => [one.relativePath, one.found === 'file' ? 'file' : `${one.found} ${one.reason.kind}`]),
  );
}

describe('scan', () => {
  it('finds files at any depth, in the order of their names, with their folder in the path', async () => {
    put('b.jpg');
    put('a/2.jpg');
    put('a/1/x.jpg');
    expect(Object.keys(await found())).toEqual(['Event/b.jpg', 'Event/a/2.jpg', 'Event/a/1/x.jpg']);
    expect(await found(path.join(root, 'b.jpg'))).toEqual({ 'b.jpg': 'file' });
  });

  it('skips junk, and says so', async () => {
    for (const name of ['.DS_Store', 'Thumbs.db', '._IMG_1.JPG', '~$list.xlsx', '.hidden.jpg', 'DS_Store']) put(name);
    expect(await found()).toEqual({
      'Event/.DS_Store': 'skipped junk',
      'Event/Thumbs.db': 'skipped junk',
      'Event/._IMG_1.JPG': 'skipped junk',
      'Event/~$list.xlsx': 'skipped junk',
      'Event/.hidden.jpg': 'file',
      'Event/DS_Store': 'file',
    });
  });

  it.skipIf(process.platform === 'win32')('follows links within the tree, none out of it, and no loop', async () => {
    put('day1/a.jpg');
    writeFileSync(path.join(folder, 'secret.txt'), 's');
    symlinkSync('../secret.txt', path.join(root, 'out'));
    symlinkSync('day1/a.jpg', path.join(root, 'best.jpg'));
    symlinkSync('day1', path.join(root, 'day'));
    symlinkSync('..', path.join(root, 'day1', 'up'));
    symlinkSync('nowhere', path.join(root, 'broken'));
    symlinkSync('self', path.join(root, 'self'));
    expect(await found()).toEqual({
      'Event/out': 'skipped link-outside',
      'Event/best.jpg': 'file',
      'Event/broken': 'failed source-gone',
      'Event/self': 'skipped link-loop',
      'Event/day1/a.jpg': 'file',
      'Event/day1/up': 'skipped link-loop',
      'Event/day/a.jpg': 'file',
      'Event/day/up': 'skipped link-loop',
    });
  });

  it.skipIf(process.platform === 'win32')('reports what is no file, and names that are no Unicode', async () => {
    execFileSync('mkfifo', [path.join(root, 'pipe')]);
    writeFileSync(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff, 0xfe])]), 'x');
    put('good');
    const all = await found();
    expect(all['Event/pipe']).toBe('skipped source-special');
    expect(all['Event/good']).toBe('file');
    expect(Object.values(all).filter((state) => state === 'failed source-name')).toHaveLength(1);
  });
});

describe('plan', () => {
  let journal: Journal;
  let connectionId: number;
  beforeEach(() => {
    journal = openJournal({ folder: path.join(folder, 'data') });
    const credentials = { from: 'stored' } as const;
    const config = { endpoint: null, region: 'us-east-1', bucket: 'bucket', pathStyle: true, credentials };
    connectionId = journal.addConnection('c', config).id;
  });
  afterEach(() => journal.close());

  const newBatch = (prefix = 'p/'): Batch => journal.addBatch({ connectionId, prefix, roots: [root], createdAt: 1 });

  async function planAll(batch: Batch, roots = [root]): Promise<Record<string, string>> {
    for await (const batchOfFound of scan(roots)) planFound(journal, batch, batchOfFound);
    const transfers = journal.transfers({ batchId: batch.id, limit: 1000 });
    return Object.fromEntries(
      transfers.map((one) => [
        `${one.key} ${path.relative(folder, one.source)}`,
        one.reason ? `${one.state} ${one.reason.kind}` : one.state,
      ]),
    );
  }

  function finishAll(batch: Batch): void {
    for (const transfer of journal.transfers({ batchId: batch.id, states: ['planned'], limit: 1000 })) {
      let moved = transfer;
      for (const state of ['queued', 'uploading', 'verifying', 'done'] as const) moved = journal.move(moved, state);
    }
  }

  it.skipIf(process.platform !== 'linux')('finds two names that become one key, and fails the second', async () => {
    put('u\u0308.jpg'); // NFD
    put('\u00fc.jpg'); // NFC
    expect(await planAll(newBatch())).toEqual({
      'p/Event/\u00fc.jpg Event/u\u0308.jpg': 'planned',
      'p/Event/\u00fc.jpg Event/\u00fc.jpg': 'failed key-clash',
    });
  });

  it('finds a clash of two folders of the same name', async () => {
    put('a.jpg');
    const other = path.join(folder, 'card2', 'Event');
    mkdirSync(other, { recursive: true });
    writeFileSync(path.join(other, 'a.jpg'), 'other content');
    const planned = await planAll(newBatch(), [root, other]);
    expect(Object.values(planned)).toEqual(['planned', 'failed key-clash']);
  });

  it('scanned again, plans nothing twice, and takes up what has come since', async () => {
    put('a.jpg');
    const batch = newBatch();
    await planAll(batch);
    put('b.jpg');
    const again = await planAll(batch);
    expect(Object.values(again)).toEqual(['planned', 'planned']);
  });

  it('skips in a second batch what is on its way in a first, and asks the store for what was sent', async () => {
    const file = put('a.jpg');
    const first = newBatch();
    await planAll(first);
    expect(Object.values(await planAll(newBatch()))).toEqual(['skipped already-queued']);
    finishAll(first);
    const third = newBatch();
    expect(Object.values(await planAll(third))).toEqual(['planned']);
    expect(journal.transfers({ batchId: third.id, limit: 9 })[0]?.checkFirst).toBe(true);
    finishAll(third);
    utimesSync(file, 1, 1);
    const fourth = newBatch();
    await planAll(fourth);
    expect(journal.transfers({ batchId: fourth.id, limit: 9 })[0]).toMatchObject({
      state: 'planned',
      checkFirst: false,
    });
  });

  it('does not let another file of the same name replace one that was sent', async () => {
    put('IMG_0001.JPG', 'camera one');
    const first = newBatch();
    await planAll(first);
    finishAll(first);
    const other = path.join(folder, 'card2', 'Event');
    mkdirSync(other, { recursive: true });
    writeFileSync(path.join(other, 'IMG_0001.JPG'), 'camera two, longer');
    expect(Object.values(await planAll(newBatch(), [other]))).toEqual(['failed key-clash']);
  });
});

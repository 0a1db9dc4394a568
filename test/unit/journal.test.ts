import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
  openSync,
  writeSync,
  closeSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import Database from 'better-sqlite3';
import type { Journal, PlannedTransfer } from '../../electron/journal/journal.ts';
import { openJournal, writeBackup } from '../../electron/journal/open.ts';
import { migrations } from '../../electron/journal/schema.ts';
import type { ConnectionConfig } from '../../shared/domain.ts';
import { seededRandom } from '../servers/random.ts';
import { openManyReceipts } from '../servers/receipts.ts';

const config: ConnectionConfig = {
  endpoint: 'http://127.0.0.1:9000',
  region: 'us-east-1',
  bucket: 'event',
  pathStyle: true,
  credentials: { from: 'stored' },
};

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'sideline-journal-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fill(journal: Journal, count: number): { batchId: number; connectionId: number } {
  const connection = journal.addConnection('field', config);
  const batch = journal.addBatch({ connectionId: connection.id, prefix: 'p/', roots: ['/r'], createdAt: 1000 });
  journal.together(() => {
    for (let at = 0; at < count; at++) journal.addTransfer(planned(batch.id, connection.id, `f${at}`));
  });
  return { batchId: batch.id, connectionId: connection.id };
}

function planned(batchId: number, connectionId: number, name: string): PlannedTransfer {
  const source = path.join('/r', name);
  const fingerprint = { size: 10, mtime: 5, inode: '7' };
  return {
    batchId,
    connectionId,
    source,
    key: `p/${name}`,
    ...fingerprint,
    state: 'planned',
    reason: null,
    checkFirst: false,
  };
}

describe('the journal', () => {
  it('reads what is left of a batch to its end, however many in a row were deleted since', () => {
    const journal = openManyReceipts(folder, 200_000, seededRandom('left')); // 1,000 of each batch
    for (let id = 1001; id <= 1900; id++) journal.noteRemoved(id, 1);
    const ids = [...journal.receiptsOfBatch(2)].flat().map(({ transferId }) => transferId);
    expect(ids).toEqual(Array.from({ length: 100 }, (_, at) => 1901 + at));
    journal.close();
  });

  it('keeps a transfer through its whole life, over a restart', () => {
    const journal = openJournal({ folder });
    const { batchId, connectionId } = fill(journal, 1);
    journal.moveMany({ batchId, connectionId, from: 'planned', limit: 10 }, 'queued');
    const [queued] = journal.nextQueued(batchId, journal.batch(batchId).connectionId, 10);
    if (queued === undefined) throw new Error('nothing is queued');
    const uploading = journal.move(queued, 'uploading', { partSize: 5, uploadId: 'u1' });
    journal.beginPart(uploading.id, 1, 5);
    journal.finishPart(uploading.id, { number: 1, size: 5, crc32: 0xffffffff, md5: 'aa', etag: 'aa' });
    journal.beginPart(uploading.id, 2, 5);
    journal.close();

    const again = openJournal({ folder });
    expect(again.transfer(uploading.id)).toEqual(uploading);
    expect(again.parts(uploading.id).map(({ number, state, crc32 }) => ({ number, state, crc32 }))).toEqual([
      { number: 1, state: 'sent', crc32: 0xffffffff },
      { number: 2, state: 'sending', crc32: null },
    ]);
    expect(again.totals(batchId).uploading).toEqual({ files: 1, bytes: 10 });
    again.close();
  });

  it('refuses a transition that the table does not have, and one of a row that has moved on', () => {
    const journal = openJournal({ folder });
    const { batchId } = fill(journal, 1);
    const [transfer] = journal.transfers({ batchId, limit: 1 });
    if (transfer === undefined) throw new Error('no transfer');
    expect(() => journal.move(transfer, 'done')).toThrow();
    journal.move(transfer, 'queued');
    expect(() => journal.move(transfer, 'cancelled')).toThrow();
    expect(journal.transfer(transfer.id)?.state).toBe('queued');
    journal.close();
  });

  it('undoes totals with the writes of a transaction that fails', () => {
    const journal = openJournal({ folder });
    const { batchId, connectionId } = fill(journal, 2);
    expect(() =>
      journal.together(() => {
        journal.moveMany({ batchId, connectionId, from: 'planned', limit: 10 }, 'queued');
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(journal.totals(batchId).planned).toEqual({ files: 2, bytes: 20 });
    expect(journal.totals(batchId).queued).toEqual({ files: 0, bytes: 0 });
    journal.close();
  });

  it('finds the next of one connection without walking past those of another', () => {
    const journal = openJournal({ folder });
    const { batchId, connectionId } = fill(journal, 1);
    const other = journal.addConnection('away', config).id;
    const many = 100_000;
    journal.together(() => {
      for (let at = 0; at < many; at++) journal.addTransfer(planned(batchId, other, `other/${at}`));
      for (let at = 0; at < 300; at++) journal.addTransfer(planned(batchId, connectionId, `late/${at}`));
    });
    /** ms of the fastest of some */
    const fastest = (work: () => void) => {
      const times = Array.from({ length: 20 }, () => {
        const began = performance.now();
        work();
        return performance.now() - began;
      });
      return Math.min(...times);
    };
    const which = { batchId, connectionId, from: 'planned', limit: 10 } as const;
    const step = fastest(() => {
      expect(journal.moveMany(which, 'queued')).toBe(10);
      expect(journal.nextQueued(batchId, connectionId, 1)).toHaveLength(1);
    });
    expect(journal.isAny(batchId, other, 'planned')).toBe(true);
    const before = journal.writes();
    const none = fastest(() => expect(journal.moveMany({ ...which, from: 'waiting' }, 'queued')).toBe(0));
    expect(journal.writes()).toBe(before);
    // To walk past the others takes some 10 ms.
    expect(step).toBeLessThan(3);
    expect(none).toBeLessThan(1);
    expect(journal.transfers({ connectionId: other, states: ['planned'], limit: many + 1 })).toHaveLength(many);

    const database = new Database(path.join(folder, 'journal.sqlite'), { readonly: true });
    const plan = database
      .prepare(
        "EXPLAIN QUERY PLAN SELECT id FROM transfers WHERE batch_id = 1 AND state = 'planned' AND connection_id = 1 ORDER BY id LIMIT 9",
      )
      .all();
    database.close();
    expect(plan).toMatchObject([
      { detail: expect.stringContaining('transfers_by_line (batch_id=? AND state=? AND connection_id=?)') as string },
    ]);
    journal.close();
  });

  it('counts what was sent more than once', () => {
    const journal = openJournal({ folder });
    const { batchId } = fill(journal, 2);
    const [first, second] = journal.transfers({ batchId, limit: 2 });
    if (first === undefined || second === undefined) throw new Error('no transfers');
    journal.update(first, { sends: 3 });
    const multi = journal.update(second, { partSize: 5 });
    for (const number of [1, 2, 2, 2]) journal.beginPart(multi.id, number, 5);
    expect(journal.resentParts(batchId)).toBe(4);
    journal.forgetParts(multi.id);
    expect(journal.resentParts(batchId)).toBe(4);
    journal.close();
  });
});

describe('one writer', () => {
  it('refuses a second process with the first one named, and lets it in after a SIGKILL', async () => {
    const script = path.join(import.meta.dirname, '..', 'servers', 'hold-journal.ts');
    const holder = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    expect(() => openJournal({ folder })).toThrow(`process ${String(holder.pid)}`);
    expect(openJournal({ folder, readOnly: true })?.batches()).toEqual([]);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    openJournal({ folder }).close();
  });

  it('refuses data of a newer Sideline and leaves it as it is', () => {
    openJournal({ folder }).close();
    const file = path.join(folder, 'journal.sqlite');
    const database = new Database(file);
    database.pragma(`user_version = ${migrations.length + 1}`);
    database.close();
    expect(() => openJournal({ folder })).toThrow('newer Sideline');
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
  });
});

describe('a journal of an earlier Sideline', () => {
  /** As the first that landed wrote it, with one upload. */
  function writeEarly(file: string): void {
    const database = new Database(file);
    database.exec(migrations[0] ?? '');
    database.pragma('user_version = 1');
    database.exec(`
      INSERT INTO connections (id, name, config) VALUES (1, 'club', '${JSON.stringify(config)}');
      INSERT INTO batches (id, connection_id, prefix, roots, created_at) VALUES (1, 1, 'p/', '["/card"]', 1);
      INSERT INTO transfers (id, batch_id, connection_id, source, key, size, mtime, inode, state)
        VALUES (1, 1, 1, '/card/a.jpg', 'p/a.jpg', 5, 1, '1', 'done');
      INSERT INTO receipts (transfer_id, connection_id, key, size, integrity, finished_at)
        VALUES (1, 1, 'p/a.jpg', 5, 'crc32', 2);
    `);
    database.close();
  }

  function expectAll(journal: Journal | null): void {
    expect(journal?.batches()).toMatchObject([{ id: 1, connectionIds: [1], details: { title: '' } }]);
    expect(journal?.transfer(1)).toMatchObject({ state: 'done', targetId: null, todo: false });
    expect(journal?.receipt(1)).toMatchObject({ key: 'p/a.jpg', destinationId: null, changes: null });
    expect(journal?.connections()).toMatchObject([{ name: 'club', config }]);
    expect(journal?.place(1)).toBeNull();
    journal?.close();
  }

  it('is brought up to date, also by who only wants to read it', () => {
    writeEarly(path.join(folder, 'journal.sqlite'));
    expectAll(openJournal({ folder, readOnly: true }));
    expectAll(openJournal({ folder }));
  });

  it('loses nothing when it is rebuilt after damage', () => {
    writeEarly(path.join(folder, 'journal.sqlite.backup'));
    writeFileSync(path.join(folder, 'journal.sqlite'), 'no database');
    const journal = openJournal({ folder });
    expect(journal.rescued).toMatchObject({ fromBackup: 4 });
    expectAll(journal);
  });
});

describe('a damaged journal', () => {
  const file = () => path.join(folder, 'journal.sqlite');

  it('is set aside, and what can be read of it is kept', () => {
    const journal = openJournal({ folder });
    fill(journal, 3000);
    journal.close();
    const size = statSync(file()).size;
    const descriptor = openSync(file(), 'r+');
    writeSync(descriptor, Buffer.alloc(4096 * 3, 0x5a), 0, 4096 * 3, Math.floor(size / 4096 / 3) * 4096);
    closeSync(descriptor);

    const rebuilt = openJournal({ folder });
    const { rescued } = rebuilt;
    if (rescued === null) throw new Error('the damage was not noticed');
    expect(existsSync(rescued.setAside ?? '')).toBe(true);
    expect(rescued.restored.connections).toBe(1);
    expect(rescued.restored.transfers).toBeGreaterThan(2000);
    expect(rebuilt.transfers({ limit: 5000 }).every((transfer) => transfer.checkFirst)).toBe(true);
    rebuilt.close();
  });

  it('is filled from the last backup where nothing of it can be read', async () => {
    const journal = openJournal({ folder });
    const { batchId } = fill(journal, 50);
    await writeBackup(journal);
    journal.close();
    writeFileSync(file(), 'this is no database at all, though it is long enough to be taken for one'.repeat(100));

    const rebuilt = openJournal({ folder });
    expect(rebuilt.rescued?.fromBackup).toBeGreaterThanOrEqual(50);
    expect(rebuilt.totals(batchId).planned.files).toBe(50);
    rebuilt.close();
  });

  it('that is cut off is never silently emptied', () => {
    const journal = openJournal({ folder });
    fill(journal, 2000);
    journal.close();
    copyFileSync(file(), path.join(folder, 'copy'));
    truncateSync(file(), 50_000);
    const rebuilt = openJournal({ folder });
    expect(rebuilt.rescued).not.toBeNull();
    expect(statSync(rebuilt.rescued?.setAside ?? '').size).toBe(50_000);
    rebuilt.close();
  });

  /** As a SIGKILL leaves it: all of it in the WAL, whose backup is as old as the plan. */
  async function leftByCrash(): Promise<void> {
    const journal = openJournal({ folder });
    fill(journal, 500);
    await writeBackup(journal);
    for (const transfer of journal.transfers({ limit: 100 })) journal.move(transfer, 'queued');
    await journal.committed();
    const left = path.join(folder, 'left');
    mkdirSync(left);
    for (const suffix of ['', '-wal', '-shm']) copyFileSync(file() + suffix, path.join(left, `journal${suffix}`));
    journal.close();
    for (const suffix of ['', '-wal', '-shm']) copyFileSync(path.join(left, `journal${suffix}`), file() + suffix);
  }

  const overwrite = (name: string, from: number, length: number) => {
    const descriptor = openSync(name, 'r+');
    writeSync(descriptor, Buffer.alloc(length, 0x5a), 0, length, from);
    closeSync(descriptor);
  };

  it.each<[string, () => void]>([
    ['is empty', () => truncateSync(file(), 0)],
    ['is empty, as is its WAL', () => [file(), `${file()}-wal`].forEach((name) => truncateSync(name, 0))],
    ['has one byte', () => truncateSync(file(), 1)],
    ['is full of zeros', () => writeFileSync(file(), Buffer.alloc(40_000))],
    ['is gone', () => ['', '-wal', '-shm'].forEach((suffix) => rmSync(file() + suffix))],
    ['has lost its WAL', () => rmSync(`${file()}-wal`)],
    ['has lost its WAL and all else beside it', () => ['-wal', '-shm'].forEach((suffix) => rmSync(file() + suffix))],
    ['has a WAL with a damaged head', () => overwrite(`${file()}-wal`, 0, 32)],
    ['has a WAL that is damaged near its beginning', () => overwrite(`${file()}-wal`, 3000, 5000)],
    [
      'has a WAL that is damaged near its end',
      () => overwrite(`${file()}-wal`, statSync(`${file()}-wal`).size - 9000, 20),
    ],
  ])('that %s is rebuilt, and says so', async (_, damage) => {
    await leftByCrash();
    damage();
    const rebuilt = openJournal({ folder });
    expect(rebuilt.rescued).toMatchObject({ restored: { connections: 1, batches: 1, transfers: 500 } });
    expect(rebuilt.transfers({ limit: 1000 }).every((transfer) => transfer.checkFirst)).toBe(true);
    rebuilt.close();
    const next = openJournal({ folder });
    expect(next.rescued).toBeNull();
    next.close();
    expect(readdirSync(folder).filter((name) => /rescue|rebuilt/.test(name))).toEqual([]);
  });

  it('keeps what its WAL has where the file itself is empty', async () => {
    await leftByCrash();
    truncateSync(file(), 0);
    const rebuilt = openJournal({ folder });
    expect(rebuilt.transfers({ states: ['queued'], limit: 1000 })).toHaveLength(100);
    rebuilt.close();
  });

  it('is none where a crash, or a power cut in the middle of a write, has left it', async () => {
    await leftByCrash();
    truncateSync(`${file()}-wal`, statSync(`${file()}-wal`).size - 1000);
    const journal = openJournal({ folder });
    expect(journal.rescued).toBeNull();
    expect(journal.transfers({ limit: 1000 })).toHaveLength(500);
    journal.close();
  });

  it('that is older than its backup takes from that what it lacks, as that has it', async () => {
    const journal = openJournal({ folder });
    const { batchId } = fill(journal, 10);
    journal.close();
    copyFileSync(file(), path.join(folder, 'early'));
    const later = openJournal({ folder });
    for (const transfer of later.transfers({ limit: 10 })) later.move(transfer, 'queued');
    later.addTransfer(planned(batchId, 1, 'later'));
    await writeBackup(later);
    later.close();
    copyFileSync(path.join(folder, 'early'), file());
    const rebuilt = openJournal({ folder });
    expect(rebuilt.rescued?.setAside).toContain('journal.damaged-');
    expect(rebuilt.totals(batchId)).toMatchObject({ queued: { files: 10 }, planned: { files: 1 } });
    rebuilt.close();
  });

  it.each<[string, () => void]>([
    ['empty', () => truncateSync(file(), 0)],
    ['gone', () => rmSync(file())],
    ['of zeros', () => writeFileSync(file(), Buffer.alloc(40_000))],
  ])('that is %s is left as it is by who only reads, who is told', async (_, damage) => {
    await leftByCrash();
    damage();
    const before = readdirSync(folder);
    expect(() => openJournal({ folder, readOnly: true })).toThrow(expect.objectContaining({ kind: 'journal-damaged' }));
    expect(readdirSync(folder)).toEqual(before);
  });
});

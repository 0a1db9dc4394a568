/** Lists of 100,000 transfers, over a journal on disk that is written meanwhile. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Journal } from '../../electron/journal/journal.ts';
import { createTransferList, type TransferList } from '../../electron/journal/list.ts';
import { openJournal } from '../../electron/journal/open.ts';
import { transferStates, type TransferState } from '../../shared/domain.ts';
import { reason } from '../../shared/errors.ts';
import type { TransferRow, View } from '../../shared/transfer-list.ts';

const count = 100_000;
const perPage = 500;
const patience = { timeout: 10_000, interval: 20 };
const everything: View = {
  filter: 'all',
  search: '',
  batchId: null,
  sort: { by: 'order', descending: false },
};

interface Place {
  folder: string;
  file: string;
  journal: Journal;
  connectionId: number;
  list: TransferList;
  /** threads that lists started */
  threads: Worker[];
  close(): Promise<void>;
}

/** A journal with batches 1, 2, 3 in the lists and batch 4 cleared; `onStale` as of the list. */
function openPlace(onStale: () => void = () => undefined): Place {
  const folder = mkdtempSync(path.join(tmpdir(), 'sideline-list-'));
  const journal = openJournal({ folder });
  const connection = journal.addConnection('field', {
    endpoint: null,
    region: 'us-east-1',
    bucket: 'event',
    pathStyle: false,
    credentials: { from: 'stored' },
  });
  const batch = () => journal.addBatch({ connectionId: connection.id, prefix: '', roots: ['/card'], createdAt: 1000 });
  for (const { id } of [batch(), batch(), batch(), batch()]) if (id === 4) journal.clearBatches([id], 2000);
  const list = createTransferList({ file: journal.file, onStale });
  const threads: Worker[] = [];
  const started = (worker: Worker) => void threads.push(worker);
  process.on('worker', started);
  return {
    folder,
    file: journal.file,
    journal,
    connectionId: connection.id,
    list,
    threads,
    async close() {
      process.off('worker', started);
      await list.close();
      journal.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Adds transfers of these keys; returns their ids. */
function add(place: Place, keys: readonly string[], batchId = 1, state: 'planned' | 'failed' = 'planned'): number[] {
  const { journal, connectionId } = place;
  const why = state === 'failed' ? reason('source-gone', '/card') : null;
  journal.together(() => {
    for (const [at, key] of keys.entries()) {
      const fingerprint = { size: at, mtime: 1, inode: '1' };
      const source = `/card/${key}`;
      journal.addTransfer({
        batchId,
        connectionId,
        source,
        key,
        ...fingerprint,
        state,
        reason: why,
        checkFirst: false,
      });
    }
  });
  return journal.transfers({ batchId, limit: count * 2 }).map(({ id }) => id);
}

async function everyRow(list: TransferList, view: View): Promise<TransferRow[]> {
  const rows: TransferRow[] = [];
  for (;;) {
    const page = await list.page(view, rows.length, perPage);
    rows.push(...page.rows);
    if (page.rows.length < perPage) {
      expect(rows).toHaveLength(page.total);
      return rows;
    }
  }
}

async function keysOf(list: TransferList, view: Partial<View>): Promise<string[]> {
  return (await everyRow(list, { ...everything, ...view })).map(({ key }) => key);
}

describe('lists of 100,000 transfers', () => {
  const states: readonly TransferState[] = ['planned', 'queued', 'done', 'failed', 'paused', 'cancelled', 'skipped'];
  const stateOf = (id: number) => states[id % states.length] ?? 'planned';
  /** Many of the same size, so that ties are many. */
  const sizeOf = (id: number) => (id * 7919) % 1013;
  const nameOf = (id: number) => `day ${id % 40}/IMG_${(id * 104_729) % 100_003}.JPG`;
  const idOfAll = Array.from({ length: count }, (_, at) => at + 1);
  let place: Place;

  beforeAll(async () => {
    place = openPlace();
    await place.journal.committed();
    const database = new Database(place.file);
    const insert = database.prepare(
      `INSERT INTO transfers (id, batch_id, connection_id, source, key, size, mtime, inode, state)
       VALUES (?, ?, ${place.connectionId}, '/card/' || ?, ?, ?, 1, '1', ?)`,
    );
    database.transaction(() => {
      for (const id of idOfAll) insert.run(id, 1 + (id % 3), nameOf(id), nameOf(id), sizeOf(id), stateOf(id));
      for (let at = 1; at <= 1000; at++) insert.run(count + at, 4, 'day 1', `cleared/${at}`, 1, 'queued');
    })();
    database.close();
  });
  afterAll(async () => await place.close());

  it('show every row once, over all pages, in the order of sending', async () => {
    const rows = await everyRow(place.list, everything);
    expect(rows.map(({ id }) => id)).toEqual(idOfAll);
    expect(rows[70_000]).toEqual({
      id: 70_001,
      batchId: 3,
      connectionId: place.connectionId,
      source: `/card/${nameOf(70_001)}`,
      key: nameOf(70_001),
      size: sizeOf(70_001),
      state: stateOf(70_001),
      reason: null,
      notBefore: null,
      sent: 0,
      finishedAt: null,
      session: null,
    } satisfies TransferRow);
  });

  it('show every row once by name, folder by folder and number by number', async () => {
    const byNumbers = idOfAll
      .map((id) => ({ id, numbers: Array.from(nameOf(id).matchAll(/\d+/g), Number) }))
      .sort(({ numbers: a }, { numbers: b }) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0))
      .map(({ id }) => id);
    const rows = await everyRow(place.list, { ...everything, sort: { by: 'name', descending: false } });
    expect(rows.map(({ id }) => id)).toEqual(byNumbers);
  });

  it('sort both ways by size and by state, the first sent first where these are equal', async () => {
    const placeOf = (id: number) => transferStates.findIndex((state) => state === stateOf(id));
    const orders = { size: sizeOf, state: placeOf };
    for (const by of ['size', 'state'] as const) {
      const up = [...idOfAll].sort((a, b) => orders[by](a) - orders[by](b) || a - b);
      const down = [...idOfAll].sort((a, b) => orders[by](b) - orders[by](a) || a - b);
      expect(await place.list.ids({ ...everything, sort: { by, descending: false } })).toEqual(up);
      expect(await place.list.ids({ ...everything, sort: { by, descending: true } })).toEqual(down);
    }
    const backwards: View = { ...everything, sort: { by: 'order', descending: true } };
    expect(await place.list.ids(backwards)).toEqual(idOfAll.toReversed());
  });

  it('filter by state, batch and a part of the key, each and all together', async () => {
    const inState = (id: number, wanted: readonly TransferState[]) => wanted.includes(stateOf(id));
    const active = await place.list.ids({ ...everything, filter: 'active' });
    expect(active).toEqual(idOfAll.filter((id) => inState(id, ['planned', 'queued'])));
    const skipped = await place.list.ids({ ...everything, filter: 'skipped', batchId: 2 });
    expect(skipped).toEqual(idOfAll.filter((id) => id % 3 === 1 && inState(id, ['skipped', 'cancelled'])));

    const view: View = { filter: 'failed', search: 'y 7/img_1', batchId: 3, sort: { by: 'order', descending: false } };
    const expected = idOfAll.filter(
      (id) => id % 3 === 2 && stateOf(id) === 'failed' && nameOf(id).includes('y 7/IMG_1'),
    );
    expect(expected.length).toBeGreaterThan(10);
    expect(await place.list.ids(view)).toEqual(expected);
    expect((await everyRow(place.list, view)).map(({ id }) => id)).toEqual(expected);
  });

  it('know nothing of cleared batches', async () => {
    expect(await place.list.ids({ ...everything, search: 'cleared' })).toEqual([]);
    expect(await place.list.page({ ...everything, batchId: 4 }, 0, 10)).toEqual({ total: 0, rows: [], counts: null });
    expect(await place.list.page({ ...everything, batchId: 99 }, 0, 10)).toEqual({ total: 0, rows: [], counts: null });
  });

  it('have empty pages past their end, and the total with each', async () => {
    expect(await place.list.page(everything, count, 10)).toEqual({ total: count, rows: [], counts: null });
    expect(await place.list.page(everything, 2 ** 40, 500)).toEqual({ total: count, rows: [], counts: null });
    const last = await place.list.page(everything, count - 3, 10);
    expect(last.rows.map(({ id }) => id)).toEqual(idOfAll.slice(-3));
  });

  it('leave the main thread to others while they are sorted and searched', async () => {
    const done = new AbortController();
    const turns = (async () => {
      let count = 0;
      for (; !done.signal.aborted; count++) await turn();
      return count;
    })();
    const view: View = { ...everything, search: 'g_9', sort: { by: 'name', descending: true } };
    const { total } = await place.list.page(view, 0, perPage);
    done.abort();
    expect(total).toBe(idOfAll.filter((id) => nameOf(id).includes('G_9')).length);
    expect(await turns).toBeGreaterThan(50);
  });

  it('finish only the last of several views that are asked for at once, and settle all', async () => {
    const searches = ['i', 'im', 'img', 'img_', 'img_1'];
    const asked = searches.map((search) => place.list.page({ ...everything, search }, 0, 10));
    const again = place.list.page({ ...everything, search: 'img_1' }, 10, 10);
    const command = place.list.ids({ ...everything, search: 'img_12' });
    const ends = await Promise.allSettled(asked);
    // The first had begun.
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected', 'fulfilled']);
    await expect(asked[1]).rejects.toMatchObject({ kind: 'superseded' });
    const expected = (search: string) => idOfAll.filter((id) => nameOf(id).includes(search));
    expect((await again).rows.map(({ id }) => id)).toEqual(expected('IMG_1').slice(10, 20));
    expect(await command).toEqual(expected('IMG_12'));
  });

  // The last of this journal, which it changes.
  it('follow another connection that writes all the time', async () => {
    const { journal, list, connectionId } = place;
    const view: View = { ...everything, filter: 'waiting', sort: { by: 'size', descending: true } };
    const before = idOfAll.filter((id) => stateOf(id) === 'paused').length;
    expect((await list.page(view, 0, 10)).total).toBe(before);

    let seen = before;
    let moved = 0;
    for (const batchId of [1, 2, 3]) {
      let more: number;
      do {
        more = journal.moveMany({ batchId, connectionId, from: 'queued', limit: 500 }, 'paused');
        moved += more;
        await turn();
        const page = await list.page(view, 0, 10);
        expect(page.rows).toHaveLength(10);
        expect(page.total).toBeGreaterThanOrEqual(seen);
        expect(page.total).toBeLessThanOrEqual(before + moved);
        seen = page.total;
      } while (more > 0);
    }
    expect(moved).toBe(idOfAll.filter((id) => stateOf(id) === 'queued').length);
    await journal.committed();
    expect(await list.ids(view)).toHaveLength(before + moved);
    await expect.poll(async () => (await list.page(view, 0, 10)).total, patience).toBe(before + moved);
    const rows = await everyRow(list, view);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(before + moved);
  });
});

describe('a list', () => {
  let place: Place;
  let stale = 0;
  beforeEach(() => {
    stale = 0;
    place = openPlace(() => stale++);
  });
  afterEach(async () => await place.close());

  it('sorts names as people do: any case, 2 before 10, é beside e', async () => {
    const sorted = [
      'a',
      'É.jpg',
      'f.jpg',
      'IMG_2.jpg',
      'img_10.jpg',
      'IMG_100.jpg',
      'day 2/z',
      'day 2/x/a',
      'day 10/a',
    ];
    add(place, sorted.toReversed());
    await place.journal.committed();
    expect(await keysOf(place.list, { sort: { by: 'name', descending: false } })).toEqual(sorted);
    expect(await keysOf(place.list, { sort: { by: 'name', descending: true } })).toEqual(sorted.toReversed());
  });

  it('shows what its key tells nothing of by its own name: finds it, and sorts it, by that', async () => {
    const { journal, connectionId, list } = place;
    const sent = (key: string, source: string) =>
      journal.addTransfer({
        ...{ batchId: 1, connectionId, key, source, size: 1, mtime: 1, inode: '1' },
        ...{ state: 'planned', reason: null, checkFirst: false },
      });
    sent('b/7f3a/source.mp4', '/card/IMG_10.mp4');
    sent('a/90c1/source.mp4', '/card/IMG_9.mp4');
    sent('finals/IMG_1.MP4', '/card/img_1.mp4'); // the same name
    const byName = { sort: { by: 'name', descending: false } } as const;
    expect(await keysOf(list, byName)).toEqual(['a/90c1/source.mp4', 'b/7f3a/source.mp4', 'finals/IMG_1.MP4']);
    expect(await keysOf(list, { ...byName, search: 'img_1' })).toEqual(['b/7f3a/source.mp4', 'finals/IMG_1.MP4']);
    expect(await keysOf(list, { search: '7F3A/s' })).toEqual(['b/7f3a/source.mp4']);
  });

  it('keeps each key once where names read the same', async () => {
    const keys = ['d1/1.jpg', 'd01/1.jpg', 'd1/01.jpg', 'd01/01.jpg', 'd1/1.jpg', 'caf\u00e9/a', 'cafe\u0301/a'];
    add(place, keys);
    await place.journal.committed();
    const found = await keysOf(place.list, { sort: { by: 'name', descending: false } });
    expect(found.toSorted()).toEqual(keys.toSorted());
    expect(found.filter((key) => key.startsWith('d'))).toEqual([
      'd01/1.jpg',
      'd01/01.jpg',
      'd1/1.jpg',
      'd1/01.jpg',
      'd1/1.jpg',
    ]);
  });

  it('finds parts of keys in any case of any script, however accents are written', async () => {
    add(place, ['Caf\u00e9.jpg', 'cafe\u0301 2.jpg', 'STRASSE', 'straße', 'ΣΊΣΥΦΟΣ', 'ЁЛКА', 'plain']);
    await place.journal.committed();
    const search = async (text: string) => await keysOf(place.list, { search: text });
    expect(await search('CAF\u00c9')).toEqual(['Caf\u00e9.jpg', 'cafe\u0301 2.jpg']);
    expect(await search('CAFE\u0301')).toEqual(['Caf\u00e9.jpg', 'cafe\u0301 2.jpg']);
    expect(await search('Straße')).toEqual(['STRASSE', 'straße']);
    expect(await search('σίσυφος')).toEqual(['ΣΊΣΥΦΟΣ']);
    expect(await search('ёлк')).toEqual(['ЁЛКА']);
  });

  it('takes whatever is searched for as text', async () => {
    const keys = ['100%', 'a_b', "it's", 'a"b', 'a\\b', '*', '[x]', '(', 'שלום/תמונה', 'x'.repeat(600), '😀'];
    add(place, keys);
    await place.journal.committed();
    const search = async (text: string) => await keysOf(place.list, { search: text });
    for (const [text, found] of [
      ['%', ['100%']],
      ['_', ['a_b']],
      ["'", ["it's"]],
      ['"', ['a"b']],
      ['\\', ['a\\b']],
      ['*', ['*']],
      ['[X]', ['[x]']],
      ['(', ['(']],
      ['תמונה', ['שלום/תמונה']],
      ['\u202eתמונה', []],
      ['X'.repeat(500), ['x'.repeat(600)]],
      ['\0', []],
      ['a\0b', []],
      ['😀', ['😀']],
      ['\ud83d', ['😀']],
      ["'; DROP TABLE transfers; --", []],
      ['__proto__', []],
    ] as const) {
      expect(await search(text), JSON.stringify(text)).toEqual(found);
    }
    expect(await search('')).toEqual(keys);
  });

  it('tells what is at the store, what failed, and when it was finished', async () => {
    const { journal, list } = place;
    const [photo = 0, video = 0] = add(place, ['photo', 'video']);
    const [gone = 0] = add(place, ['gone'], 2, 'failed');
    journal.moveMany({ batchId: 1, connectionId: place.connectionId, from: 'planned', limit: 10 }, 'queued');
    const [small, large] = journal.nextQueued(1, place.connectionId, 2);
    if (small === undefined || large === undefined) throw new Error('nothing is queued');
    journal.move(large, 'uploading', { partSize: 5, uploadId: 'u1', size: 15 });
    for (const number of [1, 2, 3]) journal.beginPart(video, number, 5);
    for (const number of [1, 3]) journal.finishPart(video, { number, size: 5, crc32: 1, md5: null, etag: 'e' });
    const sent = journal.move(journal.move(small, 'uploading', { size: 7 }), 'verifying');
    journal.move(sent, 'done');
    const { connectionId } = place;
    const nothing = { destinationId: null, source: null, sourceSize: null, type: null, changes: null, partSize: null };
    const proof = {
      crc32: 1,
      etag: 'e',
      versionId: null,
      integrity: 'crc32',
      finishedAt: 123_456,
      ...nothing,
      ...{ begunAt: null, url: null },
    } as const;
    journal.addReceipt({ transferId: photo, connectionId, key: 'photo', size: 7, ...proof });
    await journal.committed();

    const { rows } = await list.page(everything, 0, 10);
    expect(rows.map(({ id, state, sent, finishedAt }) => ({ id, state, sent, finishedAt }))).toEqual([
      { id: photo, state: 'done', sent: 7, finishedAt: 123_456 },
      { id: video, state: 'uploading', sent: 10, finishedAt: null },
      { id: gone, state: 'failed', sent: 0, finishedAt: null },
    ]);
    expect(rows[2]?.reason).toEqual(reason('source-gone', '/card'));
  });

  it('has those first that a person wants first', async () => {
    const ids = add(place, ['a', 'b', 'c', 'd', 'e']);
    const [a, b, c, d, e] = ids;
    place.journal.rankFirst([d, b].filter((id) => id !== undefined));
    await place.journal.committed();
    expect(await place.list.ids(everything)).toEqual([d, b, a, c, e]);
    expect(await place.list.ids({ ...everything, sort: { by: 'order', descending: true } })).toEqual([e, c, a, b, d]);
  });

  it('says when a page was made of what had just changed, and gives commands what is there now', async () => {
    const { journal, list } = place;
    let rows = 0;
    let shown: number;
    await list.page(everything, 0, 10);
    do {
      add(place, [`${++rows}`]);
      await journal.committed();
      shown = (await list.page(everything, 0, 10)).total;
    } while (shown === rows); // a slow machine: what was found before had rested long enough
    expect(shown).toBe(rows - 1);
    expect(await list.ids(everything)).toHaveLength(rows);
    await expect.poll(() => stale, patience).toBeGreaterThan(0);
    expect((await list.page(everything, 0, 10)).total).toBe(rows);
    const said = stale;
    await sleep(400);
    expect(stale).toBe(said);
  });

  it('forgets batches that are cleared, while it is used', async () => {
    const { journal, list } = place;
    add(place, ['a'], 1);
    add(place, ['b'], 2);
    await journal.committed();
    expect(await keysOf(list, {})).toEqual(['a', 'b']);
    journal.clearBatches([1], 5000);
    await journal.committed();
    await expect.poll(async () => await keysOf(list, {}), patience).toEqual(['b']);
  });

  it('rejects what its thread died at, and goes on with another', async () => {
    const { list, threads, journal } = place;
    add(place, ['a']);
    await journal.committed();
    const asked = Promise.allSettled([list.page(everything, 0, 10), list.ids(everything)]);
    await turn();
    await threads[0]?.terminate(); // while it starts
    const [page, ids] = await asked;
    expect(page).toMatchObject({ status: 'rejected', reason: { kind: 'internal' } });
    expect(ids).toEqual({ status: 'fulfilled', value: [1] });

    await threads[1]?.terminate(); // while it is idle
    expect((await list.page(everything, 0, 10)).total).toBe(1);
    expect(threads).toHaveLength(3);
  });

  it('rejects every order where there is no journal, and where the journal is none', async () => {
    const none = createTransferList({ file: path.join(place.folder, 'none.sqlite') });
    const ends = await Promise.allSettled([none.page(everything, 0, 1), none.ids(everything), none.ids(everything)]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await none.close();

    const wrong = createTransferList({ file: import.meta.filename });
    await expect(wrong.page(everything, 0, 1)).rejects.toMatchObject({ kind: 'internal' });
    await wrong.close();
  });

  it('rejects what is wrong, and answers the next', async () => {
    await expect(place.list.page(everything, -1, 10)).rejects.toMatchObject({ kind: 'internal' });
    expect(await place.list.page(everything, 0, 10)).toEqual({ total: 0, rows: [], counts: null });
  });

  it('rejects what is open when it is closed, and all that comes later', async () => {
    add(place, ['a']);
    await place.journal.committed();
    const open = [place.list.page(everything, 0, 10), place.list.ids(everything)];
    const ends = Promise.allSettled(open);
    await place.list.close();
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(place.list.page(everything, 0, 10)).rejects.toMatchObject({ kind: 'invalid-input' });
  });
});

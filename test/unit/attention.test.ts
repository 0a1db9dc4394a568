/** What the dock, the tray and notifications say, from one progress to the next. */
import { describe, expect, it } from 'vitest';
import { badgeOf, barOf, noticesOf, tooltipOf } from '../../electron/notices.ts';
import { transferStates, type Totals, type TransferState } from '../../shared/domain.ts';
import { reason } from '../../shared/errors.ts';
import type { BatchInfo, Progress } from '../../shared/ipc.ts';

/** Files by state, of 1 MB each. */
function totals(files: Partial<Record<TransferState, number>>): Totals {
  const entries = transferStates.map((state) => [
    state,
    { files: files[state] ?? 0, bytes: (files[state] ?? 0) * 1_000_000 },
  ]);
  return Object.fromEntries(entries) as Totals;
}

function batch(files: Partial<Record<TransferState, number>>, more: Partial<BatchInfo> = {}): BatchInfo {
  return {
    id: 1,
    connectionId: 1,
    connectionName: 'Club',
    prefix: '',
    roots: ['/cards/Cup final'],
    createdAt: 0,
    scanning: false,
    arrivedBytes: 0,
    totals: totals(files),
    ...more,
  };
}

function progress(batches: BatchInfo[], more: Partial<Progress> = {}): Progress {
  return {
    activity: 'uploading',
    stopped: null,
    batches,
    totals: batches[0]?.totals ?? totals({}),
    arrivedBytes: 0,
    wantedBytes: 0,
    rate: null,
    timeLeft: null,
    active: [],
    revision: 1,
    ...more,
  };
}

const titles = (before: Progress | null, after: Progress) => noticesOf(before, after).map(({ title }) => title);

describe('a notification', () => {
  const busy = progress([batch({ uploading: 1, queued: 2 })]);

  it('says that a batch ended, with its name, files and size', () => {
    expect(noticesOf(busy, progress([batch({ done: 3 })]))).toEqual([
      { title: 'Upload finished', body: 'Cup final: 3 files, 3 MB' },
    ]);
  });

  it('comes once', () => {
    const ended = progress([batch({ done: 3 })]);
    expect(noticesOf(ended, ended)).toEqual([]);
    expect(noticesOf(ended, progress([]))).toEqual([]);
  });

  it('says what is missing at the end, and who can see why', () => {
    const [notice] = noticesOf(busy, progress([batch({ done: 2, failed: 1 }, { roots: ['/a/x', '/a/y', '/a/z'] })]));
    expect(notice?.title).toBe('Upload finished, but something is missing');
    expect(notice?.body).toBe('x and 2 more: 2 files uploaded, 1 file failed. Open Sideline to see why.');
  });

  it('comes with the first failure of a batch that goes on, not with the next', () => {
    const first = progress([batch({ uploading: 1, queued: 1, failed: 1 })]);
    const second = progress([batch({ uploading: 1, failed: 2 })]);
    expect(titles(busy, first)).toEqual(['A file could not be uploaded']);
    expect(titles(first, second)).toEqual([]);
  });

  it('comes again when what failed was retried', () => {
    const failed = progress([batch({ done: 2, failed: 1 })]);
    const again = progress([batch({ done: 2, uploading: 1 })]);
    expect(titles(failed, again)).toEqual([]);
    expect(titles(again, progress([batch({ done: 3 })]))).toEqual(['Upload finished']);
  });

  it('is of a batch that came and went between two looks too', () => {
    expect(titles(progress([]), progress([batch({ done: 1 })]))).toEqual(['Upload finished']);
  });

  it('is of each batch by itself', () => {
    const two = (first: BatchInfo) => progress([first, batch({ queued: 5 }, { id: 2 })]);
    expect(titles(two(batch({ uploading: 1 })), two(batch({ done: 1 })))).toEqual(['Upload finished']);
  });

  it.each<[string, BatchInfo]>([
    ['paused', batch({ done: 2, paused: 1 })],
    ['waiting', batch({ done: 2, waiting: 1 })],
    ['still reading its folders', batch({ done: 3 }, { scanning: true })],
    ['cancelled as a whole', batch({ cancelled: 3 })],
    ['nothing but duplicates', batch({ skipped: 3 })],
  ])('does not come when a batch is %s', (_, after) => {
    expect(noticesOf(busy, progress([after]))).toEqual([]);
  });

  it('does not come for what was so before the app started', () => {
    expect(noticesOf(null, progress([batch({ done: 1, failed: 2 })]))).toEqual([]);
  });

  it('does not come when the network goes: Sideline goes on by itself', () => {
    expect(noticesOf(busy, { ...busy, activity: 'offline' })).toEqual([]);
  });

  it('says once that a name and password are needed', () => {
    const held = progress(busy.batches, { activity: 'held' });
    const title = 'A name and password are needed';
    expect(noticesOf(busy, held)).toEqual([{ title, body: expect.stringContaining('waits') as string }]);
    expect(noticesOf(held, held)).toEqual([]);
  });

  it('says once why the engine stopped', () => {
    const why = reason('journal-failed', 'ENOSPC');
    const stopped = progress(busy.batches, { activity: 'stopped', stopped: why });
    expect(noticesOf(busy, stopped)).toEqual([{ title: 'Sideline has stopped', body: why.message }]);
    expect(noticesOf(stopped, stopped)).toEqual([]);
  });
});

describe('the bar, the badge and the tooltip', () => {
  const half = { arrivedBytes: 50, wantedBytes: 100 };

  it.each([
    ['idle', null],
    ['scanning', 'indeterminate'],
    ['uploading', 'normal'],
    ['offline', 'paused'],
    ['held', 'paused'],
    ['paused', 'paused'],
    ['stopped', 'error'],
  ] as const)('show %s', (activity, mode) => {
    expect(barOf(progress([], { activity, ...half }))).toEqual(mode === null ? null : { value: 0.5, mode });
  });

  it('never leave the range of 0 to 1', () => {
    expect(barOf(progress([]))?.value).toBe(0);
    expect(barOf(progress([], { arrivedBytes: 5, wantedBytes: 4 }))?.value).toBe(1);
  });

  it('count what failed', () => {
    const failed = progress([batch({ failed: 4 })], { activity: 'idle' });
    expect(badgeOf(failed)).toBe(4);
    expect(tooltipOf(failed)).toBe('Sideline: 4 files failed');
  });

  it('say percent, rate and time left, as far as they are known, and 100 % only at the end', () => {
    const known = { rate: 5_000_000, timeLeft: 200_000 };
    const almost = { arrivedBytes: 999, wantedBytes: 1000 };
    expect(tooltipOf(progress([], { ...almost, ...known }))).toBe('Sideline: 99 %, 5 MB/s, 3 min 20 s left');
    expect(tooltipOf(progress([], half))).toBe('Sideline: 50 %');
  });

  it.each(['idle', 'scanning', 'offline', 'held', 'paused', 'stopped'] as const)(
    'name the app when it is %s',
    (activity) => {
      expect(tooltipOf(progress([], { activity }))).toMatch(/^Sideline/);
    },
  );
});

import { describe, expect, test } from 'vitest';
import { createRowSource, groupsOf, mostRows } from '../../renderer/list/row-source.ts';
import {
  everything,
  isSelected,
  isWhole,
  noSelection,
  picked,
  selectedCount,
  toggled,
} from '../../renderer/list/selection.ts';
import { whichOf } from '../../renderer/features/uploads/which.ts';
import { addSample, graphPaths, graphSpan, peakRate, type Sample } from '../../renderer/stores/throughput.ts';
import type { Page, TransferRow, View } from '../../shared/transfer-list.ts';

const view: View = { filter: 'failed', search: 'a', batchId: null, sort: { by: 'name', descending: true } };

describe('selection', () => {
  test('rows are added and taken out', () => {
    const two = toggled(toggled(noSelection, 1), 2);
    expect(whichOf(two, view)).toEqual({ ids: [1, 2] });
    expect(whichOf(toggled(two, 1), view)).toEqual({ ids: [2] });
    expect(isSelected(two, 3)).toBe(false);
    expect(whichOf(noSelection, view)).toBeNull();
  });

  test('all means the whole view, loaded or not, but what was taken out of it', () => {
    expect(whichOf(everything, view)).toEqual({ view, except: [] });
    expect(selectedCount(everything, 100_000)).toBe(100_000);
    expect(isSelected(everything, 77)).toBe(true);
    const less = toggled(everything, 5);
    expect(whichOf(less, view)).toEqual({ view, except: [5] });
    expect(selectedCount(less, 100_000)).toBe(99_999);
    expect([5, 77].map((id) => isSelected(less, id))).toEqual([false, true]);
    expect([everything, less, picked([5])].map(isWhole)).toEqual([true, false, false]);
    expect(toggled(less, 5)).toEqual(everything);
  });
});

describe('rows for the grid', () => {
  const row = (id: number) => ({ id }) as TransferRow;
  const pageOf = (offset: number, limit: number): Page => ({
    total: 120,
    rows: Array.from({ length: Math.max(0, Math.min(limit, 120 - offset)) }, (_, at) => row(offset + at)),
    counts: null,
  });

  test('blocks that are asked for together come by one call, each with its own rows', async () => {
    const calls: [number, number][] = [];
    const jobs: (() => void)[] = [];
    let total = -1;
    const source = createRowSource({
      fetch: (offset, limit) => {
        calls.push([offset, limit]);
        return Promise.resolve(pageOf(offset, limit));
      },
      onTotal: (count) => (total = count),
      soon: (job) => jobs.push(job),
    });
    const got = [50, 0, 100].map(
      (startRow) =>
        new Promise<number[]>((resolve, reject) => {
          source.getRows({
            startRow,
            endRow: startRow + 50,
            successCallback: (rows, last) =>
              last === 120 ? resolve(rows.map(({ id }) => id)) : reject(new Error(`${last}`)),
            failCallback: () => reject(new Error('failed')),
          });
        }),
    );
    expect(jobs).toHaveLength(1);
    jobs[0]?.();
    const [second, first, third] = await Promise.all(got);
    expect(calls).toEqual([[0, 150]]);
    expect(total).toBe(120);
    expect(first).toEqual(Array.from({ length: 50 }, (_, at) => at));
    expect(second?.[0]).toBe(50);
    expect(third).toHaveLength(20);
  });

  test('a list that is gone tells nothing of late answers: another stands in its place', async () => {
    const answer = Promise.withResolvers<Page>();
    const told: unknown[] = [];
    const source = createRowSource({
      fetch: () => answer.promise,
      onTotal: (count) => told.push(count),
      soon: (job) => job(),
    });
    source.getRows({
      ...{ startRow: 0, endRow: 50 },
      successCallback: (rows) => told.push(rows),
      failCallback: () => told.push('failed'),
    });
    source.end();
    answer.resolve(pageOf(0, 50));
    await new Promise(setImmediate);
    expect(told).toEqual([]);
  });

  test('a failure is told to every block', async () => {
    const source = createRowSource({
      fetch: () => Promise.reject(new Error('refused')),
      onTotal: () => expect.unreachable(),
      soon: (job) => job(),
    });
    await new Promise<void>((resolve) => {
      source.getRows({ startRow: 0, endRow: 50, successCallback: () => expect.unreachable(), failCallback: resolve });
    });
  });

  test('no call asks for more rows than the contract allows', () => {
    const blocks = [0, 50, 400, 450, 500, 90_000].map((startRow) => ({ startRow, endRow: startRow + 50 }));
    const groups = groupsOf(blocks);
    expect(groups.flat()).toHaveLength(blocks.length);
    expect(groups.map((group) => group.map(({ startRow }) => startRow))).toEqual([[0, 50, 400, 450], [500], [90_000]]);
    for (const group of groups) {
      expect((group.at(-1)?.endRow ?? 0) - (group[0]?.startRow ?? 0)).toBeLessThanOrEqual(mostRows);
    }
  });
});

describe('the graph of throughput', () => {
  const at0 = 1_000_000;

  test('keeps two minutes, in few points, however often progress comes', () => {
    let samples: readonly Sample[] = [];
    for (let ms = 0; ms <= 2 * graphSpan; ms += 100) samples = addSample(samples, { at: at0 + ms, rate: ms });
    expect(samples.length).toBeLessThanOrEqual(320);
    expect(samples.length).toBeGreaterThan(150);
    expect(samples[0]?.at).toBeGreaterThan(at0 + graphSpan);
    expect(samples.at(-1)).toEqual({ at: at0 + 2 * graphSpan, rate: 2 * graphSpan });
    expect(peakRate(samples)).toBe(2 * graphSpan);
  });

  test('a clock that was set back starts it anew', () => {
    expect(addSample([{ at: 5000, rate: 1 }], { at: 1000, rate: 2 })).toEqual([{ at: 1000, rate: 2 }]);
  });

  test('now is at the right edge, and the peak under the top', () => {
    const { line, area } = graphPaths(
      [
        { at: 0, rate: 0 },
        { at: graphSpan / 2, rate: 100 },
      ],
      200,
      50,
    );
    expect(line).toBe('M100 50L200 4.5');
    expect(area).toBe('M100 50L200 4.5L200 50L100 50Z');
    expect(graphPaths([{ at: 0, rate: 1 }], 200, 50)).toEqual({ line: '', area: '' });
  });
});

import { describe, expect, test } from 'vitest';
import { isFiltered, isReversed, queryOf } from '../../renderer/features/history/filters.ts';
import {
  changesWords,
  crc32Words,
  destinationOf,
  finishedWords,
  nameOf,
  partsWords,
  shortTime,
  verdictOf,
} from '../../renderer/features/history/words.ts';
import { paced } from '../../renderer/list/paced.ts';
import { noFilters, type HistoryFilters } from '../../renderer/stores/history.ts';
import { historyQuerySchema, type BatchVerification, type ExportForm, type FileKind } from '../../shared/history.ts';
import { exportForms, fileKinds, verifyOutcomes } from '../../shared/history.ts';
import { imageChanges, reasonsLeft } from '../../shared/prepared.ts';
import { history } from '../../shared/strings/history.ts';
import { changeWords } from '../../shared/strings/image-changes.ts';

const day = 86_400_000;

function filters(change: Partial<HistoryFilters> = {}): HistoryFilters {
  return { ...noFilters, sort: { by: 'finished', descending: true }, ...change };
}

describe('what the history is asked for', () => {
  const now = new Date(2026, 10, 21, 17, 5).getTime();

  test.each<Partial<HistoryFilters>>([
    {},
    { search: ' IMG ', kinds: ['image'], destinationIds: [3], batchId: 2, tag: 'cup' },
    { period: 'today' },
    { period: 'range', firstDay: '2026-11-01', lastDay: '' },
    { period: 'range', firstDay: '0001-01-01', lastDay: '275760-09-13' },
  ])('is what main takes: %j', (change) => {
    expect(() => historyQuerySchema.parse(queryOf(filters(change), now))).not.toThrow();
  });

  test('a period begins at midnight, here, and has its days whole', () => {
    const bounds = (change: Partial<HistoryFilters>) => {
      const { from, until } = queryOf(filters(change), now);
      return [from, until].map((at) => (at === null ? null : new Date(at).toString().slice(0, 21)));
    };
    expect(bounds({ period: 'any', firstDay: '2026-01-01' })).toEqual([null, null]);
    expect(bounds({ period: 'today' })).toEqual(['Sat Nov 21 2026 00:00', null]);
    expect(bounds({ period: 'week' })).toEqual(['Sun Nov 15 2026 00:00', null]);
    expect(bounds({ period: 'month' })).toEqual(['Fri Oct 23 2026 00:00', null]);
    // The clocks change in that month in Europe and America: it is midnight all the same.
    expect(bounds({ period: 'range', firstDay: '2026-10-25', lastDay: '2026-11-01' })).toEqual([
      'Sun Oct 25 2026 00:00',
      'Mon Nov 02 2026 00:00',
    ]);
    expect(bounds({ period: 'range', firstDay: '', lastDay: '2026-11-01' })[0]).toBeNull();
  });

  test('knows whether anything is hidden', () => {
    expect(isFiltered(filters())).toBe(false);
    expect(isFiltered(filters({ search: '  ' }))).toBe(false);
    expect(isFiltered(filters({ period: 'range' }))).toBe(false);
    expect(isFiltered(filters({ period: 'range', lastDay: '2026-01-01' }))).toBe(true);
    expect(isFiltered(filters({ period: 'today' }))).toBe(true);
    expect(isFiltered(filters({ tag: 'cup' }))).toBe(true);
  });

  test('knows days that are the wrong way round', () => {
    const range = { period: 'range', firstDay: '2026-02-01', lastDay: '2026-01-31' } as const;
    expect(isReversed(filters(range))).toBe(true);
    expect(isReversed(filters({ ...range, period: 'any' }))).toBe(false);
    expect(isReversed(filters({ ...range, lastDay: '' }))).toBe(false);
    expect(isReversed(filters({ ...range, lastDay: '2026-02-01' }))).toBe(false);
  });
});

describe('the words of the history', () => {
  test('there are some for all that main may say', () => {
    expect(Object.keys(history.filters.kinds)).toEqual(fileKinds satisfies readonly FileKind[]);
    expect(Object.keys(history.batch.forms)).toEqual(exportForms satisfies readonly ExportForm[]);
    expect(Object.keys(history.verify.outcomes)).toEqual([...verifyOutcomes]);
    for (const code of imageChanges) expect(changeWords(code)).not.toContain('-');
    for (const left of reasonsLeft) expect(changeWords(`as-is: ${left}`)).toMatch(/^sent as it is: /);
    expect(changeWords('still: 1.5')).toBe('a still of the video, 1.5 s from its start');
    expect(changeWords('of a later version')).toBe('of a later version');
  });

  test('a time is as short as it tells the day', () => {
    const now = new Date(2026, 10, 21, 17, 5).getTime();
    expect(shortTime(now - 60_000, now)).not.toMatch(/21|2026/);
    expect(shortTime(now - 3 * day, now)).toMatch(/18/);
    expect(shortTime(now - 3 * day, now)).not.toMatch(/2026/);
    expect(shortTime(now - 365 * day, now)).toMatch(/2025/);
  });

  test('what is not known is not said', () => {
    expect(finishedWords(null, 61_000)).not.toContain('after');
    expect(finishedWords(1000, 62_000)).toMatch(/, after 1 min 1 s$/);
    // A clock that was set back tells no duration.
    expect(finishedWords(90_000, 62_000)).not.toContain('after');
    expect(changesWords(null)).toBeNull();
    expect(changesWords([])).toBe(history.details.unchanged);
    expect(changesWords(['rotated', 'metadata-removed'])).toMatch(/^turned .*; .*removed$/);
  });

  test('a receipt in figures', () => {
    expect(crc32Words(0x1a2b)).toBe('00001a2b');
    expect(partsWords({ partSize: null, size: 5 })).toBe('one piece');
    expect(partsWords({ partSize: 8_388_608, size: 40_000_000_000 })).toBe('4,769 parts of 8.39 MB');
    expect(nameOf('events/cup/a b.jpg')).toBe('a b.jpg');
    expect(nameOf('a.jpg')).toBe('a.jpg');
    expect(destinationOf({ destinationName: null, connectionName: 'Club' })).toBe('Club');
    expect(destinationOf({ destinationName: 'Photos', connectionName: 'Club' })).toBe('Photos');
  });

  test('a comparison is as good as its worst outcome', () => {
    const of = (counts: Partial<BatchVerification['counts']>) =>
      verdictOf({ counts: { same: 0, unproven: 0, different: 0, missing: 0, unknown: 0, ...counts } });
    expect(of({ same: 45 })).toEqual({ tone: 'success', words: 'All 45 files are there, exactly as sent.' });
    expect(of({ same: 1 }).words).toBe('The file is there, exactly as sent.');
    expect(of({}).tone).toBe('info');
    expect(of({ same: 4, unproven: 1 }).tone).toBe('success');
    expect(of({ same: 4, unproven: 1 }).words).toContain('1 is there in the right size');
    expect(of({ same: 4, unknown: 1 }).tone).toBe('warning');
    expect(of({ same: 4, unknown: 1, missing: 2 })).toEqual({
      tone: 'danger',
      words:
        '2 are missing from the store; 1 could not be compared, for the reasons below; 4 are there, exactly as sent.',
    });
    expect(of({ different: 1 }).tone).toBe('danger');
  });
});

describe('a job that is asked for often', () => {
  test('is done at once, then once a pause, and the last asking is not lost', async () => {
    const done: number[] = [];
    let asked = 0;
    const job = paced(() => done.push(asked), 40);
    for (let turn = 0; turn < 5; turn++) {
      asked++;
      job.ask();
    }
    expect(done).toEqual([1]);
    await expect.poll(() => done).toEqual([1, 5]);
    asked++;
    job.ask();
    job.end();
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(done).toHaveLength(2);
  });
});

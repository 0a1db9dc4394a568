import { describe, expect, test } from 'vitest';
import {
  activityWords,
  baseName,
  batchName,
  batchShare,
  countOf,
  isFinished,
  percentWords,
  shareOf,
  timeLeftWords,
} from '../../renderer/features/uploads/words.ts';
import { nameParts } from '../../renderer/list/name-parts.ts';
import { transferStates, type Totals, type TransferState } from '../../shared/domain.ts';
import { stateFilterNames, stateFilters } from '../../shared/states.ts';

function totalsOf(files: Partial<Record<TransferState, number>>): Totals {
  const entries = transferStates.map((state) => [state, { files: files[state] ?? 0, bytes: (files[state] ?? 0) * 10 }]);
  return Object.fromEntries(entries) as Totals;
}

describe('the words of the Uploads view', () => {
  test('counts are those that the lists are filtered by', () => {
    const totals = totalsOf(Object.fromEntries(transferStates.map((state, at) => [state, 2 ** at])));
    for (const filter of stateFilterNames) {
      const states: readonly TransferState[] = stateFilters[filter] ?? transferStates;
      expect(countOf(totals, filter)).toBe(states.reduce((sum, state) => sum + totals[state].files, 0));
    }
  });

  test('what is going on', () => {
    const words = (activity: Parameters<typeof activityWords>[0]['activity'], files: Parameters<typeof totalsOf>[0]) =>
      activityWords({ activity, totals: totalsOf(files) });
    expect(words('uploading', { uploading: 1 })).toBe('Uploading');
    expect(words('offline', { waiting: 1 })).toBe('Waiting for the network');
    expect(words('idle', {})).toBe('Nothing to send');
    expect(words('idle', { done: 3, skipped: 2 })).toBe('All done');
    expect(words('idle', { done: 3, failed: 1 })).toBe('Done, except 1 file that failed');
    expect(words('idle', { done: 3, waiting: 1 })).toBe('Waiting');
  });

  test('nothing is at 100 % before all of it has arrived', () => {
    expect(percentWords(0.9999)).toBe('99%');
    expect(percentWords(1)).toBe('100%');
    expect(shareOf(5, 0)).toBeNull();
    expect(shareOf(12, 10)).toBe(1);
  });

  test('time left gets coarser the longer it is, and is not invented', () => {
    expect(timeLeftWords(null)).toBeNull();
    expect(timeLeftWords(Infinity)).toBeNull();
    expect(timeLeftWords(3000)).toBe('a few seconds left');
    expect(timeLeftWords(41_000)).toBe('45 s left');
    expect(timeLeftWords(196_000)).toBe('3 min 30 s left');
    expect(timeLeftWords(3_601_000)).toBe('1 h 1 min left');
  });

  test('drops are named after what was dropped', () => {
    expect(baseName('/media/card/DCIM/')).toBe('DCIM');
    expect(baseName('E:\\Footage\\Round 12')).toBe('Round 12');
    expect(batchName(['/a/b', '/c', '/d'])).toBe('b and 2 more');
    expect(batchName(['/a/b.mp4'])).toBe('b.mp4');
  });

  test('a drop is finished when nothing of it is under way or waits', () => {
    expect(isFinished({ scanning: false, totals: totalsOf({ done: 2, failed: 1 }) })).toBe(true);
    expect(isFinished({ scanning: false, totals: totalsOf({ done: 2, paused: 1 }) })).toBe(false);
    expect(isFinished({ scanning: true, totals: totalsOf({ done: 2 }) })).toBe(false);
    const totals = totalsOf({ done: 1, queued: 3, failed: 7, skipped: 2 });
    expect(batchShare({ totals, arrivedBytes: 10 })).toBe(0.25);
    expect(batchShare({ totals, arrivedBytes: 25 })).toBe(0.625);
  });

  test('a long name keeps its end', () => {
    expect(nameParts('season/day 1/GX010041_wide.MP4')).toEqual({
      folder: 'season/day 1/',
      head: 'GX01004',
      tail: '1_wide.MP4',
    });
    expect(nameParts('a.mp4')).toEqual({ folder: '', head: '', tail: 'a.mp4' });
    expect(nameParts('x/🏉🏉🏉🏉🏉🏉🏉.jpeg').tail).toBe('🏉🏉🏉🏉🏉.jpeg');
    // An accent stays with its letter, and a family together.
    expect(nameParts(`x/Final ${'e\u0301'.repeat(7)}.jpeg`).tail).toBe(`${'e\u0301'.repeat(5)}.jpeg`);
    expect(nameParts('x/the 👨‍👩‍👧👨‍👩‍👧12345.jpg').tail).toBe('👨‍👩‍👧12345.jpg');
    expect(nameParts('x/שחקן מצטיין.jpg')).toEqual({ folder: 'x/', head: 'שחקן מצטיין.jpg', tail: '' });
  });
});

/** What the toolbar and the menu offer for the selected files. */
import { describe, expect, test } from 'vitest';
import { canOf, statesOf } from '../../renderer/features/uploads/can.ts';
import { everything, picked } from '../../renderer/list/selection.ts';
import { transferStates, type TransferState } from '../../shared/states.ts';

const offered = (...states: TransferState[]) =>
  Object.entries(canOf(states)).flatMap(([name, can]) => (can ? [name] : []));

describe('canOf', () => {
  test.each<[TransferState[], string[]]>([
    [['done'], []],
    [['skipped'], ['retry']],
    [['cancelled'], ['retry']],
    [['failed'], ['retry', 'cancel']],
    [['paused'], ['resume', 'sendFirst', 'cancel']],
    [['waiting'], ['pause', 'resume', 'sendFirst', 'cancel']],
    [['uploading'], ['pause', 'sendFirst', 'cancel']],
    [['done', 'skipped'], ['retry']],
    [
      ['done', 'uploading'],
      ['pause', 'sendFirst', 'cancel'],
    ],
    [[], []],
  ])('of %j is %j', (states, can) => {
    expect(offered(...states).toSorted()).toEqual(can.toSorted());
  });
});

describe('statesOf', () => {
  const view = { filter: 'done' } as const;

  test('are those of the rows, where they are known', () => {
    expect(statesOf(picked([1, 2]), { filter: 'all' }, [{ state: 'done' }, { state: 'failed' }])).toEqual([
      'done',
      'failed',
    ]);
  });

  test('are those of the view, where all of it is selected', () => {
    expect(statesOf(everything, view, null)).toEqual(['done']);
    expect(statesOf(everything, { filter: 'all' }, null)).toEqual(transferStates);
  });

  test('are any, where not all rows are known: what was in the view may have left it', () => {
    expect(statesOf(picked([1, 2]), view, null)).toEqual(transferStates);
  });
});

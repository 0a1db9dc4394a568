import { describe, expect, it } from 'vitest';
import { pageOfView } from '../../renderer/list/page-of-view.ts';
import type { Page, View } from '../../shared/transfer-list.ts';

const first: View = { batchId: null, filter: 'all', search: '', sort: { by: 'order', descending: false } };
const second: View = { ...first, search: 'final' };
const page: Page = { total: 1, rows: [], counts: null };
const superseded = new Error('superseded');

/** Answers one after another; what is an error is thrown. `looksAt`: the views, as the person goes through them. */
function place(answers: readonly (Page | Error)[], looksAt: View[] = [first]) {
  const asked: View[] = [];
  const told: unknown[] = [];
  const deps = {
    view: () => looksAt.at(Math.min(asked.length, looksAt.length - 1)) ?? first,
    ask: (view: View) => {
      const answer = answers[asked.length] ?? page;
      asked.push(view);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    isSuperseded: (error: unknown) => error === superseded,
    tell: (error: unknown) => void told.push(error),
  };
  return { asked, told, deps };
}

describe('a page of the view', () => {
  it('is asked for again while the view is still looked at', async () => {
    const { asked, told, deps } = place([superseded, superseded, page]);
    expect(await pageOfView(deps, 0, 50)).toBe(page);
    expect(asked).toEqual([first, first, first]);
    expect(told).toEqual([]);
  });

  it('is given up without a word once another view is looked at', async () => {
    const { asked, told, deps } = place([superseded], [first, second]);
    await expect(pageOfView(deps, 0, 50)).rejects.toBe(superseded);
    expect(asked).toEqual([first]);
    expect(told).toEqual([]);
  });

  it('tells the person what is wrong, once', async () => {
    const broken = new Error('the disk is gone');
    const { told, deps } = place([broken]);
    await expect(pageOfView(deps, 0, 50)).rejects.toBe(broken);
    expect(told).toEqual([broken]);
  });
});

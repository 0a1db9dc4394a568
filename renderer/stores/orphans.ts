import { create } from 'zustand';
import type { OrphanList, OrphanScan } from '../../shared/orphans.ts';
import { attempt } from '../app/attempt.ts';
import { noSelection, type Selection } from '../list/selection.ts';
import { call, onEvent } from '../ipc.ts';

interface OrphansState {
  /** the last search; null: none */
  scan: OrphanScan | null;
  list: OrphanList;
  /** of rows of the list, by their numbers */
  selection: Selection;
  /** the row that ranges start from */
  anchor: number | null;
  /** rows of the list; null: not known yet */
  total: number | null;
  /** What the history says of this search's objects was changed since. */
  forgotten: boolean;
}

const fresh = { selection: noSelection, anchor: null, total: null } as const;

/** What was left in a bucket, as the last search has found it. It outlives the view. */
export const useOrphans = create<OrphansState>()(() => ({ scan: null, list: 'unknown', forgotten: false, ...fresh }));

/** While the view is looked at; returns what ends it. */
export function followOrphans(): () => void {
  void attempt(async () => {
    const [scan] = await call('orphans.list', {});
    if (scan !== undefined) took(scan);
  });
  return onEvent('orphans', took);
}

export async function search(order: { connectionId: number; destinationId: number | null; olderThan: number }) {
  await attempt(async () => took(await call('orphans.scan', order)));
}

export function stopSearch(scanId: number): void {
  void attempt(() => call('orphans.cancel', { scanId }));
}

export function showList(list: OrphanList): void {
  useOrphans.setState({ list, ...fresh });
}

export function selectRows(selection: Selection, anchor?: number | null): void {
  useOrphans.setState({ selection, ...(anchor === undefined ? {} : { anchor }) });
}

/** A late word of an earlier search is no news. */
function took(scan: OrphanScan): void {
  useOrphans.setState((now) => {
    if (now.scan === null || scan.id > now.scan.id) return { scan, forgotten: false, ...fresh };
    if (scan.id < now.scan.id || now.scan.state !== 'running') return {};
    return { scan };
  });
}

import { create } from 'zustand';
import type { HistoryBatch } from '../../shared/history.ts';
import { call } from '../ipc.ts';

interface Facets {
  /** of which something was sent, the newest first; null until main has answered */
  batches: readonly HistoryBatch[] | null;
  tags: readonly string[];
}

/** What the history can be filtered by, besides destinations. */
export const useFacets = create<Facets>()(() => ({ batches: null, tags: [] }));

/** Throws CallError. */
export async function loadFacets(): Promise<void> {
  const [batches, tags] = await Promise.all([call('history.batches', {}), call('history.tags', {})]);
  useFacets.setState({ batches, tags });
}

import { create } from 'zustand';
import type { BucketCheck, SettingRead } from '../../shared/bucket-check.ts';
import type { Destination } from '../../shared/destination.ts';
import { wordsOf } from '../app/attempt.ts';
import { call, onEvent } from '../ipc.ts';
import { useDestinations } from './destinations.ts';
import { useNavigation } from './navigation.ts';

export type Checked =
  /** `before`: what the last check has found */
  | { state: 'running'; reads: readonly SettingRead[]; before: BucketCheck | null }
  | { state: 'refused'; words: string }
  /** `destinations`: what it was judged for */
  | { state: 'done'; check: BucketCheck; destinations: readonly Destination[] | null };

export const bucketTabs = ['settings', 'policies', 'left'] as const;
export type BucketTab = (typeof bucketTabs)[number];

interface BucketState {
  /** whose bucket is looked at; null: the first there is */
  connectionId: number | null;
  tab: BucketTab;
  /** the last check of each connection since the window was opened */
  checks: ReadonlyMap<number, Checked>;
}

/** What the bucket check shows. It outlives the view: coming back finds it as it was. */
export const useBucket = create<BucketState>()(() => ({ connectionId: null, tab: 'settings', checks: new Map() }));

/** Goes to the check of a connection's bucket. */
export function openBucketPage(connectionId: number): void {
  useBucket.setState({ connectionId });
  useNavigation.getState().go('bucket');
}

/** Reads the settings anew and judges them. Nothing happens while that goes on already. */
export async function checkBucket(connectionId: number): Promise<void> {
  const last = useBucket.getState().checks.get(connectionId);
  if (last?.state === 'running') return;
  const destinations = useDestinations.getState().list;
  note(connectionId, { state: 'running', reads: [], before: last?.state === 'done' ? last.check : null });
  const end = onEvent('checking', ({ connectionId: of, read }) => {
    const now = useBucket.getState().checks.get(connectionId);
    if (of === connectionId && now?.state === 'running') note(connectionId, { ...now, reads: [...now.reads, read] });
  });
  try {
    note(connectionId, { state: 'done', check: await call('bucketCheck.run', { connectionId }), destinations });
  } catch (error) {
    note(connectionId, { state: 'refused', words: wordsOf(error) });
  } finally {
    end();
  }
}

function note(connectionId: number, checked: Checked): void {
  useBucket.setState(({ checks }) => ({ checks: new Map(checks).set(connectionId, checked) }));
}

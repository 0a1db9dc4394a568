import { create } from 'zustand';
import type { Destination } from '../../shared/destination.ts';
import { attempt } from '../app/attempt.ts';
import { call, onEvent } from '../ipc.ts';

/** By name; null until main has answered. */
export const useDestinations = create<{ list: readonly Destination[] | null }>()(() => ({ list: null }));

/** Once, at the start of the window. */
export function followDestinations(): void {
  onEvent('destinations', (list) => useDestinations.setState({ list }));
  void attempt(async () => useDestinations.setState({ list: await call('destinations.list', {}) }));
}

import { create } from 'zustand';
import type { ConnectionInfo } from '../../shared/ipc.ts';
import { attempt } from '../app/attempt.ts';
import { call, onEvent } from '../ipc.ts';

/** null until main has answered. */
export const useConnections = create<{ list: ConnectionInfo[] | null }>()(() => ({ list: null }));

/** Once, at the start of the window. */
export function followConnections(): void {
  onEvent('connections', (list) => useConnections.setState({ list }));
  void attempt(learnConnections);
}

/** Asks for them now, for who needs one that was just made: what tells of it may come later than the answer to who made it. */
export async function learnConnections(): Promise<void> {
  useConnections.setState({ list: await call('connections.list', {}) });
}

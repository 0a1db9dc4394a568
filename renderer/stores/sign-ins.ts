import { create } from 'zustand';
import { isBroker } from '../../shared/connection-kind.ts';
import type { BackendInfo, SignInState } from '../../shared/ipc.ts';
import { attempt } from '../app/attempt.ts';
import { call, onEvent } from '../ipc.ts';
import { useConnections } from './connections.ts';

/** Who is signed in to which backend, and where a person is asked. */
export const useSignIns = create<{ list: readonly SignInState[] }>()(() => ({ list: [] }));

export interface SignInAt {
  state: SignInState;
  connection: BackendInfo;
}

/** The backends of which this is asked, with their connections. */
export function useSignInsAt(question: SignInState['question']): SignInAt[] {
  const states = useSignIns(({ list }) => list);
  const connections = useConnections(({ list }) => list) ?? [];
  return states.flatMap((state) => {
    const connection = connections.find(({ id }) => id === state.connectionId);
    if (state.question !== question || connection === undefined || !isBroker(connection)) return [];
    return [{ state, connection }];
  });
}

export function askSignIn(connectionId: number): void {
  void attempt(() => call('signIns.ask', { connectionId }));
}

/** Once, at the start of the window. */
export function followSignIns(): void {
  onEvent('signIns', (list) => useSignIns.setState({ list }));
  void attempt(async () => useSignIns.setState({ list: await call('signIns.list', {}) }));
}

import { create } from 'zustand';
import type { ConnectionRights } from '../../shared/browse.ts';
import { attempt } from '../app/attempt.ts';
import { call, onEvent } from '../ipc.ts';

export { refusalOf } from './refusal.ts';

/** What may be done through the connection that is looked at; null until main has answered. */
export const useRights = create<{ rights: ConnectionRights | null }>()(() => ({ rights: null }));

/** While a connection is looked at; returns what ends it. */
export function followRights(connectionId: number): () => void {
  let ended = false;
  useRights.setState(({ rights }) => (rights?.connectionId === connectionId ? {} : { rights: null }));
  const load = () =>
    void attempt(async () => {
      const rights = await call('rights.of', { connectionId });
      if (!ended) useRights.setState({ rights });
    });
  const ends = [
    onEvent('rights', ({ connectionId: of, denials }) => {
      if (of === connectionId) useRights.setState(({ rights }) => ({ rights: rights && { ...rights, denials } }));
    }),
    // Whether it is read-only is a part of the connection, and which folders may be seen of its destinations.
    onEvent('connections', load),
    onEvent('destinations', load),
  ];
  load();
  return () => {
    ended = true;
    ends.forEach((end) => end());
  };
}

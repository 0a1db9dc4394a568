import { useEffect, useState } from 'react';
import { create } from 'zustand';
import type { ConnectionRights } from '../../shared/browse.ts';
import { attempt } from '../app/attempt.ts';
import { call, onEvent } from '../ipc.ts';

export { refusalOf } from './refusal.ts';

/** What may be done through the connection that is looked at; null until main has answered. */
export const useRights = create<{ rights: ConnectionRights | null }>()(() => ({ rights: null }));

/** While a connection is looked at; returns what ends it. */
export function followRights(connectionId: number): () => void {
  useRights.setState(({ rights }) => (rights?.connectionId === connectionId ? {} : { rights: null }));
  return follow(connectionId, (next) => useRights.setState(({ rights }) => ({ rights: next(rights) })));
}

/** Of one that need not be looked at: what is copied may go to another. null until main has answered. */
export function useRightsOf(connectionId: number): ConnectionRights | null {
  const [rights, setRights] = useState(useRights.getState().rights);
  useEffect(() => follow(connectionId, setRights), [connectionId]);
  return rights?.connectionId === connectionId ? rights : null;
}

type Rights = ConnectionRights | null;

/** Says what they are now, made of what they were; returns what ends it. */
function follow(connectionId: number, change: (next: (before: Rights) => Rights) => void): () => void {
  let ended = false;
  const load = () =>
    void attempt(async () => {
      const rights = await call('rights.of', { connectionId });
      if (!ended) change(() => rights);
    });
  const ends = [
    onEvent('rights', ({ connectionId: of, denials }) => {
      if (of === connectionId) change((rights) => rights && { ...rights, denials });
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

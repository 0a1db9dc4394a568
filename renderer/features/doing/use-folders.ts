import { useEffect, useState } from 'react';
import type { BrowseRow, BrowseStatus } from '../../../shared/browse.ts';
import { wordsOf } from '../../app/attempt.ts';
import { call, onEvent } from '../../ipc.ts';

export interface Folders {
  /** of the view; null: not known yet */
  total: number | null;
  /** the first of them */
  rows: readonly BrowseRow[];
  loading: boolean;
  problem: string | null;
}

/** Of more the person types a part of the name. */
const mostShown = 200;
const unknown: Folders = { total: null, rows: [], loading: true, problem: null };

/** The folders in a folder that have `search` in their names, as main loads them. */
export function useFolders(connectionId: number, folder: string, search: string): Folders {
  const place = `${connectionId} ${folder}`;
  const [status, setStatus] = useState<{ of: string; now: BrowseStatus } | null>(null);
  const [told, setTold] = useState<{ of: string; folders: Folders } | null>(null);
  useEffect(() => {
    const of = `${connectionId} ${folder}`;
    const refuse = (error: unknown) => setTold({ of, folders: failed(error) });
    return followListing(connectionId, folder, (now) => setStatus({ of, now }), refuse);
  }, [connectionId, folder]);
  useEffect(() => {
    if (status === null) return undefined;
    let isWanted = true;
    const show = (folders: Folders) => {
      if (isWanted) setTold({ of: status.of, folders });
    };
    const view = { search, kinds: ['folder' as const], sort: { by: 'name' as const, descending: false } };
    call('browse.page', { listingId: status.now.listingId, view, offset: 0, limit: mostShown }).then(
      ({ total, rows, state, problem }) =>
        show({ total, rows, loading: state === 'loading', problem: problem?.message ?? null }),
      (error: unknown) => show(failed(error)),
    );
    return () => {
      isWanted = false;
    };
  }, [status, search]);
  return told?.of === place ? told.folders : unknown;
}

function failed(error: unknown): Folders {
  return { ...unknown, loading: false, problem: wordsOf(error) };
}

/** Opens a listing, and closes it with what it returns: few are open at a time, and others need theirs. */
function followListing(
  connectionId: number,
  prefix: string,
  show: (status: BrowseStatus) => void,
  refuse: (error: unknown) => void,
): () => void {
  let isWanted = true;
  let id: number | null = null;
  const close = (listingId: number) => {
    call('browse.close', { listingId }).catch((error: unknown) => console.error(error));
  };
  const end = onEvent('browsing', (changed) => {
    const own = changed.find(({ listingId }) => listingId === id);
    if (own !== undefined) show(own);
  });
  call('browse.open', { connectionId, prefix, search: null }).then(
    (status) => {
      id = status.listingId;
      if (isWanted) show(status);
      else close(id);
    },
    (error: unknown) => {
      if (isWanted) refuse(error);
    },
  );
  return () => {
    isWanted = false;
    end();
    if (id !== null) close(id);
  };
}

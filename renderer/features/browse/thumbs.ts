import { useEffect, useState } from 'react';
import type { ThumbOf } from '../../../shared/previews.ts';
import { attempt } from '../../app/attempt.ts';
import { call } from '../../ipc.ts';
import { isObject, type ListRow } from './rows.ts';

/** Addresses of small pictures; null: there is none. They hold as long as the object is the same. */
const known = new Map<string, string | null>();
const mostKnown = 20_000;

/** ms: what only flies past is not asked for */
const pause = 120;

const nameOf = (connectionId: number, { key, etag, size }: ThumbOf) => JSON.stringify([connectionId, key, etag, size]);

/** The address of each row's picture, by its id; what is missing has none, or none yet. */
export function useThumbs(connectionId: number, rows: readonly ListRow[]): ReadonlyMap<string, string> {
  const [, setTurn] = useState(0);
  const pictured = rows.filter(isObject).filter(({ kind }) => kind === 'image' || kind === 'video');
  const missing = pictured.filter((row) => !known.has(nameOf(connectionId, row)));
  const wanted = JSON.stringify(missing.map(({ key, etag, size }) => ({ key, etag, size })));
  useEffect(() => {
    const objects = JSON.parse(wanted) as ThumbOf[];
    if (objects.length === 0) return;
    const timer = setTimeout(
      () => void attempt(() => ask(connectionId, objects)).then(() => setTurn((turn) => turn + 1)),
      pause,
    );
    return () => clearTimeout(timer);
  }, [connectionId, wanted]);
  const found = pictured.flatMap((row) => {
    const url = known.get(nameOf(connectionId, row));
    return url === undefined || url === null ? [] : [[row.id, url] as const];
  });
  return new Map(found);
}

async function ask(connectionId: number, objects: ThumbOf[]): Promise<void> {
  const urls = await call('previews.thumb', { connectionId, objects });
  if (known.size > mostKnown) known.clear();
  objects.forEach((object, at) => known.set(nameOf(connectionId, object), urls[at] ?? null));
}

import { useEffect, useState } from 'react';
import type { DeletedObject } from '../../../shared/deletions.ts';
import type { CallOutput } from '../../../shared/ipc.ts';
import { wordsOf } from '../../app/attempt.ts';
import { call } from '../../ipc.ts';
import type { BrowsePlace } from '../../stores/browse.ts';
import { idsOf, useTasks } from '../../stores/tasks.ts';

export interface Deleted {
  objects: readonly DeletedObject[];
  loading: boolean;
  refusal: string | null;
  /** there is more to look through */
  more: (() => void) | null;
  /** another one each time that it is read anew */
  turn: string;
}

interface Found {
  /** of which turn it is */
  turn: string;
  objects: readonly DeletedObject[];
  next: string | null;
  refusal: string | null;
}

/** What is deleted in a folder, look by look; read anew whenever something was brought back or deleted. */
export function useDeleted({ connectionId, prefix }: BrowsePlace): Deleted {
  const ended = useTasks(({ list }) =>
    idsOf(list.filter(({ kind, state }) => changes.has(kind) && state !== 'running')),
  );
  const [looks, setLooks] = useState(1);
  const [found, setFound] = useState<Found>({ turn: '', objects: [], next: null, refusal: null });
  const turn = `${ended} ${looks}`;
  useEffect(() => {
    let isWanted = true;
    look(connectionId, prefix, looks).then(
      (told) => {
        if (isWanted) setFound({ turn, ...told, refusal: null });
      },
      (error: unknown) => {
        if (isWanted) setFound((before) => ({ ...before, turn, refusal: wordsOf(error) }));
      },
    );
    return () => {
      isWanted = false;
    };
  }, [connectionId, prefix, looks, turn]);
  const { objects, next, refusal } = found;
  return {
    objects,
    loading: found.turn !== turn,
    refusal,
    more: next === null ? null : () => setLooks(looks + 1),
    turn: found.turn,
  };
}

const changes: ReadonlySet<string> = new Set(['delete', 'delete-versions', 'restore']);

async function look(connectionId: number, prefix: string, looks: number): Promise<Pick<Found, 'objects' | 'next'>> {
  const objects: DeletedObject[] = [];
  let next: string | null = null;
  for (let at = 0; at < looks; at++) {
    const page: CallOutput<'deletions.deleted'> = await call('deletions.deleted', {
      connectionId,
      prefix,
      after: next,
    });
    objects.push(...page.objects);
    next = page.next;
    if (next === null) break;
  }
  return { objects, next };
}

/** What main tells of the object that is looked at. */
import { useEffect, useState } from 'react';
import type { ObjectDetails } from '../../../shared/objects.ts';
import type { Preview } from '../../../shared/previews.ts';
import { wordsOf } from '../../app/attempt.ts';
import { call, CallError } from '../../ipc.ts';
import { refusalOf, type RefusalOf } from '../../stores/refusal.ts';
import { useRights } from '../../stores/rights.ts';

export interface ObjectAt {
  connectionId: number;
  key: string;
  /** null: what is there now */
  versionId: string | null;
}

export interface Asked<T> {
  /** what was told last, perhaps of the object before; null: nothing */
  value: T | null;
  /** of the object that is looked at now */
  isOfNow: boolean;
  refusal: string | null;
}

/** ms: who goes through a list with the arrow keys does not want to know all of each */
const settled = 120;

/** What is known of the object before stays until that of the next one is there: it does not flicker. `turn`: asks once more. */
function useAsked<T>(at: ObjectAt, turn: number, ask: (at: ObjectAt) => Promise<T>): Asked<T> {
  const { connectionId, key, versionId } = at;
  const name = JSON.stringify([connectionId, key, versionId, turn]);
  const [told, setTold] = useState<{ of: string; value: T | null; refusal: string | null } | null>(null);
  useEffect(() => {
    let isWanted = true;
    const show = (value: T | null, refusal: string | null) => {
      if (isWanted) setTold({ of: name, value, refusal });
    };
    const timer = setTimeout(() => {
      ask({ connectionId, key, versionId }).then(
        (value) => show(value, null),
        (error: unknown) => {
          if (!(error instanceof CallError && error.reason.kind === 'superseded')) show(null, wordsOf(error));
        },
      );
    }, settled);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [name, connectionId, key, versionId, ask]);
  return { value: told?.value ?? null, isOfNow: told?.of === name, refusal: told?.refusal ?? null };
}

const askDetails = (at: ObjectAt): Promise<ObjectDetails> => call('objects.details', at);
const askPreview = (at: ObjectAt): Promise<Preview> => call('previews.open', at);

export function useDetails(at: ObjectAt, turn: number): Asked<ObjectDetails> {
  return useAsked(at, turn, askDetails);
}

export function usePreview(at: ObjectAt, turn: number): Asked<Preview> {
  return useAsked(at, turn, askPreview);
}

/** Of the connection that is browsed. */
export function useRefusals(key: string): RefusalOf {
  const rights = useRights((state) => state.rights);
  return (right) => refusalOf(rights, right, key);
}

import { useEffect, useRef, useState } from 'react';
import type { Placement, UploadPlan } from '../../../../shared/upload-plan.ts';
import { wordsOf } from '../../../app/attempt.ts';
import { call, CallError, onEvent } from '../../../ipc.ts';

export interface PlanState {
  /** the last that was made; null: there is none */
  plan: UploadPlan | null;
  /** it is that of the placement as it is now */
  isCurrent: boolean;
  /** why there is none */
  error: string | null;
  /** files that were looked into so far, while the first is made */
  seen: number | null;
  /** grows with each plan that was made */
  revision: number;
}

/** Between two keys that are typed nothing is planned. ms */
const typingPause = 120;

export interface Made extends Pick<PlanState, 'plan' | 'error'> {
  of: Placement | null;
}

/** The plan of an offer, made anew whenever `placement` is another; null: none is wanted. `onMade` hears of each. */
export function usePlan(offerId: string, placement: Placement | null, onMade: (made: Made) => void): PlanState {
  const [made, setMade] = useState<Made & { revision: number }>({ of: null, plan: null, error: null, revision: 0 });
  const [seen, setSeen] = useState<number | null>(null);
  const latest = useRef(onMade);
  useEffect(() => {
    latest.current = onMade;
  });
  useEffect(() => {
    if (placement === null) return;
    let isWanted = true;
    const tell = (plan: UploadPlan | null, error: string | null) => {
      if (!isWanted) return;
      const now = { of: placement, plan, error };
      setMade(({ revision }) => ({ ...now, revision: revision + 1 }));
      latest.current(now);
    };
    const make = async () => {
      try {
        tell(await call('offers.plan', { offerId, placement }), null);
      } catch (error) {
        if (!(error instanceof CallError && error.reason.kind === 'superseded')) tell(null, wordsOf(error));
      }
    };
    const timer = setTimeout(() => void make(), typingPause);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [offerId, placement]);
  useEffect(
    () =>
      onEvent('planning', (planning) => {
        if (planning.offerId === offerId) setSeen(planning.files);
      }),
    [offerId],
  );
  const { plan, error, revision } = made;
  return { plan, error, revision, seen, isCurrent: placement !== null && made.of === placement };
}

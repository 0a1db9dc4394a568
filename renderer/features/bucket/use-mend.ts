import { useEffect, useRef, useState } from 'react';
import type { Mend, MendPreview, MendResult } from '../../../shared/bucket-check.ts';
import { wordsOf } from '../../app/attempt.ts';
import { call } from '../../ipc.ts';
import { checkBucket } from '../../stores/bucket.ts';

/** A change that sets something right, or one of before (its id) whose effect is taken back. */
export type Order = { mend: Mend } | { back: string };

/** How far a change is: its values are asked for, it is looked at, it is made. */
export type MendStep =
  | { at: 'values' }
  | { at: 'looking' }
  /** `refusal`: why it was not made just now */
  | { at: 'preview'; preview: MendPreview; applying: boolean; refusal: string | null }
  /** it could not be looked at */
  | { at: 'refused'; words: string }
  | { at: 'result'; result: MendResult };

export interface MendSteps {
  step: MendStep;
  /** what was looked at last */
  order: Order;
  /** Reads the setting, and shows what would change. Throws what main refuses where the values are still to be seen. */
  look: (order: Order) => Promise<void>;
  apply: (preview: MendPreview) => Promise<void>;
  toValues: () => void;
}

/** `isComplete`: it is looked at as soon as it is shown; else its values are asked for first. */
export function useMend(connectionId: number, first: Order, isComplete: boolean): MendSteps {
  const [step, setStep] = useState<MendStep>({ at: isComplete ? 'looking' : 'values' });
  const [order, setOrder] = useState(first);
  const begun = useRef(false);
  const look = async (wanted: Order) => {
    const before = step;
    setStep({ at: 'looking' });
    setOrder(wanted);
    try {
      const preview =
        'back' in wanted
          ? await call('bucketCheck.previewBack', { connectionId, changeId: wanted.back })
          : await call('bucketCheck.preview', { connectionId, mend: wanted.mend });
      setStep({ at: 'preview', preview, applying: false, refusal: null });
    } catch (error) {
      if (before.at === 'values') {
        setStep(before);
        throw error;
      }
      setStep({ at: 'refused', words: wordsOf(error) });
    }
  };
  useEffect(() => {
    if (!isComplete || begun.current) return;
    begun.current = true;
    void look(first);
  });
  return {
    ...{ step, order, look },
    async apply(preview) {
      setStep({ at: 'preview', preview, applying: true, refusal: null });
      try {
        const result = await call('bucketCheck.apply', { previewId: preview.id });
        setStep({ at: 'result', result });
        void checkBucket(connectionId);
      } catch (error) {
        setStep({ at: 'preview', preview, applying: false, refusal: wordsOf(error) });
      }
    },
    toValues: () => setStep({ at: 'values' }),
  };
}

import { useEffect, useRef, useState } from 'react';
import type { Mend, MendPreview, MendResult } from '../../../shared/bucket-check.ts';
import { wordsOf } from '../../app/attempt.ts';
import { call } from '../../ipc.ts';
import { checkBucket } from '../../stores/bucket.ts';

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
  /** Reads the setting, and shows what would change. Throws what main refuses where the values are still to be seen. */
  look: (mend: Mend) => Promise<void>;
  apply: (preview: MendPreview) => Promise<void>;
  toValues: () => void;
}

/** `first`: looked at as soon as it is shown; null: its values are asked for first. */
export function useMend(connectionId: number, first: Mend | null): MendSteps {
  const [step, setStep] = useState<MendStep>({ at: first === null ? 'values' : 'looking' });
  const begun = useRef(false);
  const look = async (mend: Mend) => {
    const before = step;
    setStep({ at: 'looking' });
    try {
      const preview = await call('bucketCheck.preview', { connectionId, mend });
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
    if (first === null || begun.current) return;
    begun.current = true;
    void look(first);
  });
  return {
    step,
    look,
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

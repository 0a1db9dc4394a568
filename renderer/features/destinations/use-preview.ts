/** What becomes of a sample by what is typed, a moment after the last letter; the last answer stays until there is a new one. */
import { useEffect, useRef, useState } from 'react';
import type { CallInput, SampleResult } from '../../../shared/ipc.ts';
import { wordsOf } from '../../app/attempt.ts';
import { call, CallError } from '../../ipc.ts';

export interface PreviewState {
  result: SampleResult | null;
  working: boolean;
  /** why there is no newer answer; null: there is none */
  error: string | null;
}

/** ms after the last letter */
const moment = 200;

/** `question`: null while something that is typed is wrong. */
export function usePreview(question: CallInput<'destinations.sample'> | null): PreviewState {
  const [state, setState] = useState<PreviewState>({ result: null, working: true, error: null });
  const turn = useRef(0);
  const asked = question === null ? null : JSON.stringify(question);
  useEffect(() => {
    const mine = ++turn.current;
    const show = (change: Partial<PreviewState>) => {
      if (turn.current === mine) setState((before) => ({ ...before, working: false, ...change }));
    };
    const ask = async (input: CallInput<'destinations.sample'>) => {
      setState((before) => ({ ...before, working: true }));
      try {
        show({ result: await call('destinations.sample', input), error: null });
      } catch (error) {
        const newer = error instanceof CallError && error.reason.kind === 'superseded';
        if (!newer) show({ error: wordsOf(error) });
      }
    };
    if (asked === null) {
      show({ error: null });
      return undefined;
    }
    const timer = setTimeout(() => void ask(JSON.parse(asked) as CallInput<'destinations.sample'>), moment);
    return () => clearTimeout(timer);
  }, [asked]);
  return state;
}

/** Trying a backend. */
import { useRef, useState } from 'react';
import type { BackendDraft, BackendTest } from '../../../shared/ipc.ts';
import { wordsOf } from '../../app/attempt.ts';
import { call } from '../../ipc.ts';

export type BackendTestState =
  { at: 'rest' } | { at: 'testing' } | { at: 'answered'; answer: BackendTest } | { at: 'refused'; message: string };

export interface BackendTester {
  state: BackendTestState;
  run: (draft: BackendDraft) => Promise<void>;
  /** What is on its way no longer matters: what was tested has changed. */
  forget: () => void;
}

/** Whatever goes wrong is a state here: nothing is thrown. */
export function useBackendTest(): BackendTester {
  const [state, setState] = useState<BackendTestState>({ at: 'rest' });
  const turn = useRef(0);

  const run = async (draft: BackendDraft) => {
    const mine = ++turn.current;
    const show = (next: BackendTestState) => {
      if (turn.current === mine) setState(next);
    };
    show({ at: 'testing' });
    try {
      show({ at: 'answered', answer: await call('backends.test', draft) });
    } catch (error) {
      show({ at: 'refused', message: wordsOf(error) });
    }
  };

  const forget = () => {
    turn.current += 1;
    setState({ at: 'rest' });
  };

  return { state, run, forget };
}

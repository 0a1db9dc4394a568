/** Trying a connection, and creating the bucket that it lacks. */
import { useRef, useState } from 'react';
import type { ConnectionDraft, ConnectionTest } from '../../../shared/ipc.ts';
import { wordsOf } from '../../app/attempt.ts';
import { call } from '../../ipc.ts';

export type TestState =
  | { at: 'rest' }
  | { at: 'testing' }
  | { at: 'creating' }
  /** `created`: its bucket, by the button of an earlier answer */
  | { at: 'answered'; answer: ConnectionTest; created: string | null }
  | { at: 'refused'; message: string };

export interface Tester {
  state: TestState;
  run: (draft: ConnectionDraft) => Promise<void>;
  createBucket: (draft: ConnectionDraft) => Promise<void>;
  /** What is on its way no longer matters: what was tested has changed. */
  forget: () => void;
}

/** Whatever goes wrong is a state here: nothing is thrown. */
export function useTest(): Tester {
  const [state, setState] = useState<TestState>({ at: 'rest' });
  const turn = useRef(0);

  const attempt = async (steps: (show: (state: TestState) => void) => Promise<TestState>) => {
    const mine = ++turn.current;
    const show = (next: TestState) => {
      if (turn.current === mine) setState(next);
    };
    try {
      show(await steps(show));
    } catch (error) {
      show({ at: 'refused', message: wordsOf(error) });
    }
  };

  const run = (draft: ConnectionDraft) =>
    attempt(async (show) => {
      show({ at: 'testing' });
      return { at: 'answered', answer: await call('connections.test', draft), created: null };
    });

  const createBucket = (draft: ConnectionDraft) =>
    attempt(async (show) => {
      show({ at: 'creating' });
      await call('connections.createBucket', draft);
      show({ at: 'testing' });
      return { at: 'answered', answer: await call('connections.test', draft), created: draft.config.bucket };
    });

  const forget = () => {
    turn.current += 1;
    setState({ at: 'rest' });
  };

  return { state, run, createBucket, forget };
}

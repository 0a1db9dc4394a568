import { useEffect, useState } from 'react';
import { call } from '../ipc.ts';
import { attempt } from './attempt.ts';

/** Whether this computer cannot really protect what is remembered; null until main has answered. */
export function useObscured(): boolean | null {
  const [obscured, setObscured] = useState<boolean | null>(null);
  useEffect(() => {
    void attempt(async () => setObscured((await call('connections.found', {})).secrets === 'obscured'));
  }, []);
  return obscured;
}

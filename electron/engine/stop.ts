/** Why a running transfer is told to stop: the abort reason of its signal. */
import type { Reason } from '../../shared/errors.ts';

/** `slow`: the line cannot carry it as it is cut. A reason: it waits, with that. */
export type StopCause = 'pause' | 'cancel' | 'offline' | 'close' | 'slow' | Reason;

export class Stop extends Error {
  readonly why: StopCause;

  constructor(why: StopCause) {
    super(typeof why === 'string' ? why : why.kind);
    this.why = why;
  }
}

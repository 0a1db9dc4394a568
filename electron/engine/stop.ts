/** Why a running transfer is told to stop: the abort reason of its signal. */
export type StopCause = 'pause' | 'cancel' | 'offline' | 'close';

export class Stop extends Error {
  readonly why: StopCause;

  constructor(why: StopCause) {
    super(why);
    this.why = why;
  }
}

/** One transfer that is under way. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transfer } from '../../../shared/domain.ts';
import { asSidelineError, type SidelineError } from '../../../shared/errors.ts';
import type { AnyLine, BrokerLine, Line } from './line.ts';
import { backoff, remedies } from './retry.ts';
import type { Sending } from './sending.ts';
import { yielded, type Slot } from './slots.ts';

export interface Job<Way extends AnyLine = Line> {
  line: Way;
  /** as the journal has it now */
  transfer: Transfer;
  /** aborts with a `Stop` */
  signal: AbortSignal;
  /** The place with which the transfer was started, until its first bytes take it. */
  firstSlot: Slot | null;
  sending: Sending;
  /** ms since 1970 */
  begunAt: number;
}

export type AnyJob = Job | Job<BrokerLine>;

export function isOverBackend(job: AnyJob): job is Job<BrokerLine> {
  return 'backend' in job.line;
}

/** Tries on the spot before the transfer steps back and lets others go first. */
const quickTries = 3;
const triesWhenThrottled = 8;

/** Does the work, and does it again as the remedy for its error says; throws the error when that is not for here. */
export async function attempt<T>(job: AnyJob, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ;) {
    try {
      return await work();
    } catch (error) {
      job.signal.throwIfAborted();
      if (error === yielded) continue;
      await recover(job, asSidelineError(error), tries);
      tries += 1;
    }
  }
}

/** The same, with a place on the line for each try. `arrived`: an earlier try sent it all, and only its answer is missing. */
export function attemptInSlot<T>(
  job: AnyJob,
  bytes: number,
  given: Slot | null,
  work: (slot: Slot, arrived: boolean) => Promise<T>,
): Promise<T> {
  let first = given;
  let arrived = false;
  return attempt(job, async () => {
    const slot = first ?? (await job.line.slots.acquire(bytes, job.signal));
    first = null;
    try {
      const result = await work(slot, arrived);
      job.line.governor.finished();
      return result;
    } catch (error) {
      arrived ||= slot.sent >= slot.size;
      throw error;
    } finally {
      slot.release();
    }
  });
}

/** The place with which the transfer was started goes to its first bytes, and to nothing after them. */
export function takeFirstSlot(job: AnyJob): Slot | null {
  const slot = job.firstSlot;
  job.firstSlot = null;
  return slot;
}

/** Returns when it should be tried again. */
async function recover(job: AnyJob, error: SidelineError, tries: number): Promise<void> {
  const { line, signal } = job;
  const { id: transfer, key } = job.transfer;
  line.log.info({ transfer, key, tries, error }, 'a request failed');
  const pause = (from: number) => sleep(from + backoff(tries, line.random, line.backoff), undefined, { signal });
  switch (remedies[error.kind]) {
    case 'network':
      if (tries >= quickTries || !(await line.online())) throw error;
      signal.throwIfAborted();
      return pause(0);
    case 'backoff':
      if (tries >= quickTries) throw error;
      return pause(0);
    case 'slower':
      line.governor.slowDown();
      if (tries >= triesWhenThrottled) throw error;
      return pause(error.retryAfter ?? 0);
    case 'smaller':
      line.governor.slowDown();
      throw error;
    case 'clock': // the answer's Date has just been learnt
      if (tries >= quickTries) throw error;
      return;
    case 'credentials':
      if (isOverBackend(job)) throw error; // a backend has a sign-in, which renews itself
      job.line.storage.refreshCredentials();
      if (tries > 1) throw error;
      return;
    case 'login':
    case 'replan':
    case 'anew':
    case 'connection':
    case 'fail':
      throw error;
  }
}

/**
 * Places on the line, over all transfers together. Whoever sends takes one, with a buffer for its bytes, and waits its turn
 * where there is none: the governor says how many there are, the memory budget how large they may be together. On a slow line
 * fewer are taken, so that each is through in time.
 */
import type { Buffers } from './buffers.ts';
import type { Governor } from './governor.ts';

export interface Slot {
  /** the signal of the job that it is for */
  owner: AbortSignal;
  /** at least as large as was asked for, up to `largestBuffer` */
  buffer: Buffer;
  /** bytes that were asked for */
  size: number;
  /** bytes that left so far */
  sent: number;
  /** aborts when the one who took it aborts, or when the line has become too slow for so many */
  signal: AbortSignal;
  /** gives the place up for one that is further on: see `shed` */
  yieldPlace(): void;
  release(): void;
}

export interface Slots {
  /** Waits for a place. Rejects with the signal's reason when it aborts. `owner`: where the signal is not the job's own */
  acquire(bytes: number, signal: AbortSignal, owner?: AbortSignal): Promise<Slot>;
  /** a place is free and nobody waits for it */
  vacant(): boolean;
  /** called whenever a place may have become vacant */
  onVacancy: () => void;
  taken(): readonly Slot[];
  /** Lets those who wait in when the governor allows more than before. */
  pump(): void;
}

/** Thrown into a slot's signal: sent again at once, and not counted as a failure. */
export const yielded = Symbol('the place was given up');

interface Waiting {
  bytes: number;
  signal: AbortSignal;
  grant(): void;
}

/** `inTime`: bytes that the line carries while a request may take, all places together; each gets as much of it as any other. */
export function createSlots(governor: Governor, buffers: Buffers, inTime: () => number = () => Infinity): Slots {
  const taken = new Set<Slot>();
  const waiting: Waiting[] = [];

  function fits(bytes: number): boolean {
    return taken.size < governor.limit() && buffers.has(bytes) && isInTime(bytes);
  }

  /** The first always comes in: it could not be faster. */
  function isInTime(bytes: number): boolean {
    if (taken.size === 0) return true;
    const most = inTime();
    return most === Infinity || (taken.size + 1) * Math.max(bytes, largestOf(taken)) <= most;
  }

  function admit(): void {
    for (let first = waiting[0]; first !== undefined && fits(first.bytes); first = waiting[0]) {
      waiting.shift();
      first.grant();
    }
  }

  function pump(): void {
    admit();
    if (waiting.length === 0 && taken.size < governor.limit()) slots.onVacancy();
  }

  function open(bytes: number, signal: AbortSignal, owner: AbortSignal): Slot {
    const abort = new AbortController();
    const buffer = buffers.take(bytes);
    const follow = () => abort.abort(signal.reason);
    signal.addEventListener('abort', follow, { once: true });
    const slot: Slot = {
      owner,
      buffer,
      size: bytes,
      sent: 0,
      signal: abort.signal,
      yieldPlace: () => abort.abort(yielded),
      release() {
        if (!taken.delete(slot)) return;
        signal.removeEventListener('abort', follow);
        buffers.give(buffer);
        pump();
      },
    };
    taken.add(slot);
    governor.saturation(taken.size);
    return slot;
  }

  const slots: Slots = {
    onVacancy: () => undefined,
    pump,
    taken: () => [...taken],
    vacant: () => waiting.length === 0 && taken.size < governor.limit(),
    acquire(bytes, signal, owner = signal) {
      if (signal.aborted) return Promise.reject(asError(signal.reason));
      if (waiting.length === 0 && fits(bytes)) return Promise.resolve(open(bytes, signal, owner));
      return new Promise((resolve, reject) => {
        const entry: Waiting = {
          bytes,
          signal,
          grant() {
            signal.removeEventListener('abort', giveUp);
            resolve(open(bytes, signal, owner));
          },
        };
        const giveUp = () => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(asError(signal.reason));
        };
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.push(entry);
      });
    },
  };
  return slots;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}

function largestOf(slots: Iterable<Slot>): number {
  let largest = 0;
  for (const { size } of slots) largest = Math.max(largest, size);
  return largest;
}

/** Where the line has become too slow for as many as are on it, those that sent least go back, to be sent later. `inTime`: as above */
export function shed(slots: Slots, inTime: number): void {
  const onTheLine = slots.taken().toSorted((a, b) => a.sent / a.size - b.sent / b.size);
  const most = Math.max(1, Math.floor(inTime / largestOf(onTheLine)));
  for (const slot of onTheLine.slice(0, Math.max(0, onTheLine.length - most))) slot.yieldPlace();
}

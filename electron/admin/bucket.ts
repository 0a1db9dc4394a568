/**
 * A bucket as those use it who look after what is in it. Every request goes through `ask`: what the connection or a destination
 * forbids is refused before it is made, what failed for a reason that passes is made again, and what the store denies is kept.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import { asSidelineError, SidelineError, type Operation } from '../../shared/errors.ts';
import type { SettingName } from '../../shared/bucket-check.ts';
import { changingRights, type Right } from '../../shared/rights.ts';
import { backoff, backoffRules, remedies, type BackoffRules } from '../engine/upload/retry.ts';
import type { Storage } from '../storage/storage.ts';
import { pause } from './pause.ts';
import type { Heard, RightsBook } from './rights-book.ts';

export type Sdk = typeof import('@aws-sdk/client-s3');

export interface Need {
  right: Right;
  /** key, or prefix of many; '': the bucket itself */
  key: string;
  operation: Operation;
  /** Of a bucket's settings this one: others may be allowed where it is denied. */
  setting?: SettingName;
  /** The answer as a whole does not say what is allowed: whoever reads it tells `learn`. */
  learns?: false;
}

export interface Bucket {
  readonly storage: Storage;
  /** of S3 */
  readonly name: string;
  readonly connectionId: number;
  /** Why nobody may try it here: `read-only` or `prefix-locked`; null: it may be tried. */
  refusal(need: Need): SidelineError | null;
  /**
   * One request, made again after a pause where that can help. Throws a SidelineError, or the signal's reason. The work gets the
   * bucket's name by itself: `(s3, sdk) => s3.send(new sdk.HeadObjectCommand({ Bucket: bucket.name, Key }), { abortSignal })`.
   */
  ask<T>(need: Need, work: (s3: S3Client, sdk: Sdk) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** The same for a request that does not go by the SDK. */
  attempt<T>(need: Need, work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** What answers say of rights that `attempt` cannot see: of many keys at once, or with `learns: false`. */
  learn(heard: Heard): void;
  /** What is under way goes on, and says no more of what is allowed. */
  close(): void;
}

export interface BucketOptions {
  storage: Storage;
  rights: RightsBook;
  /** Only keys that begin with one of these; null: all. */
  prefixes: readonly string[] | null;
  backoff?: BackoffRules;
  random?: () => number;
}

/** of one request, before it is given up: with the pauses between them some 8 s */
const mostTries = 5;
/** A store that asks to go slower does so for longer. */
const mostTriesWhenThrottled = 8;

export function openBucket(options: BucketOptions): Bucket {
  const { storage, rights, prefixes, backoff: rules = backoffRules, random = Math.random } = options;
  const { config, id: connectionId, name } = storage.connection;

  function refusal({ right, key }: Need): SidelineError | null {
    if (config.readOnly === true && changingRights.has(right)) return new SidelineError('read-only', { subject: name });
    const outside = prefixes !== null && !prefixes.some((prefix) => key.startsWith(prefix));
    return outside ? new SidelineError('prefix-locked', { subject: prefixes.join(', ') }) : null;
  }

  let closed = false;

  /** Who was denied with other keys, or in another bucket, is not denied with these. */
  function learn(heard: Heard): void {
    if (!closed) rights.learn(connectionId, heard);
  }

  async function attempt<T>(need: Need, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const refused = refusal(need);
    if (refused !== null) throw refused;
    const { right, setting, key } = need;
    for (let tries = 1; ; tries++) {
      signal.throwIfAborted();
      try {
        const result = await work();
        if (need.learns !== false) learn({ right, setting, allowed: [key], denied: [] });
        return result;
      } catch (thrown) {
        signal.throwIfAborted();
        const error = asSidelineError(thrown);
        if (error.kind === 'denied' && need.learns !== false)
          learn({ right, setting, allowed: [], denied: [{ key, message: error.message }] });
        if (!canHelp(error, tries)) throw error;
        if (remedies[error.kind] === 'credentials') {
          storage.refreshCredentials();
          rights.forget(connectionId); // others may do other things
        } else await pause((error.retryAfter ?? 0) + backoff(tries, random, rules), signal);
      }
    }
  }

  return {
    storage,
    connectionId,
    name: config.bucket,
    refusal,
    attempt,
    learn,
    ask: (need, work, signal) => attempt(need, () => storage.call(work, contextOf(need)), signal),
    close() {
      closed = true;
      storage.close();
    },
  };
}

function contextOf({ operation, key }: Need): { operation: Operation; key?: string } {
  return key === '' ? { operation } : { operation, key };
}

function canHelp(error: SidelineError, tries: number): boolean {
  switch (remedies[error.kind]) {
    case 'network':
    case 'backoff':
    case 'clock':
      return tries < mostTries;
    case 'slower':
      return tries < mostTriesWhenThrottled;
    case 'credentials':
      return tries === 1;
    case 'smaller':
    case 'replan':
    case 'anew':
    case 'login':
    case 'connection':
    case 'fail':
      return false;
  }
}

/** What is done about an error, by its kind. The words for a person are in shared/errors.ts. */
import type { ErrorKind } from '../../../shared/errors.ts';

export type Remedy =
  /** again after a growing pause; counted, and failed after `mostAttempts` */
  | 'backoff'
  /** the line or the host: again after a pause while it answers, else everything waits until it does */
  | 'network'
  /** the store wants less: again after a pause, fewer side by side, not counted */
  | 'slower'
  /** begun anew in smaller parts, fewer side by side; counted */
  | 'smaller'
  /** again at once with the corrected clock; counted */
  | 'clock'
  /** with fresh credentials; where there are none, the connection waits; not counted */
  | 'credentials'
  /** the source is looked at again: planned anew */
  | 'replan'
  /** the multipart upload is started anew, or another place asked for; counted */
  | 'anew'
  /** the proxy or the backend wants to know who asks: everything on the line waits until a person has told it; not counted */
  | 'login'
  /** nothing on this connection can work until a person has mended it: all of its transfers fail at once */
  | 'connection'
  /** this transfer fails at once */
  | 'fail';

export const remedies: Record<ErrorKind, Remedy> = {
  offline: 'network',
  'host-unknown': 'network',
  'host-unreachable': 'network',
  'connection-lost': 'network',
  stalled: 'network',
  proxy: 'network',
  'proxy-login': 'login',
  'proxy-scheme': 'connection',
  'sign-in-needed': 'login',
  'sign-in-refused': 'login',
  'broker-page': 'backoff',
  'broker-answer': 'connection',
  'broker-redirect': 'connection',
  'broker-missing': 'fail',
  'broker-denied': 'fail',
  'broker-refused': 'fail',
  'broker-failed': 'backoff',
  'place-expired': 'anew',
  'place-refused': 'fail',
  'key-foreign': 'fail',
  throttled: 'slower',
  'request-too-slow': 'smaller',
  'server-error': 'backoff',
  integrity: 'backoff',
  'clock-wrong': 'clock',
  'credentials-expired': 'credentials',
  'object-exists': 'fail',
  'acl-refused': 'fail',
  'sse-refused': 'fail',
  'type-refused': 'fail',
  'over-limit': 'fail',
  'empty-file': 'fail',
  'no-destination': 'fail',
  'left-out': 'fail',
  'source-changed': 'replan',
  'upload-gone': 'anew',
  tls: 'connection',
  'key-refused': 'connection',
  'secret-refused': 'connection',
  'credentials-missing': 'connection',
  'bucket-missing': 'connection',
  'wrong-region': 'connection',
  denied: 'fail',
  'object-missing': 'fail',
  'too-large': 'fail',
  rejected: 'fail',
  'source-gone': 'fail',
  'source-unreadable': 'fail',
  'source-name': 'fail',
  'source-special': 'fail',
  'image-unreadable': 'fail',
  'image-too-large': 'fail',
  'image-unwritten': 'fail',
  'key-clash': 'fail',
  'key-invalid': 'fail',
  junk: 'fail',
  'link-outside': 'fail',
  'link-loop': 'fail',
  'already-queued': 'fail',
  'already-sent': 'fail',
  'journal-locked': 'fail',
  'journal-newer': 'fail',
  'journal-damaged': 'fail',
  'journal-failed': 'fail',
  'read-only': 'fail',
  'prefix-locked': 'fail',
  'object-changed': 'fail',
  'setting-changed': 'fail',
  'keep-refused': 'fail',
  'not-kept': 'fail',
  'object-newer': 'fail',
  'object-archived': 'fail',
  'object-protected': 'fail',
  'target-exists': 'fail',
  'target-unwritable': 'fail',
  'target-name': 'fail',
  unsupported: 'fail',
  superseded: 'fail',
  'not-derived': 'fail',
  'still-elsewhere': 'fail',
  'still-undecodable': 'fail',
  'same-content': 'fail',
  'invalid-input': 'fail',
  internal: 'fail',
};

/** Failures in a row, without any progress between them, after which a transfer is failed. */
export const mostAttempts = 10;

export interface BackoffRules {
  /** ms */
  first: number;
  /** ms */
  longest: number;
}

export const backoffRules: BackoffRules = { first: 500, longest: 60_000 };

/**
 * The pause before attempt number `attempt` (1 and up), with full jitter: a random time up to the doubling bound, so that ten
 * laptops do not come back at the same moment. `random` gives 0 to 1. Whole ms
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff(attempt: number, random: () => number, rules: BackoffRules = backoffRules): number {
  return Math.round(random() * Math.min(rules.longest, rules.first * 2 ** Math.min(attempt - 1, 30)));
}

import type { TransferState } from '../../../shared/domain.ts';
import type { ErrorKind, Reason } from '../../../shared/errors.ts';

/** What a person can do about it, as a button; null: nothing, or it goes on by itself. */
export type Remedy =
  'retry' | 'connection' | 'destination' | 'settings' | 'proxy-login' | 'sign-in' | 'show-file' | 'show-history';

const remedies: Record<ErrorKind, Remedy | null> = {
  offline: null,
  'host-unknown': 'connection',
  'host-unreachable': 'retry',
  'connection-lost': 'retry',
  stalled: 'retry',
  tls: 'connection',
  proxy: 'settings',
  'proxy-login': 'proxy-login',
  'proxy-scheme': 'retry',
  'sign-in-needed': 'sign-in',
  'sign-in-refused': 'connection',
  'broker-page': 'connection',
  'broker-answer': 'connection',
  'broker-redirect': 'connection',
  'broker-missing': 'connection',
  'broker-denied': 'retry',
  'broker-refused': 'retry',
  'broker-failed': 'retry',
  'place-expired': 'retry',
  'place-refused': 'retry',
  'key-foreign': 'retry',
  throttled: 'retry',
  'server-error': 'retry',
  'clock-wrong': 'retry',
  'request-too-slow': 'retry',
  'key-refused': 'connection',
  'secret-refused': 'connection',
  'credentials-expired': 'connection',
  'credentials-missing': 'connection',
  denied: 'retry',
  'bucket-missing': 'connection',
  'wrong-region': 'connection',
  integrity: 'retry',
  'upload-gone': 'retry',
  'object-missing': null,
  'too-large': 'show-file',
  rejected: 'retry',
  'object-exists': 'retry',
  // What is planned keeps the rules that it was planned with: to retry it is of no use.
  'acl-refused': 'destination',
  'sse-refused': 'destination',
  'type-refused': 'show-file',
  'over-limit': 'show-file',
  'empty-file': 'show-file',
  'no-destination': 'show-file',
  'left-out': null,
  'source-changed': 'retry',
  'source-gone': 'retry',
  'source-unreadable': 'show-file',
  'source-name': 'show-file',
  'source-special': 'show-file',
  'image-unreadable': 'show-file',
  'image-too-large': 'show-file',
  'image-unwritten': 'retry',
  'key-clash': 'show-file',
  'key-invalid': 'show-file',
  junk: null,
  'link-outside': 'show-file',
  'link-loop': 'show-file',
  'already-queued': null,
  'already-sent': 'show-history',
  'journal-locked': null,
  'journal-newer': null,
  'journal-damaged': null,
  'journal-failed': 'retry',
  'read-only': 'connection',
  'prefix-locked': null,
  'object-changed': 'retry',
  'setting-changed': 'retry',
  'keep-refused': 'retry',
  'not-kept': null,
  'object-newer': null,
  'object-archived': null,
  'object-protected': null,
  'target-exists': null,
  'target-unwritable': 'retry',
  'target-name': null,
  unsupported: null,
  superseded: null,
  'not-derived': null,
  'still-elsewhere': null,
  'still-undecodable': null,
  'same-content': 'show-history',
  'invalid-input': null,
  internal: 'retry',
};

export function remedyFor(kind: ErrorKind): Remedy | null {
  return remedies[kind];
}

/** Of a row in a list: what failed, or waits for a person; of what was skipped, only the way to what is there already. */
export function remedyOf(row: { state: TransferState; reason: Reason | null }): Remedy | null {
  if (row.reason === null) return null;
  const remedy = remedyFor(row.reason.kind);
  if (row.state === 'failed') return remedy;
  if (row.state === 'skipped') return remedy === 'show-history' ? remedy : null;
  return row.state === 'waiting' && remedy !== 'retry' ? remedy : null;
}

import type { TransferState } from '../../../shared/domain.ts';
import type { ErrorKind, Reason } from '../../../shared/errors.ts';

/** What a person can do about it, as a button; null: nothing, or it goes on by itself. */
export type Remedy = 'retry' | 'connection' | 'settings' | 'proxy-login' | 'show-file';

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
  'acl-refused': 'retry',
  'sse-refused': 'retry',
  'type-refused': 'show-file',
  'over-limit': 'show-file',
  'empty-file': 'show-file',
  'no-destination': 'show-file',
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
  'already-sent': null,
  'journal-locked': null,
  'journal-newer': null,
  'journal-failed': 'retry',
  superseded: null,
  'not-derived': null,
  'still-elsewhere': null,
  'same-content': null,
  'invalid-input': null,
  internal: 'retry',
};

export function remedyFor(kind: ErrorKind): Remedy | null {
  return remedies[kind];
}

/** Of a row in a list: only what failed, or waits for a person, has one. */
export function remedyOf(row: { state: TransferState; reason: Reason | null }): Remedy | null {
  if (row.reason === null) return null;
  const remedy = remedyFor(row.reason.kind);
  if (row.state === 'failed') return remedy;
  return row.state === 'waiting' && remedy !== 'retry' ? remedy : null;
}

import { describe, expect, test } from 'vitest';
import { remedyFor, remedyOf, type Remedy } from '../../renderer/features/uploads/remedy.ts';
import { errorKinds, reason, type ErrorKind } from '../../shared/errors.ts';
import { uploads } from '../../shared/strings/uploads.ts';

const expected: Record<Remedy | 'nothing', readonly ErrorKind[]> = {
  retry: [
    'host-unreachable',
    'connection-lost',
    'stalled',
    'throttled',
    'server-error',
    'clock-wrong',
    'request-too-slow',
    'denied',
    'integrity',
    'upload-gone',
    'rejected',
    'object-exists',
    'acl-refused',
    'sse-refused',
    'proxy-scheme',
    'source-changed',
    'source-gone',
    'image-unwritten',
    'journal-failed',
    'internal',
  ],
  connection: [
    'host-unknown',
    'tls',
    'key-refused',
    'secret-refused',
    'credentials-expired',
    'credentials-missing',
    'bucket-missing',
    'wrong-region',
  ],
  settings: ['proxy'],
  'proxy-login': ['proxy-login'],
  'show-file': [
    'too-large',
    'source-unreadable',
    'source-name',
    'source-special',
    'image-unreadable',
    'image-too-large',
    'key-clash',
    'key-invalid',
    'link-outside',
    'link-loop',
    'type-refused',
    'over-limit',
    'empty-file',
    'no-destination',
  ],
  nothing: [
    'offline',
    'object-missing',
    'junk',
    'already-queued',
    'already-sent',
    'journal-locked',
    'journal-newer',
    'invalid-input',
    'superseded',
    'same-content',
    'not-derived',
    'still-elsewhere',
  ],
};

describe('what helps against a reason', () => {
  test('is decided for every kind of error', () => {
    expect(Object.values(expected).flat().toSorted()).toEqual(errorKinds.toSorted());
  });

  test.each(errorKinds)('%s', (kind) => {
    const remedy = remedyFor(kind);
    expect(expected[remedy ?? 'nothing']).toContain(kind);
    if (remedy !== null) expect(uploads.remedies[remedy]).toMatch(/^[A-Z]/);
  });

  // A button that a sentence does not prepare would surprise; one that it promises must be there.
  test.each(
    errorKinds.filter((kind) => /check the .*of the connection|in the connection/.test(reason(kind, 'x').message)),
  )('%s names the connection, and so does its button', (kind) => expect(remedyFor(kind)).toBe('connection'));

  test('is offered for what failed, and for what waits for a person', () => {
    const of = (kind: ErrorKind) => reason(kind);
    expect(remedyOf({ state: 'failed', reason: of('server-error') })).toBe('retry');
    expect(remedyOf({ state: 'waiting', reason: of('server-error') })).toBeNull();
    expect(remedyOf({ state: 'waiting', reason: of('credentials-expired') })).toBe('connection');
    expect(remedyOf({ state: 'skipped', reason: of('key-clash') })).toBeNull();
    expect(remedyOf({ state: 'done', reason: null })).toBeNull();
  });
});

import { describe, expect, test } from 'vitest';
import { remedyFor, remedyOf, type Remedy } from '../../renderer/features/uploads/remedy.ts';
import { errorKinds, reason, type ErrorKind } from '../../shared/errors.ts';
import { keyOfSame } from '../../shared/same-content.ts';
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
    'proxy-scheme',
    'broker-denied',
    'broker-refused',
    'broker-failed',
    'place-expired',
    'place-refused',
    'key-foreign',
    'source-changed',
    'source-gone',
    'image-unwritten',
    'journal-failed',
    'object-changed',
    'keep-refused',
    'setting-changed',
    'target-unwritable',
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
    'sign-in-refused',
    'broker-page',
    'broker-answer',
    'broker-redirect',
    'broker-missing',
    'read-only',
  ],
  destination: ['acl-refused', 'sse-refused'],
  settings: ['proxy'],
  'proxy-login': ['proxy-login'],
  'sign-in': ['sign-in-needed'],
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
  'show-history': ['already-sent', 'same-content'],
  nothing: [
    'offline',
    'object-missing',
    'junk',
    'left-out',
    'already-queued',
    'journal-locked',
    'journal-newer',
    'journal-damaged',
    'invalid-input',
    'superseded',
    'not-derived',
    'still-elsewhere',
    'still-undecodable',
    'prefix-locked',
    'object-newer',
    'not-kept',
    'object-archived',
    'object-protected',
    'target-exists',
    'target-name',
    'unsupported',
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

  test.each(errorKinds.filter((kind) => /change the destination/.test(reason(kind, 'x').message)))(
    '%s names the destination, and so does its button',
    (kind) => expect(remedyFor(kind)).toBe('destination'),
  );

  test('is offered for what failed, and for what waits for a person', () => {
    const of = (kind: ErrorKind) => reason(kind);
    expect(remedyOf({ state: 'failed', reason: of('server-error') })).toBe('retry');
    expect(remedyOf({ state: 'waiting', reason: of('server-error') })).toBeNull();
    expect(remedyOf({ state: 'waiting', reason: of('credentials-expired') })).toBe('connection');
    expect(remedyOf({ state: 'skipped', reason: of('key-clash') })).toBeNull();
    expect(remedyOf({ state: 'skipped', reason: of('same-content') })).toBe('show-history');
    expect(remedyOf({ state: 'done', reason: null })).toBeNull();
  });

  test('names the earlier object of the same content', () => {
    expect(keyOfSame(reason('same-content', 'cup/day 1/a: b.jpg'))).toBe('cup/day 1/a: b.jpg');
    expect(keyOfSame(reason('same-content'))).toBeNull();
    expect(keyOfSame(reason('already-sent'))).toBeNull();
  });
});

/**
 * Whether it is a version itself that may not be deleted, and until when: many stores deny that in the words in which they deny
 * those who may delete nothing. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 */
import type http from 'node:http';
import { SidelineError } from '../../../shared/errors.ts';
import { deletions } from '../../../shared/strings/deletions.ts';
import type { Storage } from '../../storage/storage.ts';
import { sideBySide } from '../side-by-side.ts';
import type { Fate } from './delete-requests.ts';
import type { KeyToDelete } from './delete-xml.ts';

/** Where none of so many is protected, the others are taken to be denied like them. */
const asked = 16;

/** Puts `object-protected` in the place of a denial that is one. */
export async function explainDenied(
  storage: Storage,
  fates: Map<KeyToDelete, Fate>,
  signal: AbortSignal,
): Promise<void> {
  const open = [...fates].flatMap(([one, { error }]) => (one.versionId !== null && isUnclear(error) ? [one] : []));
  for (let at = 0; at < open.length; at += asked) {
    let found = 0;
    await sideBySide(open.slice(at, at + asked), asked, async (one) => {
      const error = await protectionOf(storage, one, signal);
      if (error === null) return;
      found += 1;
      fates.set(one, { error });
    });
    if (found === 0) return;
  }
}

function isUnclear(error: SidelineError | null): boolean {
  return error?.kind === 'denied' || (error?.kind === 'object-protected' && error.subject === 'lock');
}

/** null: it is not, or these credentials may not see it. */
async function protectionOf(
  storage: Storage,
  { key, versionId }: KeyToDelete,
  signal: AbortSignal,
): Promise<SidelineError | null> {
  const query = { versionId: versionId ?? '' };
  try {
    const { headers } = await storage.send({ method: 'HEAD', key, query }, { operation: 'delete', key }, signal);
    const why = protectionIn(headers, Date.now() + storage.clockOffset());
    return why === null ? null : new SidelineError('object-protected', { operation: 'delete', subject: why });
  } catch {
    signal.throwIfAborted();
    return null; // what the store said to the deletion itself is told
  }
}

function protectionIn(headers: http.IncomingHttpHeaders, now: number): string | null {
  if (headers['x-amz-object-lock-legal-hold'] === 'ON') return 'hold';
  const mode = headers['x-amz-object-lock-mode'];
  const until = Date.parse(String(headers['x-amz-object-lock-retain-until-date'] ?? ''));
  if (typeof mode !== 'string' || !(until > now)) return null;
  return deletions.lockedUntil(mode, new Date(until).toISOString().slice(0, 10));
}

/** Takes away the marks that say "deleted", so that what they hide is there again. */
import type { SidelineError } from '../../../shared/errors.ts';
import { mostAtOnce } from './delete-requests.ts';
import type { Seen } from './look.ts';
import type { Remover } from './remover.ts';

/** Returns what failed, by key: an object is back when all of its marks are gone. Rejects as `Remover.remove`. */
export async function takeAway(
  remover: Remover,
  marksOf: ReadonlyMap<string, Seen['marks']>,
  signal: AbortSignal,
): Promise<Map<string, SidelineError>> {
  const marks = [...marksOf].flatMap(([key, all]) => all.map(({ versionId }) => ({ key, versionId, etag: null })));
  const failures = new Map<string, SidelineError>();
  for (let at = 0; at < marks.length; at += mostAtOnce) {
    const some = marks.slice(at, at + mostAtOnce);
    for (const [index, { error }] of (await remover.remove(some, signal)).entries()) {
      const key = some[index]?.key;
      if (error !== null && key !== undefined) failures.set(key, error);
    }
  }
  return failures;
}

import { inspect } from 'node:util';
import { SidelineError } from '../../shared/errors.ts';

/** What the work rejects with; throws where it does not, or not with an error of ours. */
export async function failureOf(work: Promise<unknown>): Promise<SidelineError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SidelineError)) throw new Error(`no SidelineError, but ${inspect(error)}`);
  return error;
}

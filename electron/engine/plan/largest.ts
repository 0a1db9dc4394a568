/** The largest file that a connection takes: what is larger is refused before anything of it is sent. */
import { isS3Config } from '../../../shared/connection-kind.ts';
import { reason } from '../../../shared/errors.ts';
import { formatBytes } from '../../../shared/format.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Refusal } from './look.ts';

/** bytes. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const largestObject = 5 * 2 ** 40;

/** Null: it is not too large. `size` in bytes */
export type LargestFile = (size: number) => Refusal | null;

/** Of a backend: what it says, and what one PUT may carry. Of what is not in the journal yet: as of S3. */
export function largestFileOf(journal: Pick<Journal, 'connections'> | null, connectionId: number): LargestFile {
  const config = journal?.connections().find(({ id }) => id === connectionId)?.config;
  const isS3 = config === undefined || isS3Config(config);
  const largest = isS3 ? largestObject : config.settings.largestFile;
  const words = isS3 ? '5 TiB' : formatBytes(largest);
  return (size) => (size > largest ? { state: 'failed', reason: reason('too-large', words) } : null);
}

export type LargestOfEach = (connectionId: number) => LargestFile;

/** Asked of every file of a batch: each connection is looked up once. */
export function largestOfEach(journal: Pick<Journal, 'connections'> | null): LargestOfEach {
  const known = new Map<number, LargestFile>();
  return (connectionId) => {
    let found = known.get(connectionId);
    if (found === undefined) known.set(connectionId, (found = largestFileOf(journal, connectionId)));
    return found;
  };
}

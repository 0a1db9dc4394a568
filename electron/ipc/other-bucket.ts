/** Another bucket of the same store, with the same credentials: it gets a connection of its own, so that all can be done there. */
import { asS3 } from '../../shared/connection-kind.ts';
import type { Connection } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import { foldersOf } from '../../shared/own-folder.ts';
import { browse as words } from '../../shared/strings/browse.ts';
import { connectionTo } from '../admin/browse/list-buckets.ts';
import type { Journal } from '../journal/journal.ts';
import { secretName, type SecretStore } from '../storage/secrets.ts';
import { unlessTaken } from './saving.ts';

export interface OtherBucketDeps {
  journal: Pick<
    Journal,
    'addConnection' | 'committed' | 'connection' | 'connections' | 'destinations' | 'removeConnection'
  >;
  secrets: Pick<SecretStore, 'get' | 'set'>;
}

/**
 * The connection to it: one that is there, or a new one with the rules of the first. Throws `credentials-missing`, and
 * `prefix-locked` where a destination keeps whoever looks into the first to its folder: no other bucket is that.
 */
export async function connectionToBucket(
  { journal, secrets }: OtherBucketDeps,
  connectionId: number,
  bucket: string,
): Promise<Connection> {
  const like = asS3(journal.connection(connectionId));
  if (like.config.bucket === bucket) return like;
  const folders = foldersOf(connectionId, journal.destinations());
  if (folders !== null) throw new SidelineError('prefix-locked', { subject: folders.join(', ') });
  const known = connectionTo(journal.connections(), like.config, bucket);
  if (known !== null) return known;
  const secret = like.config.credentials.from === 'stored' ? await secrets.get(secretName(connectionId)) : null;
  const name = freeName(words.otherBucket(bucket, like.name), journal.connections());
  const added = unlessTaken(name, () => journal.addConnection(name, { ...like.config, bucket }));
  await journal.committed();
  if (secret === null) return added;
  try {
    await secrets.set(secretName(added.id), secret);
  } catch (error) {
    journal.removeConnection(added.id);
    throw error;
  }
  return added;
}

function freeName(wanted: string, all: readonly Connection[]): string {
  const taken = new Set(all.map(({ name }) => name));
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted} ${count}`;
  return name;
}

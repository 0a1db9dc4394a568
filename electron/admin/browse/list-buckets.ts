/** The buckets that a connection's credentials can list. */
import { isS3 } from '../../../shared/connection-kind.ts';
import type { BucketInfo } from '../../../shared/browse.ts';
import type { Connection, S3Config } from '../../../shared/domain.ts';
import { SidelineError } from '../../../shared/errors.ts';
import type { Bucket } from '../bucket.ts';

/** A store with more of them than anybody chooses from is asked no further. */
const mostPages = 10;

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html Throws `denied` where the key may only see its own bucket,
 * which is usual and says nothing of what it may do there: so it is not kept as a denial; and `prefix-locked`.
 */
export async function listBuckets(
  bucket: Bucket,
  connections: readonly Connection[],
  abortSignal: AbortSignal,
): Promise<BucketInfo[]> {
  const locked = bucket.refusal({ right: 'list', key: '', operation: 'connect' });
  if (locked !== null) throw locked;
  const { config } = bucket.storage.connection;
  const found: BucketInfo[] = [];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const answer = await bucket.storage.call((s3, { ListBucketsCommand }) =>
      s3.send(new ListBucketsCommand({ ContinuationToken: token }), { abortSignal }),
    );
    for (const { Name, CreationDate } of answer.Buckets ?? []) {
      if (Name === undefined) throw new SidelineError('server-error', { subject: 'a bucket without a name' });
      const isCurrent = Name === config.bucket;
      const connectionId = isCurrent ? bucket.connectionId : (connectionTo(connections, config, Name)?.id ?? null);
      found.push({ name: Name, createdAt: CreationDate?.getTime() ?? null, isCurrent, connectionId });
    }
    token = answer.ContinuationToken;
    if (token === undefined || token === '') break;
  }
  return found;
}

/** One that reaches this bucket in the same way; keys of its own it may have. */
export function connectionTo(all: readonly Connection[], like: S3Config, bucket: string): Connection | null {
  const wanted = wayOf({ ...like, bucket });
  return all.find((one) => isS3(one) && wayOf(one.config) === wanted) ?? null;
}

function wayOf({ endpoint, region, bucket, pathStyle, credentials }: S3Config): string {
  return JSON.stringify([endpoint, region, bucket, pathStyle, credentials]);
}

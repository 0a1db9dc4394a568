/** Where a store is asked to put a new bucket: its LocationConstraint, which each of them understands in its own way. */
import type { S3Config } from '../../shared/domain.ts';
import { recognise, type ProviderId } from '../../shared/providers.ts';

/**
 * - Amazon wants its region named, of all regions but us-east-1 (docs: API_CreateBucket); Wasabi and Backblaze are the same
 *   (https://www.backblaze.com/apidocs/s3-create-bucket).
 * - R2 has `auto`, which is what it takes when none is named: https://developers.cloudflare.com/r2/api/s3/api/#bucket-region.
 * - Spaces have theirs in the endpoint, and their documentation names none.
 */
const named: Partial<Record<ProviderId, boolean>> = { aws: true, b2: true, wasabi: true, r2: false, spaces: false };

/**
 * What is worth trying, in this order; null: none is named. For Ceph the name is one of a zone group, for MinIO that of its own
 * configuration: the region that requests are signed with is often neither, and is refused. So it is named only to a store
 * that insists.
 */
export function bucketLocations(config: S3Config): (string | null)[] {
  const { region } = config;
  const location = region === 'us-east-1' ? null : region;
  switch (named[recognise(config).provider.id]) {
    case true:
      return [location];
    case false:
      return [null];
    default:
      return location === null ? [null] : [null, location];
  }
}

/** Whether a store refused a new bucket for where it was asked to be (InvalidLocationConstraint and the like). */
export function isLocationRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && /^(Invalid|Illegal)LocationConstraint/.test(cause.message);
}

/** The two requests that delete: of up to a thousand keys, and of one. */
import { createHash } from 'node:crypto';
import { SidelineError } from '../../../shared/errors.ts';
import { errorFromCode } from '../../storage/s3-errors.ts';
import type { Storage } from '../../storage/storage.ts';
import { deleteDocument, readDeleteResult, type KeyToDelete } from './delete-xml.ts';

/** What became of one. `error` null: it is deleted, or was not there any more; `markerId`: of the mark that says so. */
export type Fate = { error: null; markerId: string | null } | { error: SidelineError };

/** What S3 takes at once. */
export const mostAtOnce = 1000;

/** By version where there is one: a key may have several. */
const nameOf = ({ key, versionId }: Pick<KeyToDelete, 'key' | 'versionId'>) => `${versionId ?? ''}/${key}`;

/**
 * DeleteObjects of at most 1,000 keys. In their order; null: the answer does not speak of it. Throws a SidelineError where the
 * request failed as a whole.
 *
 * Not by the SDK: from 3.729 on it sends a CRC32 in place of Content-MD5, without which MinIO, Ceph's older gateways and others
 * refuse the request (aws/aws-sdk-js-v3#6920, minio/minio#20845). Amazon takes either.
 */
export async function deleteMany(
  storage: Storage,
  keys: readonly KeyToDelete[],
  signal: AbortSignal,
): Promise<(Fate | null)[]> {
  const body = deleteDocument(keys);
  const headers = {
    'content-md5': createHash('md5').update(body).digest('base64'),
    'content-type': 'application/xml',
  };
  const request = { method: 'POST', key: '', query: { delete: '' }, headers, body } as const;
  const answer = await storage.send(request, { operation: 'delete' }, signal);
  const result = readDeleteResult(answer.body);
  if (result === null)
    throw new SidelineError('server-error', { operation: 'delete', subject: 'no answer to a deletion' });
  const fates = new Map<string, Fate>();
  for (const one of result.deleted) fates.set(nameOf(one), { error: null, markerId: one.markerId });
  for (const one of result.refused) fates.set(nameOf(one), refusal(one.key, one.code, one.message));
  return keys.map((one) => fates.get(nameOf(one)) ?? null);

  function refusal(key: string, code: string, message: string): Fate {
    return fateOf(
      errorFromCode(code, message, {
        operation: 'delete',
        bucket: storage.connection.config.bucket,
        key,
        host: storage.host,
      }),
    );
  }
}

/** DELETE of one. Throws what failed on the way to the store; what the store refuses is its fate. */
export async function deleteOne(storage: Storage, one: KeyToDelete, signal: AbortSignal): Promise<Fate> {
  const { key, versionId, etag } = one;
  const request = {
    method: 'DELETE',
    key,
    query: versionId === null ? {} : { versionId },
    headers: etag === null ? {} : { 'if-match': `"${etag}"` },
  } as const;
  try {
    const { headers } = await storage.send(request, { operation: 'delete', key }, signal);
    const made = versionId === null && headers['x-amz-delete-marker'] === 'true';
    const marker = headers['x-amz-version-id'];
    return { error: null, markerId: made && typeof marker === 'string' ? marker : null };
  } catch (error) {
    const fate = error instanceof SidelineError ? fateOf(error) : null;
    if (fate === null || (fate.error !== null && fate.error.kind !== 'object-changed')) throw error;
    return fate;
  }
}

/** What is not there need not be deleted; 412 is another object than the one that was looked at. */
function fateOf(error: SidelineError): Fate {
  if (error.kind === 'object-missing') return { error: null, markerId: null };
  if (error.kind !== 'object-exists') return { error };
  return { error: new SidelineError('object-changed', { operation: 'delete', subject: error.subject, cause: error }) };
}

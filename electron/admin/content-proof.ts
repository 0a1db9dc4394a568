/** Asks a store for all by which the content of an object can be proved. */
import { SidelineError } from '../../shared/errors.ts';
import type { ListedObject } from '../storage/storage.ts';
import type { Bucket } from './bucket.ts';
import { headObject } from './objects/details.ts';
import { factsOf } from './object-facts.ts';
import type { Patience } from './patience.ts';
import { partsIn, proofOf, type Proof } from './proof.ts';

/** `versionId`: of one that is no longer the latest */
export type Provable = Pick<ListedObject, 'key' | 'etag' | 'size'> & { versionId?: string };

/** Throws `object-changed` where the object is not the one that was listed. */
export async function proofAt(bucket: Bucket, object: Provable, patience: Patience): Promise<Proof> {
  const { key, etag, size, versionId = null } = object;
  const head = await patience.lasting(() => headObject(bucket, { key, versionId }, patience.signal));
  const facts = factsOf(head);
  if (facts.etag !== etag || facts.size !== size) throw new SidelineError('object-changed', { subject: key });
  return proofOf({ ...facts, partSize: await partSizeAt(bucket, object, patience) });
}

/**
 * Of a multipart upload: the size of its first part, where the store tells it. bytes; null: it does not, or there are no parts.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html (partNumber)
 */
export async function partSizeAt(
  bucket: Bucket,
  { key, etag, size, versionId }: Provable,
  patience: Patience,
): Promise<number | null> {
  const parts = partsIn(etag);
  if (parts === null) return null;
  if (parts === 1) return size;
  const which = versionId === undefined ? {} : { VersionId: versionId };
  const input = { Bucket: bucket.name, Key: key, PartNumber: 1, IfMatch: `"${etag}"`, ...which };
  const first = await patience
    .lasting(() =>
      bucket.ask(
        { right: 'read', key, operation: 'download' },
        (s3, { HeadObjectCommand }) => s3.send(new HeadObjectCommand(input), { abortSignal: patience.signal }),
        patience.signal,
      ),
    )
    .catch((error: unknown) => {
      patience.signal.throwIfAborted();
      if (patience.isOver()) throw error;
      return null; // a store that does not know the question
    });
  const told = first?.ContentLength ?? 0;
  return told > 0 && Math.ceil(size / told) === parts ? told : null;
}

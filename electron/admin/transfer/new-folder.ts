/** A folder with nothing in it: S3 has none, but an empty object whose key ends with a slash stands for one everywhere. */
import { SidelineError } from '../../../shared/errors.ts';
import { checkedKey } from '../../../shared/key-template/key-rules.ts';
import type { Bucket } from '../bucket.ts';
import { at } from '../objects/details.ts';

/** `name`: one segment or several, without a slash at its end. Returns the key. Throws `key-invalid`, and `object-exists`. */
export async function makeFolder(bucket: Bucket, inside: string, name: string, signal: AbortSignal): Promise<string> {
  const key = `${inside}${checkedKey(name)}/`;
  const listed = await bucket.ask(
    { right: 'list', key: inside, operation: 'connect' },
    (s3, { ListObjectsV2Command }) =>
      s3.send(new ListObjectsV2Command({ Bucket: bucket.name, Prefix: key, MaxKeys: 1 }), { abortSignal: signal }),
    signal,
  );
  if ((listed.Contents ?? []).length > 0) throw new SidelineError('object-exists', { subject: key });
  const input = { ...at(bucket, key, null), Body: Buffer.alloc(0), ContentType: 'application/x-directory' };
  await bucket.ask(
    { right: 'write', key, operation: 'upload' },
    (s3, { PutObjectCommand }) => s3.send(new PutObjectCommand(input), { abortSignal: signal }),
    signal,
  );
  return key;
}

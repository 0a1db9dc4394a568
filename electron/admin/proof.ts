/** What of a store's answer proves an object's content: digest.ts compares bytes with it. */
import type http from 'node:http';
import { crc32FromBase64 } from '../storage/storage.ts';

export type Proof =
  | { by: 'crc32'; crc32: number }
  /** `partSize`: bytes of all parts but the last; null: it went in one piece. `guessed`: another ETag proves nothing. */
  | { by: 'etag-md5'; etag: string; partSize: number | null; guessed: boolean }
  | { by: 'none' };

export interface Provable {
  /** bytes */
  size: number;
  etag: string;
  /** of the whole object; null: the store keeps none */
  crc32: number | null;
  /** The ETag has nothing to do with the content then. */
  byKeyService: boolean;
  /** of a multipart upload; null: it has to be guessed */
  partSize: number | null;
}

/**
 * A CRC32 of the whole, else the ETag: of a single PUT it is the content's MD5, of a multipart upload the MD5 of its parts' MD5s.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function proofOf({ size, etag, crc32, byKeyService, partSize }: Provable): Proof {
  if (crc32 !== null) return { by: 'crc32', crc32 };
  if (byKeyService) return { by: 'none' };
  if (/^[0-9a-f]{32}$/.test(etag)) return { by: 'etag-md5', etag, partSize: null, guessed: false };
  const parts = partsIn(etag);
  const found = partSize ?? (parts === null ? null : guessPartSize(size, parts));
  if (found === null) return { by: 'none' };
  return { by: 'etag-md5', etag, partSize: found, guessed: partSize === null };
}

/** How many parts it was uploaded in, as its ETag says; null: in one, or it does not say. */
export function partsIn(etag: string): number | null {
  const [, count] = /^[0-9a-f]{32}-(\d{1,5})$/.exec(etag) ?? [];
  return count === undefined ? null : Number(count);
}

const MiB = 2 ** 20;
/** Sideline's own, and those of the AWS CLI and SDKs, rclone, Cyberduck, boto, MinIO and s3cmd; others are powers of two. MiB */
const usualParts = [8, 5, 16, 15, 10, 64, 32, 128, 256, 512, 1024, 100, 50, 25, 20, 7, 6, 12, 24, 48];

/** The usual part size that makes so many parts; where there is none, the smallest in whole MiB that does. bytes */
export function guessPartSize(size: number, parts: number): number | null {
  const fits = (bytes: number) => Math.ceil(size / bytes) === parts;
  const usual = usualParts.map((mebi) => mebi * MiB).find(fits);
  if (usual !== undefined) return usual;
  const whole = Math.ceil(size / parts / MiB) * MiB;
  return whole > 0 && fits(whole) ? whole : null;
}

/** Of the answer to a GET or HEAD of a whole object, asked with the checksum mode. */
export function provableOf(headers: http.IncomingHttpHeaders, size: number): Provable {
  const kind = headers['x-amz-checksum-type'];
  const crc = headers['x-amz-checksum-crc32'];
  const isWhole = typeof crc === 'string' && !crc.includes('-') && kind !== 'COMPOSITE';
  return {
    ...{ size, partSize: null },
    etag: (headers.etag ?? '').replaceAll('"', ''),
    crc32: isWhole ? crc32FromBase64(crc) : null,
    byKeyService: String(headers['x-amz-server-side-encryption'] ?? '').startsWith('aws:kms'),
  };
}

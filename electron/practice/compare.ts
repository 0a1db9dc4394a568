/** Whether a bucket holds exactly the files of a folder: read back over S3, and compared byte for byte. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, ListMultipartUploadsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { objectKey } from '../../shared/key-template/index.ts';
import { isJunk } from '../engine/scan/junk.ts';
import type { PracticeBucket } from './practice-bucket.ts';

export interface Comparison {
  equal: number;
  /** a sentence each */
  problems: string[];
}

const comparedAtOnce = 4;

/** Compares all objects under the prefix with the files in the folder (junk aside), whose own name begins their keys. */
export async function compare(
  practice: PracticeBucket,
  prefix: string,
  folder: string,
  onProgress: (compared: number, of: number) => void,
): Promise<Comparison> {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = practice;
  const s3 = new S3Client({
    ...{ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } },
    responseChecksumValidation: 'WHEN_REQUIRED', // what is damaged is to be told with the rest
  });
  try {
    const expected = await filesByKey(folder, prefix);
    const listed = await listKeys(s3, bucket, prefix);
    const there = listed.filter((key) => expected.has(key));
    const problems = [
      ...there.filter((key, at) => there.indexOf(key) !== at).map((key) => `Listed twice: ${key}`),
      ...listed.filter((key) => !expected.has(key)).map((key) => `There, but not in the folder: ${key}`),
      ...[...expected.keys()].filter((key) => !there.includes(key)).map((key) => `Missing: ${key}`),
      ...(await unfinishedUploads(s3, bucket)).map((key) => `A multipart upload was left behind: ${key}`),
    ];
    const different = await differing(s3, bucket, there, expected, onProgress);
    problems.push(...different.map((key) => `Different: ${key}`));
    return { equal: there.length - different.length, problems };
  } finally {
    s3.destroy();
  }
}

async function filesByKey(folder: string, prefix: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !isJunk(entry.name));
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      const segments = [path.basename(folder), ...path.relative(folder, file).split(path.sep)];
      return [objectKey(prefix, segments.join('/')), file];
    }),
  );
}

async function listKeys(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
  }
  return keys;
}

async function unfinishedUploads(s3: S3Client, bucket: string): Promise<string[]> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  return Uploads.map(({ Key = '' }) => Key);
}

async function differing(
  s3: S3Client,
  bucket: string,
  keys: readonly string[],
  files: ReadonlyMap<string, string>,
  onProgress: (compared: number, of: number) => void,
): Promise<string[]> {
  const different: string[] = [];
  const waiting = keys.values();
  let compared = 0;
  const work = async () => {
    for (const key of waiting) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const [there, here] = await Promise.all([
        sha256(Body instanceof Readable ? Body : Readable.from([])),
        sha256(createReadStream(files.get(key) ?? '')),
      ]);
      if (there !== here) different.push(key);
      onProgress(++compared, keys.length);
    }
  };
  await Promise.all(Array.from({ length: comparedAtOnce }, work));
  return different;
}

async function sha256(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(stream, hash);
  return hash.digest('hex');
}

import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPracticeBucket, type PracticeBucket } from '../../electron/practice/practice-bucket.ts';

const MiB = 1024 * 1024;
let folder: string;
let practice: PracticeBucket;
let s3: S3Client;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-practice-'));
  practice = await startPracticeBucket({ folder });
  s3 = clientOf(practice);
});

afterAll(async () => {
  s3.destroy();
  await practice.stop();
  await rm(folder, { recursive: true });
});

function clientOf(
  { endpoint, region, accessKeyId, secretAccessKey }: PracticeBucket,
  more: S3ClientConfig = {},
): S3Client {
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
    ...more,
  });
}

async function put(Key: string, Body: string | Buffer, more: object = {}) {
  return await s3.send(new PutObjectCommand({ Bucket: practice.bucket, Key, Body, ...more }));
}

async function bodyOf(Key: string, more: object = {}): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: practice.bucket, Key, ...more }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

async function keysUnder(Prefix: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: practice.bucket, Prefix }));
  return Contents.map(({ Key = '' }) => Key);
}

async function refusalOf(promise: Promise<unknown>): Promise<{ name: string; status: number | undefined }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof S3ServiceException) return { name: error.name, status: error.$metadata.httpStatusCode };
    throw error;
  }
  throw new Error('it was not refused');
}

const crcOf = (data: string | Buffer) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(data));
  return bytes.toString('base64');
};
const md5Of = (data: string | Buffer) => createHash('md5').update(data).digest();

/** Different in every part and at every place. */
function pattern(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE((at * 2_654_435_761 + seed * 97) >>> 0, at);
  return bytes;
}

async function startUpload(Key: string, more: object = {}): Promise<string> {
  const answer = await s3.send(new CreateMultipartUploadCommand({ Bucket: practice.bucket, Key, ...more }));
  return answer.UploadId ?? '';
}

async function sendPart(Key: string, UploadId: string, PartNumber: number, Body: Buffer, more: object = {}) {
  const part = { Bucket: practice.bucket, Key, UploadId, PartNumber, Body, ...more };
  const { ETag, ChecksumCRC32 } = await s3.send(new UploadPartCommand(part));
  return { PartNumber, ETag, ChecksumCRC32 };
}

function complete(Key: string, UploadId: string, Parts: object[], more: object = {}) {
  return s3.send(
    new CompleteMultipartUploadCommand({ Bucket: practice.bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }),
  );
}

async function uploadsUnder(Prefix: string): Promise<string[]> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: practice.bucket, Prefix }));
  return Uploads.map(({ UploadId = '' }) => UploadId);
}

describe('who may come', () => {
  it('listens on 127.0.0.1 only', async () => {
    const outside = Object.values(os.networkInterfaces())
      .flat()
      .find((address) => address?.family === 'IPv4' && !address.internal);
    const { port } = new URL(practice.endpoint);
    const hosts = ['::1', ...(outside === undefined ? [] : [outside.address])];
    for (const host of hosts) {
      const connecting = new Promise((resolve, reject) => {
        http.get({ host, port, timeout: 2000 }, resolve).on('error', reject);
      });
      await expect(connecting, host).rejects.toThrow(/ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH|EHOSTUNREACH/);
    }
  });

  it('refuses requests without its access key', async () => {
    const unsigned = await fetch(`${practice.endpoint}/practice?list-type=2`);
    expect([unsigned.status, await unsigned.text()]).toEqual([403, expect.stringContaining('AccessDenied')]);
    const stranger = clientOf(practice, { credentials: { accessKeyId: 'other', secretAccessKey: 'x' } });
    const refusal = await refusalOf(stranger.send(new ListObjectsV2Command({ Bucket: 'practice' })));
    expect(refusal).toEqual({ name: 'InvalidAccessKeyId', status: 403 });
  });

  it('has its bucket, and no other', async () => {
    await s3.send(new HeadBucketCommand({ Bucket: practice.bucket }));
    const other = refusalOf(s3.send(new ListObjectsV2Command({ Bucket: 'other' })));
    expect(await other).toEqual({ name: 'NoSuchBucket', status: 404 });
    const again = refusalOf(s3.send(new CreateBucketCommand({ Bucket: practice.bucket })));
    expect(await again).toEqual({ name: 'BucketAlreadyOwnedByYou', status: 409 });
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket: practice.bucket }));
    expect(LocationConstraint).toBeUndefined(); // which is how S3 says us-east-1
    const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: practice.bucket }));
    expect(Status).toBeUndefined();
  });

  it('says what it cannot do', async () => {
    const notThere = { name: 'NotImplemented', status: 501 };
    expect(await refusalOf(put('sse', 'x', { ServerSideEncryption: 'AES256' }))).toEqual(notThere);
    expect(await refusalOf(put('tagged', 'x', { Tagging: 'a=b' }))).toEqual(notThere);
    expect(await refusalOf(put('acl', 'x', { ACL: 'public-read' }))).toEqual(notThere);
    const tags = s3.send(new GetObjectTaggingCommand({ Bucket: practice.bucket, Key: 'x' }));
    expect(await refusalOf(tags)).toEqual(notThere);
    expect(await keysUnder('')).toEqual([]);
  });
});

describe('objects', () => {
  it.each([
    'plain.jpg',
    'a/b/c.jpg',
    "#?%+&=;,$@!*'() .jpg",
    'spaces  in a  row',
    ' leading and trailing space ',
    '.hidden',
    '..a',
    '...',
    'trailing dot.',
    '100%25.txt',
    '%2e%2e/x',
    'back\\slash',
    '<angle>"quotes"|pipe:colon',
    'tab\tnewline\nreturn\r.jpg',
    'Größe/Öl.jpg',
    '⚽️ Pokal 👩‍👩‍👧.jpg',
    '\u{ffee}\u{10000}',
    'CON',
    'aux.txt',
    'x'.repeat(255),
    `long/${'ä'.repeat(300)}`,
  ])('keeps %j, as a file, in a listing and for reading', async (name) => {
    const key = `odd/${name}`;
    await put(key, `content of ${name}`);
    expect((await bodyOf(key)).toString()).toBe(`content of ${name}`);
    expect(await keysUnder(key)).toEqual([key]);
    await s3.send(new DeleteObjectsCommand({ Bucket: practice.bucket, Delete: { Objects: [{ Key: key }] } }));
    expect(await keysUnder(key)).toEqual([]);
  });

  it.each(['../outside', 'a/../../outside', '/absolute', 'a//b', 'a/.', 'nul\u0000', 'bell\u0007', 'x'.repeat(1025)])(
    'refuses the key %j: no file is written for it',
    async (key) => {
      const url = `${practice.endpoint}/practice/${encodeURIComponent(key).replaceAll('%2F', '/')}`;
      // By hand: clients would resolve the dots.
      const status = await new Promise((resolve, reject) => {
        const { hostname, port } = new URL(practice.endpoint);
        const headers = { authorization: `AWS4-HMAC-SHA256 Credential=${practice.accessKeyId}/x`, 'content-length': 1 };
        const request = http.request({
          hostname,
          port,
          path: url.slice(practice.endpoint.length),
          method: 'PUT',
          headers,
        });
        request.on('error', reject).on('response', ({ statusCode }) => resolve(statusCode));
        request.end('x');
      });
      expect(status).toBe(400);
      expect(await keysUnder('')).toEqual([]);
      expect((await readdir(folder)).toSorted()).toEqual(['about', 'incoming', 'objects', 'uploads']);
      expect(await readdir(practice.folder)).toEqual([]);
    },
  );

  it('are plain files under their names', async () => {
    await put('Sommerfest/Tag 1/IMG_0001.JPG', 'a picture');
    expect(await readFile(path.join(practice.folder, 'Sommerfest', 'Tag 1', 'IMG_0001.JPG'), 'utf8')).toBe('a picture');
    await s3.send(new DeleteObjectCommand({ Bucket: practice.bucket, Key: 'Sommerfest/Tag 1/IMG_0001.JPG' }));
    expect(await readdir(practice.folder)).not.toContain('Sommerfest');
  });

  it('do not disturb each other where names clash', async () => {
    const keys = ['clash/a', 'clash/a/b', 'clash/A', 'clash/A/b', 'clash/c/d', 'clash/c'];
    for (const key of keys) await put(key, `1 ${key}`);
    for (const key of keys) await put(key, `2 ${key}`);
    for (const key of keys) expect((await bodyOf(key)).toString()).toBe(`2 ${key}`);
    expect(await keysUnder('clash/')).toEqual(keys.toSorted());
    for (const key of keys) await s3.send(new DeleteObjectCommand({ Bucket: practice.bucket, Key: key }));
    expect(await keysUnder('clash/')).toEqual([]);
  });

  it('keep what was said of them', async () => {
    const about = { ContentType: 'image/jpeg', CacheControl: 'max-age=86400', Metadata: { title: 'Final' } };
    const { ETag, ChecksumCRC32 } = await put('about.jpg', 'x', about);
    expect([ETag, ChecksumCRC32]).toEqual([`"${md5Of('x').toString('hex')}"`, crcOf('x')]);
    const head = await s3.send(
      new HeadObjectCommand({ Bucket: practice.bucket, Key: 'about.jpg', ChecksumMode: 'ENABLED' }),
    );
    expect(head).toMatchObject({
      ...about,
      ContentLength: 1,
      ETag,
      ChecksumCRC32: crcOf('x'),
      ChecksumType: 'FULL_OBJECT',
    });
  });

  it('can be empty', async () => {
    await put('empty', '');
    expect(await bodyOf('empty')).toHaveLength(0);
    const head = await s3.send(new HeadObjectCommand({ Bucket: practice.bucket, Key: 'empty' }));
    expect(head.ContentLength).toBe(0);
  });

  it('are read in ranges', async () => {
    await put('range', '0123456789');
    expect((await bodyOf('range', { Range: 'bytes=2-4' })).toString()).toBe('234');
    expect((await bodyOf('range', { Range: 'bytes=7-' })).toString()).toBe('789');
    expect((await bodyOf('range', { Range: 'bytes=-3' })).toString()).toBe('789');
    expect((await bodyOf('range', { Range: 'bytes=8-99' })).toString()).toBe('89');
    expect(await refusalOf(bodyOf('range', { Range: 'bytes=10-' }))).toEqual({ name: 'InvalidRange', status: 416 });
  });

  it('are not there when they never were', async () => {
    expect(await refusalOf(bodyOf('never'))).toEqual({ name: 'NoSuchKey', status: 404 });
    const head = s3.send(new HeadObjectCommand({ Bucket: practice.bucket, Key: 'never' }));
    expect((await refusalOf(head)).status).toBe(404);
  });

  it('refuses what does not fit its checksum, and leaves the old object', async () => {
    await put('checked', 'first');
    const bad = { name: 'BadDigest', status: 400 };
    expect(await refusalOf(put('checked', 'second', { ContentMD5: md5Of('other').toString('base64') }))).toEqual(bad);
    expect(await refusalOf(put('checked', 'second', { ChecksumCRC32: crcOf('other') }))).toEqual(bad);
    expect((await bodyOf('checked')).toString()).toBe('first');
    await put('checked', 'second', { ContentMD5: md5Of('second').toString('base64'), ChecksumCRC32: crcOf('second') });
    expect((await bodyOf('checked')).toString()).toBe('second');
  });

  it('writes only what is not there, when asked', async () => {
    await put('once', 'first', { IfNoneMatch: '*' });
    const again = refusalOf(put('once', 'second', { IfNoneMatch: '*' }));
    expect(await again).toEqual({ name: 'PreconditionFailed', status: 412 });
    expect((await bodyOf('once')).toString()).toBe('first');
  });

  it('is nothing when the sender goes away in the middle', async () => {
    const { hostname, port } = new URL(practice.endpoint);
    const headers = { authorization: `AWS4-HMAC-SHA256 Credential=${practice.accessKeyId}/x`, 'content-length': 1000 };
    const before = practice.bytesReceived();
    const request = http.request({ hostname, port, path: '/practice/half', method: 'PUT', headers });
    request.on('error', () => undefined);
    request.write('half');
    await expect.poll(() => practice.bytesReceived()).toBe(before + 4);
    request.destroy();
    await expect.poll(() => readdir(path.join(folder, 'incoming'))).toEqual([]);
    expect(await keysUnder('half')).toEqual([]);
  });
});

describe('listing', () => {
  const names = Array.from({ length: 1203 }, (_, at) => `${at % 2 === 0 ? 'IMG_' : 'img-'}${at % 7}/${at}`);

  beforeAll(async () => {
    for (let at = 0; at < names.length; at += 32) {
      await Promise.all(names.slice(at, at + 32).map((name) => put(`list/${name}`, name)));
    }
  });

  async function pages(more: object): Promise<{ keys: string[]; prefixes: string[] }> {
    const listed = { keys: [] as string[], prefixes: [] as string[] };
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket: practice.bucket, Prefix: 'list/', ContinuationToken, ...more }),
      );
      listed.keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
      listed.prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return listed;
  }

  it.each([1000, 100, 7])('gives every key once, in order, in pages of %d', async (MaxKeys) => {
    const { keys } = await pages({ MaxKeys });
    expect(keys).toEqual(names.map((name) => `list/${name}`).toSorted());
  });

  it.each([1000, 3, 1])('groups by a delimiter, in pages of %d', async (MaxKeys) => {
    const groups = [...new Set(names.map((name) => `list/${name.split('/')[0] ?? ''}/`))].toSorted();
    expect(await pages({ MaxKeys, Delimiter: '/' })).toEqual({ keys: [], prefixes: groups });
  });

  it('starts after a key, and encodes when asked', async () => {
    const all = names.map((name) => `list/${name}`).toSorted();
    expect((await pages({ StartAfter: all[1000] })).keys).toEqual(all.slice(1001));
    await put('encoded/ä b', 'x');
    const { Contents } = await s3.send(
      new ListObjectsV2Command({ Bucket: practice.bucket, Prefix: 'encoded/', EncodingType: 'url' }),
    );
    expect(Contents?.[0]?.Key).toBe(encodeURIComponent('encoded/ä b'));
  });

  it('orders by UTF-8, not by UTF-16', async () => {
    for (const name of ['\u{ffee}', '\u{10000}', 'z']) await put(`utf/${name}`, 'x');
    expect(await keysUnder('utf/')).toEqual(['utf/z', 'utf/\u{ffee}', 'utf/\u{10000}']);
  });
});

describe('multipart uploads', () => {
  const parts = [pattern(5 * MiB, 1), pattern(5 * MiB, 2), pattern(1000, 3)];
  const whole = Buffer.concat(parts);
  const etag = `"${createHash('md5')
    .update(Buffer.concat(parts.map(md5Of)))
    .digest('hex')}-3"`;

  it('become one object, with its checksum', async () => {
    const id = await startUpload('big/full', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const sent = [];
    for (const [at, part] of parts.entries()) sent.push(await sendPart('big/full', id, at + 1, part));
    expect(sent.map(({ ChecksumCRC32 }) => ChecksumCRC32)).toEqual(parts.map(crcOf));
    const wrong = refusalOf(
      complete('big/full', id, sent, { ChecksumCRC32: crcOf('other'), ChecksumType: 'FULL_OBJECT' }),
    );
    expect(await wrong).toEqual({ name: 'BadDigest', status: 400 });
    const done = await complete('big/full', id, sent, { ChecksumCRC32: crcOf(whole), ChecksumType: 'FULL_OBJECT' });
    expect(done).toMatchObject({
      Key: 'big/full',
      ETag: etag,
      ChecksumCRC32: crcOf(whole),
      ChecksumType: 'FULL_OBJECT',
    });
    expect((await bodyOf('big/full')).equals(whole)).toBe(true);
    expect(await uploadsUnder('big/')).toEqual([]);
    expect(await readdir(path.join(folder, 'uploads'))).toEqual([]);
  });

  it('lists what has arrived, in pages', async () => {
    const id = await startUpload('big/listed', { ChecksumAlgorithm: 'CRC32' });
    expect(await uploadsUnder('big/listed')).toEqual([id]);
    for (const number of [3, 1, 10]) await sendPart('big/listed', id, number, pattern(100 + number, number));
    await sendPart('big/listed', id, 3, pattern(50, 9)); // sent again
    const where = { Bucket: practice.bucket, Key: 'big/listed', UploadId: id };
    const first = await s3.send(new ListPartsCommand({ ...where, MaxParts: 2 }));
    expect(first.Parts?.map(({ PartNumber, Size, ETag }) => ({ PartNumber, Size, ETag }))).toEqual([
      { PartNumber: 1, Size: 101, ETag: `"${md5Of(pattern(101, 1)).toString('hex')}"` },
      { PartNumber: 3, Size: 50, ETag: `"${md5Of(pattern(50, 9)).toString('hex')}"` },
    ]);
    expect([first.IsTruncated, first.NextPartNumberMarker]).toEqual([true, '3']);
    const second = await s3.send(new ListPartsCommand({ ...where, PartNumberMarker: first.NextPartNumberMarker }));
    expect(second.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([10]);
    expect(second.IsTruncated).toBe(false);
    await s3.send(new AbortMultipartUploadCommand(where));
    expect(await uploadsUnder('big/listed')).toEqual([]);
    expect(await refusalOf(s3.send(new ListPartsCommand(where)))).toEqual({ name: 'NoSuchUpload', status: 404 });
  });

  it('refuses what S3 refuses', async () => {
    const id = await startUpload('big/refused');
    const small = await sendPart('big/refused', id, 1, pattern(100, 1));
    const last = await sendPart('big/refused', id, 2, pattern(100, 2));
    const nameOfRefusal = (list: object[]) => refusalOf(complete('big/refused', id, list)).then(({ name }) => name);
    expect(await nameOfRefusal([small, last])).toBe('EntityTooSmall');
    expect(await nameOfRefusal([last, small])).toBe('InvalidPartOrder');
    expect(await nameOfRefusal([small, { ...last, ETag: small.ETag }])).toBe('InvalidPart');
    expect(await nameOfRefusal([{ ...last, PartNumber: 3 }])).toBe('InvalidPart');
    expect(await nameOfRefusal([])).toBe('MalformedXML');
    const bad = sendPart('big/refused', id, 3, pattern(100, 3), { ContentMD5: md5Of('other').toString('base64') });
    expect((await refusalOf(bad)).name).toBe('BadDigest');
    expect((await refusalOf(sendPart('big/other key', id, 1, pattern(10, 1)))).name).toBe('NoSuchUpload');
    expect((await refusalOf(sendPart('big/refused', 'unknown', 1, pattern(10, 1)))).name).toBe('NoSuchUpload');
    await s3.send(new AbortMultipartUploadCommand({ Bucket: practice.bucket, Key: 'big/refused', UploadId: id }));
  });

  it('gives the same answer to the same Complete twice at once', async () => {
    const id = await startUpload('big/twice');
    const sent = [await sendPart('big/twice', id, 1, parts[0] ?? Buffer.alloc(0))];
    const answers = await Promise.all([complete('big/twice', id, sent), complete('big/twice', id, sent)]);
    expect(answers[0].ETag).toBe(answers[1].ETag);
    expect((await refusalOf(complete('big/twice', id, sent))).name).toBe('NoSuchUpload');
  });

  it('serves the SDK as it comes: checksums of the parts, composed', async () => {
    const upload = new Upload({
      client: s3,
      params: { Bucket: practice.bucket, Key: 'big/sdk', Body: whole },
      partSize: 5 * MiB,
    });
    expect(await upload.done()).toMatchObject({ ETag: etag, ChecksumType: 'COMPOSITE' });
    expect((await bodyOf('big/sdk', { ChecksumMode: 'ENABLED' })).equals(whole)).toBe(true);
  });

  it('go on after a restart, with the objects that were there', async () => {
    const id = await startUpload('again/big', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const sent = [await sendPart('again/big', id, 1, parts[0] ?? Buffer.alloc(0))];
    await put('again/small', 'small', { ContentType: 'text/plain' });
    await practice.stop();
    s3.destroy();
    practice = await startPracticeBucket({ folder });
    s3 = clientOf(practice);
    expect((await bodyOf('again/small')).toString()).toBe('small');
    const head = await s3.send(new HeadObjectCommand({ Bucket: practice.bucket, Key: 'again/small' }));
    expect(head.ContentType).toBe('text/plain');
    expect(await uploadsUnder('again/')).toEqual([id]);
    sent.push(await sendPart('again/big', id, 2, parts[2] ?? Buffer.alloc(0)));
    await complete('again/big', id, sent);
    expect(
      (await bodyOf('again/big')).equals(Buffer.concat([parts[0], parts[2]].filter((part) => part !== undefined))),
    ).toBe(true);
  });
});

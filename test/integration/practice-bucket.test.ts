import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
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
  UploadPartCopyCommand,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startPracticeBucket, type PracticeBucket } from '../../electron/practice/practice-bucket.ts';
import { encodeKey, signRequest } from '../../electron/storage/sigv4.ts';
import { runSideline } from '../servers/sideline.ts';
import { presignUrl, signForm, type FormToSign, type SigningPlace } from '../servers/broker/signing.ts';

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

/** As a backend that has the bucket's keys. */
function signer(): SigningPlace {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = practice;
  return { endpoint: new URL(endpoint), region, bucket, credentials: { accessKeyId, secretAccessKey } };
}

/** For node:http, which leaves the path as it is. */
function putByHand(key: string, bytes: number, now = new Date()): http.RequestOptions {
  const { endpoint: origin, credentials, region } = signer();
  const headers = { 'content-length': String(bytes) };
  const path = `/practice/${encodeKey(key)}`;
  const signed = signRequest({ method: 'PUT', origin, path, query: {}, headers }, { credentials, region, now });
  return { ...signed, hostname: origin.hostname, port: origin.port, method: 'PUT' };
}

/** Status, and the code of a refusal. */
async function answerTo(url: string, init: RequestInit = {}): Promise<[number, string]> {
  const response = await fetch(url, init);
  return [response.status, /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1] ?? ''];
}

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

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

  it('refuses a wrong secret, other headers than were signed, and another time', async () => {
    const { accessKeyId } = practice;
    const stranger = clientOf(practice, { credentials: { accessKeyId, secretAccessKey: 'x' } });
    const refusal = await refusalOf(stranger.send(new ListObjectsV2Command({ Bucket: 'practice' })));
    expect(refusal).toEqual({ name: 'SignatureDoesNotMatch', status: 403 });
    stranger.destroy();
    const codeOf = async (options: http.RequestOptions, more: http.OutgoingHttpHeaders = {}) => {
      const request = http.request({
        ...options,
        headers: { ...(options.headers as http.OutgoingHttpHeaders), ...more },
      });
      request.end('x');
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      return /<Code>(\w+)</.exec(await text(response))?.[1];
    };
    const wrong = 'SignatureDoesNotMatch';
    expect(await codeOf({ ...putByHand('mine', 1), path: '/practice/other' })).toBe(wrong);
    expect(await codeOf({ ...putByHand('mine', 1), path: '/practice/mine?uploads', method: 'POST' })).toBe(wrong);
    expect(await codeOf(putByHand('mine', 1), { 'x-amz-acl': 'public-read' })).toBe('AccessDenied');
    const hours = 3_600_000;
    for (const now of [Date.now() - hours, Date.now() + hours])
      expect(await codeOf(putByHand('mine', 1, new Date(now)))).toBe('RequestTimeTooSkewed');
    for (const authorization of ['', 'Bearer x', `AWS4-HMAC-SHA256 Credential=${accessKeyId}/x`, 'AWS4-HMAC-SHA256 '])
      expect(await codeOf(putByHand('mine', 1), { authorization }), authorization).toMatch(
        /AccessDenied|QueryParameters/,
      );
    expect(await keysUnder('')).toEqual([]);
  });

  it('has its bucket, and no other', async () => {
    await s3.send(new HeadBucketCommand({ Bucket: practice.bucket }));
    const other = refusalOf(s3.send(new ListObjectsV2Command({ Bucket: 'other' })));
    expect(await other).toEqual({ name: 'NoSuchBucket', status: 404 });
    const again = refusalOf(s3.send(new CreateBucketCommand({ Bucket: practice.bucket })));
    expect(await again).toEqual({ name: 'BucketAlreadyOwnedByYou', status: 409 });
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket: practice.bucket }));
    expect(LocationConstraint).toBeUndefined(); // which is how S3 says us-east-1
  });

  it('is told nothing by the bucket check that it could not do', async () => {
    const { endpoint, bucket, accessKeyId, secretAccessKey } = practice;
    const ended = await runSideline(['check', '--json'], {
      ...{ SIDELINE_DATA_DIR: path.join(folder, 'check'), SIDELINE_S3_ENDPOINT: endpoint, SIDELINE_S3_BUCKET: bucket },
      ...{ SIDELINE_S3_PATH_STYLE: 'true', AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    });
    const [check] = ended.events();
    const offered = z.object({ findings: z.array(z.object({ mend: z.unknown() })).min(1) }).parse(check);
    expect(offered.findings.filter(({ mend }) => mend !== null)).toEqual([]);
  });

  it('says what it cannot do', async () => {
    const notThere = { name: 'NotImplemented', status: 501 };
    const { bucket: Bucket } = practice;
    expect(await refusalOf(s3.send(new GetBucketVersioningCommand({ Bucket })))).toEqual(notThere);
    expect(await refusalOf(put('sse', 'x', { ServerSideEncryption: 'AES256' }))).toEqual(notThere);
    expect(await refusalOf(put('tagged', 'x', { Tagging: 'a=b' }))).toEqual(notThere);
    expect(await refusalOf(put('acl', 'x', { ACL: 'authenticated-read' }))).toEqual(notThere);
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
      // By hand: clients would resolve the dots.
      const status = await new Promise((resolve, reject) => {
        const request = http.request(putByHand(key, 1));
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
    const before = practice.bytesReceived();
    const request = http.request(putByHand('half', 1000));
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

  it('take parts of an object that is there', async () => {
    const Bucket = practice.bucket;
    await s3.send(new PutObjectCommand({ Bucket, Key: 'big/from', Body: whole }));
    const Key = 'big/copied';
    const id = await startUpload(Key, { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const take = async (PartNumber: number, range: string, more: object = {}) => {
      const from = { CopySource: `${Bucket}/big/from`, CopySourceRange: `bytes=${range}`, ...more };
      return (await s3.send(new UploadPartCopyCommand({ Bucket, Key, UploadId: id, PartNumber, ...from })))
        .CopyPartResult;
    };
    const copied = [];
    for (const [at, { length }] of parts.entries())
      copied.push({ PartNumber: at + 1, ...(await take(at + 1, `${at * 5 * MiB}-${at * 5 * MiB + length - 1}`)) });
    expect(copied.map(({ ChecksumCRC32 }) => ChecksumCRC32)).toEqual(parts.map(crcOf));
    expect((await refusalOf(take(4, `0-${whole.length}`))).name).toBe('InvalidArgument');
    expect((await refusalOf(take(4, '0-9', { CopySourceIfMatch: '"other"' }))).name).toBe('PreconditionFailed');
    expect((await refusalOf(take(4, '0-9', { CopySource: `${Bucket}/big/none` }))).name).toBe('NoSuchKey');
    const sent = copied.map(({ PartNumber, ETag, ChecksumCRC32 }) => ({ PartNumber, ETag, ChecksumCRC32 }));
    expect(await complete(Key, id, sent)).toMatchObject({ ETag: etag });
    expect((await bodyOf(Key)).equals(whole)).toBe(true);
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

describe('signed addresses', () => {
  const photo = pattern(5000, 7);
  const headers = { 'content-type': 'image/jpeg', 'x-amz-acl': 'public-read' };
  const now = { signedAt: new Date(), expires: 300 };
  const notSigned = [403, 'SignatureDoesNotMatch'];

  it('take a file, and give it', async () => {
    const key = "signed/Größe #1 (50%)'s!.jpg";
    const url = presignUrl(signer(), { method: 'PUT', key, ...now, headers });
    expect(await answerTo(url, { method: 'PUT', body: photo, headers })).toEqual([200, '']);
    const asked = await fetch(presignUrl(signer(), { method: 'GET', key, ...now }));
    expect(asked.headers.get('content-type')).toBe('image/jpeg');
    expect((await bytesOf(asked)).equals(photo)).toBe(true);
    const range = await fetch(presignUrl(signer(), { method: 'GET', key, ...now }), {
      headers: { range: 'bytes=8-15' },
    });
    expect([range.status, await bytesOf(range)]).toEqual([206, photo.subarray(8, 16)]);
  });

  it('hold as the SDK signs them, and say how an object is shown', async () => {
    await put('signed/sdk.jpg', photo);
    const { endpoint, credentials, region } = signer();
    const hash = class {
      readonly #hash;
      constructor(secret?: string | Uint8Array) {
        this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
      }
      update(data: string | Uint8Array) {
        this.#hash.update(data);
      }
      digest() {
        return Promise.resolve(this.#hash.digest());
      }
    };
    const v4 = new SignatureV4({ service: 's3', region, credentials, sha256: hash as never, uriEscapePath: false });
    const query = { 'response-content-disposition': 'attachment; filename="a b.jpg"' };
    const request = { method: 'GET', protocol: 'http:', path: '/practice/signed/sdk.jpg', query };
    const signed = await v4.presign(
      {
        ...request,
        hostname: endpoint.hostname,
        headers: { host: endpoint.host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      },
      { expiresIn: 60 },
    );
    const search = new URLSearchParams(signed.query as Record<string, string>);
    const answer = await fetch(`${practice.endpoint}${request.path}?${search.toString()}`);
    expect((await bytesOf(answer)).equals(photo)).toBe(true);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="a b.jpg"');
  });

  it('do nothing else than what was signed', async () => {
    const url = presignUrl(signer(), { method: 'PUT', key: 'signed/only.jpg', ...now, headers });
    const body = { method: 'PUT', body: photo };
    expect(await answerTo(url, { ...body, headers: { ...headers, 'content-type': 'image/png' } })).toEqual(notSigned);
    expect(await answerTo(url, { ...body, headers: { 'content-type': 'image/jpeg' } })).toEqual(notSigned);
    expect(await answerTo(url.replace('only', 'other'), { ...body, headers })).toEqual(notSigned);
    expect(await answerTo(url, { method: 'DELETE', headers })).toEqual(notSigned);
    expect(await answerTo(`${url}&partNumber=1`, { ...body, headers })).toEqual(notSigned);
    const loose = { ...headers, 'x-amz-meta-title': 'mine' };
    expect(await answerTo(url, { ...body, headers: loose })).toEqual([403, 'AccessDenied']);
    const plain = presignUrl(signer(), { method: 'PUT', key: 'signed/only.jpg', ...now });
    expect(await answerTo(plain, { ...body, headers })).toEqual([403, 'AccessDenied']);
    const stranger = { ...signer(), credentials: { accessKeyId: 'other', secretAccessKey: practice.secretAccessKey } };
    const strange = presignUrl(stranger, { method: 'PUT', key: 'signed/only.jpg', ...now });
    expect(await answerTo(strange, body)).toEqual([403, 'InvalidAccessKeyId']);
    expect(await keysUnder('signed/only')).toEqual([]);
  });

  it('hold for as long as they say, and no longer', async () => {
    const get = (signedAt: number, expires: number) =>
      answerTo(presignUrl(signer(), { method: 'GET', key: 'signed/late', signedAt: new Date(signedAt), expires }));
    await put('signed/late', 'x');
    expect(await get(Date.now() - 58_000, 60)).toEqual([200, '']);
    expect(await get(Date.now() - 61_000, 60)).toEqual([403, 'AccessDenied']);
    expect(await get(Date.now() + 20 * 60_000, 60)).toEqual([403, 'AccessDenied']);
    for (const life of [0, 604_801, 1.5])
      expect(await get(Date.now(), life)).toEqual([400, 'AuthorizationQueryParametersError']);
  });

  it('hold on after a restart with the same keys', async () => {
    await put('signed/again', 'x');
    const { accessKeyId, secretAccessKey, endpoint } = practice;
    const url = presignUrl(signer(), { method: 'GET', key: 'signed/again', ...now });
    await practice.stop();
    s3.destroy();
    const port = Number(new URL(endpoint).port);
    practice = await startPracticeBucket({ folder, port, keys: { accessKeyId, secretAccessKey } });
    s3 = clientOf(practice);
    expect(await answerTo(url)).toEqual([200, '']);
  });
});

describe('who has not signed', () => {
  it('reads what is public, and nothing else', async () => {
    await put('open/a.jpg', 'public', { ACL: 'public-read', ContentType: 'image/jpeg' });
    await put('open/b.jpg', 'private', { ACL: 'private' });
    const url = (key: string) => `${practice.endpoint}/practice/${key}`;
    const answer = await fetch(url('open/a.jpg'), { headers: { range: 'bytes=0-2' } });
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      206,
      'image/jpeg',
      'pub',
    ]);
    expect((await fetch(url('open/a.jpg'), { method: 'HEAD' })).status).toBe(200);
    const denied = [403, 'AccessDenied'];
    for (const key of ['open/b.jpg', 'open/none.jpg', 'open/a.jpg?uploads', 'open/a.jpg?x-id=1'])
      expect(await answerTo(url(key)), key).toEqual(denied);
    for (const method of ['PUT', 'DELETE', 'POST'])
      expect(await answerTo(url('open/a.jpg'), { method, ...(method === 'PUT' ? { body: 'x' } : {}) })).toEqual(denied);
    expect(await answerTo(url(''))).toEqual(denied);
    await put('open/a.jpg', 'now private');
    expect(await answerTo(url('open/a.jpg'))).toEqual(denied);
  });

  it('reads a public object of several parts, after a restart too', async () => {
    const id = await startUpload('open/parts', { ACL: 'public-read' });
    await practice.stop();
    s3.destroy();
    practice = await startPracticeBucket({ folder });
    s3 = clientOf(practice);
    await complete('open/parts', id, [await sendPart('open/parts', id, 1, pattern(100, 1))]);
    const answer = await fetch(`${practice.endpoint}/practice/open/parts`);
    expect(await bytesOf(answer)).toEqual(pattern(100, 1));
  });
});

describe('forms', () => {
  const photo = pattern(300_000, 11);

  function form(more: Partial<FormToSign> = {}) {
    return signForm(signer(), {
      ...{ key: 'form/a.jpg', signedAt: new Date(), expiresAt: new Date(Date.now() + 60_000), largest: 300_000 },
      fields: { acl: 'public-read', 'Content-Type': 'image/jpeg' },
      ...more,
    });
  }

  function bodyFor(fields: Record<string, string>, file: Buffer | null = photo): FormData {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    if (file !== null) body.append('file', new Blob([Uint8Array.from(file)]), 'Tor #1.jpg');
    return body;
  }

  async function send(
    fields: Record<string, string>,
    file: Buffer | null = photo,
    query = '',
  ): Promise<[number, string]> {
    const url = `${practice.endpoint}/practice${query}`;
    return await answerTo(url, { method: 'POST', body: bodyFor(fields, file) });
  }

  /** A policy of any conditions, as the document has it. */
  function signedPolicy(conditions: unknown[], fields: Record<string, string>): Record<string, string> {
    const { fields: usual } = form({ fields: {} });
    const own = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date'].map((name) => ({ [name]: usual[name] }));
    const policy = { expiration: new Date(Date.now() + 60_000).toISOString(), conditions: [...own, ...conditions] };
    const text = Buffer.from(JSON.stringify(policy)).toString('base64');
    const day = usual['x-amz-date']?.slice(0, 8) ?? '';
    const words = [day, practice.region, 's3', 'aws4_request', text];
    const signature = words.reduce<Buffer>(
      (key, word) => createHmac('sha256', key).update(word).digest(),
      Buffer.from(`AWS4${practice.secretAccessKey}`),
    );
    const rest = Object.fromEntries(Object.entries(usual).filter(([name]) => !/^(key|policy|.*signature)$/.test(name)));
    return { ...rest, ...fields, policy: text, 'x-amz-signature': signature.toString('hex') };
  }

  it('bring a file, with what they say of it', async () => {
    const { url, fields } = form();
    const answer = await fetch(url, { method: 'POST', body: bodyFor(fields) });
    expect([answer.status, answer.headers.get('etag')]).toEqual([204, `"${md5Of(photo).toString('hex')}"`]);
    expect((await bodyOf('form/a.jpg')).equals(photo)).toBe(true);
    const open = await fetch(`${practice.endpoint}/practice/form/a.jpg`);
    expect([open.status, open.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    await open.body?.cancel();
    const long = pattern(20 * MiB, 3);
    const large = form({ key: 'form/large', largest: long.length, fields: { success_action_status: '201' } });
    const told = await fetch(url, { method: 'POST', body: bodyFor(large.fields, long) });
    expect([told.status, await told.text()]).toEqual([201, expect.stringContaining('<Key>form/large</Key>')]);
    expect((await bodyOf('form/large')).equals(long)).toBe(true);
  });

  it('that their policy does not allow bring nothing', async () => {
    const denied = [403, 'AccessDenied'];
    const { fields } = form({ key: 'form/not' });
    expect(await send({ ...fields, acl: 'private' })).toEqual(denied);
    expect(await send({ ...fields, key: 'form/other' })).toEqual(denied);
    expect(await send({ ...fields, 'x-amz-meta-more': 'x' })).toEqual(denied);
    expect(await send(form({ key: 'form/not', expiresAt: new Date(Date.now() - 1) }).fields)).toEqual(denied);
    expect(await send({ key: 'form/not' })).toEqual(denied);
    expect(await send(fields, Buffer.concat([photo, photo]))).toEqual([400, 'EntityTooLarge']);
    expect(await send(fields, null)).toEqual([400, 'InvalidArgument']);
    const policy = Buffer.from((fields.policy ?? '').replace('A', 'B')).toString();
    expect(await send({ ...fields, policy })).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await send({ ...fields, 'x-amz-credential': 'other/x' })).toEqual([
      400,
      'AuthorizationQueryParametersError',
    ]);
    expect(await send(fields, photo, '?delete')).toEqual(denied);
    expect(await send(form({ key: '../outside' }).fields)).toEqual([400, 'InvalidArgument']);
    expect(await send({ ...fields, more: 'x'.repeat(21_000) })).toEqual([400, 'MaxPostPreDataLengthExceeded']);
    expect(await keysUnder('form/not')).toEqual([]);
    expect(await readdir(path.join(folder, 'incoming'))).toEqual([]);
  });

  it('are held to beginnings and sizes, and may name the file', async () => {
    const conditions = [
      { bucket: 'practice' },
      ['starts-with', '$key', 'form/mine/'],
      ['starts-with', '$Content-Type', 'image/'],
      ['content-length-range', 1000, 400_000],
    ];
    const given = (more: Record<string, string> = {}) =>
      signedPolicy(conditions, { key: 'form/mine/${filename}', 'Content-Type': 'image/png', ...more });
    expect(await send(given())).toEqual([204, '']);
    expect(await keysUnder('form/mine/')).toEqual(['form/mine/Tor #1.jpg']);
    expect(await send(given({ key: 'form/yours/a' }))).toEqual([403, 'AccessDenied']);
    expect(await send(given({ 'Content-Type': 'text/html' }))).toEqual([403, 'AccessDenied']);
    expect(await send(given(), pattern(999, 1))).toEqual([400, 'EntityTooSmall']);
    expect(await send(signedPolicy([['less', '$key', 'x']], { key: 'form/x' }))).toEqual([
      400,
      'InvalidPolicyDocument',
    ]);
  });

  it('that break off, or are none, bring nothing', async () => {
    const url = `${practice.endpoint}/practice`;
    const plain = { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } };
    expect(await answerTo(url, plain)).toEqual([400, 'MalformedPOSTRequest']);
    const { fields } = form({ key: 'form/half' });
    const whole = new Response(bodyFor(fields));
    const bytes = await bytesOf(whole);
    const half = { method: 'POST', body: bytes.subarray(0, -100), headers: whole.headers };
    expect(await answerTo(url, half)).toEqual([400, 'MalformedPOSTRequest']);
    expect(await keysUnder('form/half')).toEqual([]);
    expect(await readdir(path.join(folder, 'incoming'))).toEqual([]);
  });
});

import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { crc32 } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { s3ConfigSchema, type S3Connection, type Credentials } from '../../shared/domain.ts';
import { SidelineError, type ErrorKind } from '../../shared/errors.ts';
import { plainOptions } from '../../electron/storage/object-options.ts';
import { createAgents } from '../../electron/storage/agents.ts';
import { createBucket } from '../../electron/storage/check-connection.ts';
import { credentialSource, type CredentialSource } from '../../electron/storage/credentials.ts';
import { rawRequest } from '../../electron/storage/raw-request.ts';
import { errorFromResponse, type S3Answer } from '../../electron/storage/s3-errors.ts';
import { secretName, type SecretStore } from '../../electron/storage/secrets.ts';
import { crc32FromBase64, crc32ToBase64, openStorage, type Storage } from '../../electron/storage/storage.ts';
import { seededRandom } from '../servers/random.ts';

const ceph = inject('ceph');
const random = seededRandom('storage');
const MiB = 1024 * 1024;
const never = new AbortController().signal;
const { endpoint, region, ...right } = ceph ?? {
  endpoint: 'http://127.0.0.1:9',
  region: 'us-east-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'secret',
};
const bucket = `storage-${randomBytes(6).toString('hex')}`;

const agents = createAgents({});
const opened: Storage[] = [];

afterAll(() => {
  for (const storage of opened) storage.close();
  agents.destroy();
});

function connectionTo(changes: Partial<S3Connection['config']> = {}): S3Connection {
  const config = s3ConfigSchema.parse({
    endpoint,
    region,
    bucket,
    pathStyle: true,
    credentials: { from: 'stored' },
    ...changes,
  });
  return { id: 1, name: 'test', config, capabilities: null };
}

function fixed(credentials: Credentials): CredentialSource {
  return { get: () => Promise.resolve(credentials), refresh: () => undefined };
}

function open(connection = connectionTo(), credentials: CredentialSource = fixed(right)): Storage {
  const storage = openStorage({ connection, credentials, agents });
  opened.push(storage);
  return storage;
}

async function send(
  storage: Storage,
  method: 'PUT' | 'GET',
  key: string,
  body: Buffer = Buffer.alloc(0),
  query: Record<string, string> = {},
): Promise<S3Answer> {
  const request = await storage.sign({ method, key, query, headers: { 'content-length': String(body.length) } });
  return await rawRequest(request, { method, agents, signal: never, timeout: 20_000, body });
}

async function put(storage: Storage, key: string, body: Buffer): Promise<void> {
  const { status, body: said } = await send(storage, 'PUT', key, body);
  expect(status, `${key} ${said}`).toBe(200);
}

async function sendPart(storage: Storage, key: string, uploadId: string, number: number, body: Buffer) {
  const answer = await send(storage, 'PUT', key, body, { partNumber: String(number), uploadId });
  expect(answer.status).toBe(200);
  return { number, etag: (answer.headers.etag ?? '').replaceAll('"', ''), crc32: crc32(body) };
}

const keysUnder = (storage: Storage, prefix: string) => Array.fromAsync(storage.list(prefix, never), ({ key }) => key);

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();

async function kindOf(work: Promise<unknown>): Promise<ErrorKind | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof SidelineError) return error.kind;
    throw new Error('no SidelineError', { cause: error });
  }
}

const noSecrets: SecretStore = {
  get: () => Promise.resolve(null),
  set: () => Promise.resolve(),
  delete: () => Promise.resolve(),
  names: () => Promise.resolve([]),
};

describe.skipIf(ceph === null)('Storage on Ceph', () => {
  let storage: Storage;

  beforeAll(async () => {
    await createBucket(connectionTo(), { agents, credentials: fixed(right) }, never);
    storage = open();
  });

  describe('multipart uploads', () => {
    it('become one object', async () => {
      const key = 'big/whole.mp4';
      const pieces = [random.bytes(5 * MiB), random.bytes(5 * MiB), random.bytes(1000)];
      const whole = Buffer.concat(pieces);
      const id = await storage.createUpload(key, { options: plainOptions('video/mp4'), crc32: false }, never);
      const parts = [];
      for (const [at, piece] of pieces.entries()) parts.push(await sendPart(storage, key, id, at + 1, piece));
      expect(await storage.listParts(key, id, never)).toEqual(
        parts.map(({ number, etag }, at) => ({ number, size: pieces[at]?.length, etag, crc32: null })),
      );
      expect(await storage.head(key, never)).toBeNull(); // not before it is complete

      const size = whole.length;
      const done = await storage.completeUpload(key, id, parts, { size, crc32: crc32(whole), checked: false }, never);
      const etag = `${createHash('md5')
        .update(Buffer.concat(pieces.map(md5)))
        .digest('hex')}-3`;
      expect(done).toEqual({ size, etag, crc32: null, versionId: null });
      expect(await storage.head(key, never)).toEqual(done);
      // Asked again because the answer was lost: the same answer, or word that it is over.
      const again = storage.completeUpload(key, id, parts, { size, crc32: crc32(whole), checked: false }, never);
      expect(await again.catch((error: unknown) => (error as SidelineError).kind)).toSatisfy(
        (answer: unknown) => answer === 'upload-gone' || isDeepStrictEqual(answer, done),
      );
      expect(await storage.head(key, never)).toEqual(done);
      expect((await buffer(await storage.get(key, never))).equals(whole)).toBe(true);
      expect(await storage.listUploads('', never)).toEqual([]);
    });

    it('refuse a part that is not there, and one with another ETag', async () => {
      const key = 'big/wrong.mp4';
      const id = await storage.createUpload(key, { options: plainOptions('video/mp4'), crc32: false }, never);
      const part = await sendPart(storage, key, id, 1, random.bytes(100));
      const whole = { size: 100, crc32: null, checked: false };
      const complete = (parts: (typeof part)[]) => kindOf(storage.completeUpload(key, id, parts, whole, never));
      expect(await complete([part, { ...part, number: 2 }])).toBe('upload-gone');
      expect(await complete([{ ...part, etag: '0'.repeat(32) }])).toBe('upload-gone');
      expect(await storage.head(key, never)).toBeNull();
      await storage.abortUpload(key, id, never);
    });

    it('take the part that was sent last, and list it once', async () => {
      const key = 'big/again.mp4';
      const id = await storage.createUpload(key, { options: plainOptions('video/mp4'), crc32: false }, never);
      await sendPart(storage, key, id, 1, random.bytes(200));
      const last = random.bytes(100);
      const part = await sendPart(storage, key, id, 1, last);
      expect(await storage.listParts(key, id, never)).toEqual([
        { number: 1, size: 100, etag: md5(last).toString('hex'), crc32: null },
      ]);
      await storage.completeUpload(key, id, [part], { size: 100, crc32: null, checked: false }, never);
      expect((await buffer(await storage.get(key, never))).equals(last)).toBe(true);
    });

    it('list no parts before there is one', async () => {
      const id = await storage.createUpload('big/empty', { options: plainOptions('video/mp4'), crc32: false }, never);
      expect(await storage.listParts('big/empty', id, never)).toEqual([]);
      await storage.abortUpload('big/empty', id, never);
    });

    it('are aborted once, and again without complaint; then they are gone', async () => {
      const key = 'big/aborted ä #1.mp4';
      const id = await storage.createUpload(key, { options: plainOptions('video/mp4'), crc32: false }, never);
      const part = await sendPart(storage, key, id, 1, random.bytes(100));
      await storage.abortUpload(key, id, never);
      await storage.abortUpload(key, id, never);
      await storage.abortUpload(key, 'never-there', never);
      expect(await storage.listUploads('', never)).toEqual([]);
      expect(await kindOf(storage.listParts(key, id, never))).toBe('upload-gone');
      const whole = { size: 100, crc32: null, checked: false };
      // Ceph takes an upload that is gone for one that is being completed; it is asked again then.
      expect(await kindOf(storage.completeUpload(key, id, [part], whole, never))).toMatch(/upload-gone|server-error/);
      const answer = await send(storage, 'PUT', key, Buffer.from('x'), { partNumber: '2', uploadId: id });
      expect(errorFromResponse(answer, { operation: 'upload', bucket, key, host: '' }).kind).toBe('upload-gone');
      expect(await storage.head(key, never)).toBeNull();
    });

    it('are listed by prefix, also those of one key', async () => {
      const started = Date.now();
      const keys = Array.from({ length: 12 }, (_, at) => `pages/${at} ä&.mp4`);
      const wanted: { key: string; uploadId: string }[] = [];
      for (const key of [...keys, 'pages/twice', 'pages/twice', 'elsewhere']) {
        const uploadId = await storage.createUpload(key, { options: plainOptions('video/mp4'), crc32: false }, never);
        if (key !== 'elsewhere') wanted.push({ key, uploadId });
      }
      const byKey = (one: { key: string; uploadId: string }, other: { key: string; uploadId: string }) =>
        `${one.key} ${one.uploadId}` < `${other.key} ${other.uploadId}` ? -1 : 1;
      const listed = await storage.listUploads('pages/', never);
      expect(listed.map(({ key, uploadId }) => ({ key, uploadId })).toSorted(byKey)).toEqual(wanted.toSorted(byKey));
      for (const { initiated } of listed) {
        expect(Math.abs(initiated - started)).toBeLessThan(5 * 60_000); // a date, and of the right unit
      }
      const all = await storage.listUploads('', never);
      expect(all).toHaveLength(wanted.length + 1);
      await Promise.all(all.map(({ key, uploadId }) => storage.abortUpload(key, uploadId, never)));
      expect(await storage.listUploads('', never)).toEqual([]);
    });
  });

  describe('objects', () => {
    const keys = [
      'plain.jpg',
      '.hidden',
      '~$lock',
      ' leading and trailing ',
      'two  spaces',
      '#?%+&=.jpg',
      '%20',
      '%2F%252F',
      'a+b c',
      '100%',
      'query?versionId=1&x=y#part',
      "!*'()",
      '"<>|\\^`{}[]:;,@$',
      '&amp;&lt;&#x41;',
      ']]>',
      'tab\there',
      'line\nbreak',
      'return\rhere',
      'bell\u0007',
      'delete\u007f',
      'ä ö ü ß é',
      'e\u0301',
      '日本語/写真.jpg',
      '🏆 final 👩‍👩‍👧.mp4',
      '\u{ffee}\u{10000}\u{10ffff}',
      '\u202eright to left',
      'CON.txt',
      'x'.repeat(255),
      `${'ä'.repeat(498)}/${'y'.repeat(22)}`, // 1,024 bytes with the prefix: the longest key
      'a//b',
      'a/./b',
      'a/../b',
      '../up',
      '...',
      'trailing/',
    ].map((name) => `hard/${name}`);

    it('have hard names: written by our signature, read by the SDK, listed as they are', async () => {
      for (const key of keys) await put(storage, key, Buffer.from(`bytes of ${key}`));
      for (const key of keys) {
        const bytes = Buffer.from(`bytes of ${key}`);
        expect(await storage.head(key, never), JSON.stringify(key)).toMatchObject({
          size: bytes.length,
          etag: md5(bytes).toString('hex'),
        });
        expect((await buffer(await storage.get(key, never))).toString(), JSON.stringify(key)).toBe(bytes.toString());
      }
      expect((await keysUnder(storage, 'hard/')).toSorted()).toEqual(keys.toSorted());
    });

    it('have hard names as multipart uploads too', async () => {
      for (const key of keys.filter((_, at) => at % 3 === 0)) {
        const id = await storage.createUpload(key, { options: plainOptions('text/plain'), crc32: false }, never);
        const listed = await storage.listUploads(key, never);
        expect(listed.map((one) => one.key)).toEqual([key]);
        await sendPart(storage, key, id, 1, Buffer.from(key));
        expect(await storage.listParts(key, id, never)).toHaveLength(1);
        await storage.abortUpload(key, id, never);
      }
    });

    it('are listed by a hard prefix, with size, ETag and time', async () => {
      const key = 'hard/#?%+&=.jpg';
      const [object, ...more] = await Array.fromAsync(storage.list('hard/#?%+&', never));
      expect(more).toEqual([]);
      const bytes = Buffer.from(`bytes of ${key}`);
      expect(object).toMatchObject({ key, size: bytes.length, etag: md5(bytes).toString('hex') });
      expect(Math.abs((object?.modified ?? 0) - Date.now())).toBeLessThan(10 * 60_000);
      expect(await keysUnder(storage, 'hard/nosuch')).toEqual([]);
    });

    it('that are not there are null to head, and an error to get', async () => {
      expect(await storage.head('never', never)).toBeNull();
      expect(await kindOf(storage.get('never', never))).toBe('object-missing');
    });

    it('may be empty', async () => {
      await put(storage, 'empty', Buffer.alloc(0));
      expect(await storage.head('empty', never)).toMatchObject({ size: 0 });
      expect(await buffer(await storage.get('empty', never))).toHaveLength(0);
    });
  });

  it('a bucket that is not there is named', async () => {
    const elsewhere = open(connectionTo({ bucket: `nosuch-${randomBytes(6).toString('hex')}` }));
    expect(await kindOf(keysUnder(elsewhere, ''))).toBe('bucket-missing');
    expect(await kindOf(elsewhere.get('a', never))).toBe('bucket-missing');
    expect(await kindOf(elsewhere.listUploads('', never))).toBe('bucket-missing');
    const options = { options: plainOptions('text/plain'), crc32: false };
    expect(await kindOf(elsewhere.createUpload('a', options, never))).toBe('bucket-missing');
  });

  it('an aborted call ends', async () => {
    const controller = new AbortController();
    const listing = keysUnder(storage, '');
    const aborted = Array.fromAsync(storage.list('', controller.signal));
    controller.abort(new Error('paused'));
    await expect(aborted).rejects.toThrow();
    expect(await listing).toContain('empty'); // the others are not disturbed
  });

  it('is reachable, whatever it says of the key', async () => {
    expect(await open(connectionTo(), fixed({ ...right, secretAccessKey: 'wrong' })).reachable(never)).toBe(true);
    expect(await open(connectionTo({ endpoint: 'http://127.0.0.1:9' })).reachable(never)).toBe(false);
    // Asking leaves no socket behind that does harm to the next request.
    for (let round = 0; round < 3; round++) {
      expect(await storage.reachable(never)).toBe(true);
      expect(await storage.head('empty', never)).toMatchObject({ size: 0 });
    }
  });

  describe('the clock', () => {
    it('that was taken for wrong is put right by the first refusal of a call', async () => {
      const skewed = open();
      skewed.learnClock(new Date(Date.now() + 2 * 3_600_000).toUTCString());
      expect(Math.abs(skewed.clockOffset() - 2 * 3_600_000)).toBeLessThan(5000);
      expect(await keysUnder(skewed, 'empty')).toEqual(['empty']);
      expect(Math.abs(skewed.clockOffset())).toBeLessThan(60_000);
    });

    afterEach(() => {
      vi.useRealTimers();
    });

    it.each([-26 * 60, -20, 45, 366 * 24 * 60])(
      'of this computer may be %d minutes ahead: calls and small requests work at once, PUTs once it is known',
      async (ahead) => {
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ahead * 60_000 });
        const skewed = open();
        expect(await keysUnder(skewed, 'empty')).toEqual(['empty']);
        expect(Math.abs(skewed.clockOffset() + ahead * 60_000)).toBeLessThan(60_000);
        expect(await open().head('empty', never)).toMatchObject({ size: 0 });
        expect(await open().ask({ key: 'empty', query: {} }, { operation: 'download' }, never)).toBe('');
        await put(skewed, 'clock', Buffer.from('x'));

        // The other way round: our own transport is the first to be refused.
        const byPut = open();
        const answer = await send(byPut, 'PUT', 'clock', Buffer.from('x'));
        expect(errorFromResponse(answer, { operation: 'upload', bucket, key: 'clock', host: '' }).kind).toBe(
          'clock-wrong',
        );
        byPut.learnClock(answer.headers.date);
        await put(byPut, 'clock', Buffer.from('x'));
        expect(await byPut.head('clock', never)).toMatchObject({ size: 1 });
      },
    );

    it('is left alone by small differences and by what is no date', () => {
      const steady = open();
      for (const date of [new Date(Date.now() + 30_000).toUTCString(), 'soon', '', undefined]) steady.learnClock(date);
      expect(steady.clockOffset()).toBe(0);
    });
  });

  it('new credentials are used by calls and PUTs after a refresh', async () => {
    let known: Credentials = { ...right, secretAccessKey: 'rotated away' };
    const secrets: SecretStore = {
      ...noSecrets,
      get: (name) => Promise.resolve(name === secretName(1) ? known : null),
    };
    const rotated = open(connectionTo(), credentialSource(connectionTo(), secrets));
    expect(await kindOf(keysUnder(rotated, 'empty'))).toBe('secret-refused');
    known = right;
    rotated.refreshCredentials();
    expect(await keysUnder(rotated, 'empty')).toEqual(['empty']);
    await put(rotated, 'rotated', Buffer.from('x'));
  });
});

describe('lists of several pages', () => {
  const page = (root: string, inside: string) => `<?xml version="1.0"?><${root}>${inside}</${root}>`;
  const uploadXml = (key: string, id: string) =>
    `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>2026-11-21T07:00:00.000Z</Initiated></Upload>`;
  const partXml = (number: number) =>
    `<Part><PartNumber>${number}</PartNumber><Size>5</Size><ETag>"e${number}"</ETag><ChecksumCRC32>AAAAAQ==</ChecksumCRC32></Part>`;
  const objectXml = (key: string) => `<Contents><Key>${key}</Key><Size>5</Size><ETag>"e"</ETag></Contents>`;
  const truncated = (is: boolean) => `<IsTruncated>${is}</IsTruncated>`;

  /** By query; the markers need escaping, and stand in the last page too, as some stores give them. */
  const pages: Record<string, string> = {
    'uploads=&prefix=p': page(
      'ListMultipartUploadsResult',
      `${truncated(true)}${uploadXml('p&amp;a', '1')}${uploadXml('p&amp;a', '2')}<NextKeyMarker>p&amp;a</NextKeyMarker><NextUploadIdMarker>2</NextUploadIdMarker>`,
    ),
    'key-marker=p%26a&prefix=p&upload-id-marker=2&uploads=': page(
      'ListMultipartUploadsResult',
      `${truncated(false)}${uploadXml('p&amp;b', '3')}<NextKeyMarker>p&amp;b</NextKeyMarker><NextUploadIdMarker>3</NextUploadIdMarker>`,
    ),
    'part-number-marker=0&uploadId=u%2B1': page(
      'ListPartsResult',
      `${truncated(true)}${partXml(1)}${partXml(2)}<NextPartNumberMarker>2</NextPartNumberMarker>`,
    ),
    'part-number-marker=2&uploadId=u%2B1': page(
      'ListPartsResult',
      `${truncated(false)}${partXml(3)}<NextPartNumberMarker>3</NextPartNumberMarker>`,
    ),
    'list-type=2&prefix=p': page(
      'ListBucketResult',
      `${truncated(true)}${objectXml('p1')}<NextContinuationToken>t/+=</NextContinuationToken>`,
    ),
    'continuation-token=t%2F%2B%3D&list-type=2&prefix=p': page(
      'ListBucketResult',
      `${truncated(false)}${objectXml('p2')}<ContinuationToken>t/+=</ContinuationToken>`,
    ),
  };

  let server: http.Server;
  let storage: Storage;

  beforeAll(async () => {
    server = http.createServer((request, response) => {
      request.resume();
      const parameters = new URL(request.url ?? '', 'http://x').searchParams;
      parameters.delete('x-id'); // the SDK's own
      parameters.sort();
      const body = Object.entries(pages).find(([query]) => sorted(query) === parameters.toString())?.[1];
      response
        .writeHead(body === undefined ? 400 : 200)
        .end(body ?? `<Error><Code>${parameters.toString()}</Code></Error>`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    storage = open(connectionTo({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  function sorted(query: string): string {
    const parameters = new URLSearchParams(query);
    parameters.sort();
    return parameters.toString();
  }

  it('of uploads', async () => {
    const initiated = Date.UTC(2026, 10, 21, 7);
    expect(await storage.listUploads('p', never)).toEqual([
      { key: 'p&a', uploadId: '1', initiated },
      { key: 'p&a', uploadId: '2', initiated },
      { key: 'p&b', uploadId: '3', initiated },
    ]);
  });

  it('of parts, with their checksums', async () => {
    expect(await storage.listParts('k', 'u+1', never)).toEqual(
      [1, 2, 3].map((number) => ({ number, size: 5, etag: `e${number}`, crc32: 1 })),
    );
  });

  it('of objects', async () => {
    expect(await keysUnder(storage, 'p')).toEqual(['p1', 'p2']);
  });
});

describe('credentials that expire', () => {
  let folder: string;
  let asked: () => Promise<number>;
  const broken = () => path.join(folder, 'broken');

  /** A profile whose process hands out another token each time. https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
  async function profile(validFor: number): Promise<void> {
    const script = path.join(folder, 'give.mjs');
    const log = path.join(folder, 'asked');
    await writeFile(log, '');
    await writeFile(
      script,
      `import { appendFileSync, existsSync, readFileSync } from 'node:fs';
       appendFileSync(${JSON.stringify(log)}, 'x');
       const count = readFileSync(${JSON.stringify(log)}).length;
       if (existsSync(${JSON.stringify(broken())})) process.exit(7);
       console.log(JSON.stringify({ Version: 1, AccessKeyId: 'AKIDEXAMPLE', SecretAccessKey: 'secret',
         SessionToken: 'token-' + count, Expiration: new Date(Date.now() + ${validFor}).toISOString() }));`,
    );
    await writeFile(
      path.join(folder, 'config'),
      `[profile coach]\ncredential_process = "${process.execPath}" "${script}"\n`,
    );
    asked = async () => (await readFile(log)).length;
  }

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-aws-'));
    vi.stubEnv('AWS_CONFIG_FILE', path.join(folder, 'config'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', path.join(folder, 'credentials'));
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
  });

  afterEach(async () => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  const coach = { from: 'chain', profile: 'coach' } as const;
  const source = () => credentialSource(connectionTo({ credentials: coach }), noSecrets);

  it('are asked for once while they are good, also by many at once', async () => {
    await profile(3_600_000);
    const credentials = source();
    const first = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token-1' };
    expect(await Promise.all(Array.from({ length: 10 }, () => credentials.get()))).toEqual(Array(10).fill(first));
    expect(await credentials.get()).toEqual(first);
    expect(await asked()).toBe(1);
  });

  it('are asked for anew after a refresh', async () => {
    await profile(3_600_000);
    const credentials = source();
    await credentials.get();
    credentials.refresh();
    expect(await credentials.get()).toMatchObject({ sessionToken: 'token-2' });
  });

  it('are renewed before they expire: what is handed out is still good', async () => {
    await profile(3_600_000);
    const credentials = source();
    const start = Date.now();
    expect(await credentials.get()).toMatchObject({ sessionToken: 'token-1' });
    for (const [minutes, token] of [
      [50, 'token-1'],
      [58, 'token-1'],
    ] as const) {
      vi.useFakeTimers({ toFake: ['Date'], now: start + minutes * 60_000 });
      const given = await Promise.all([credentials.get(), credentials.get(), credentials.get()]);
      const expected = minutes < 55 ? token : 'token-2';
      expect(given.map(({ sessionToken }) => sessionToken)).toEqual([expected, expected, expected]);
    }
    expect(await asked()).toBe(2);
  });

  it('that live for a short time only are handed out all the same', async () => {
    await profile(60_000);
    expect(await source().get()).toMatchObject({ sessionToken: 'token-1' });
  });

  it('of the environment go before profiles, but not before one that is chosen', async () => {
    await profile(3_600_000);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDENVIRONMENT');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'of the environment');
    const chain = { from: 'chain', profile: null } as const;
    const given = () => credentialSource(connectionTo({ credentials: chain }), noSecrets).get();
    const own = { accessKeyId: 'AKIDENVIRONMENT', secretAccessKey: 'of the environment' };
    expect(await given()).toEqual(own);
    vi.stubEnv('AWS_SESSION_TOKEN', 'a token');
    expect(await given()).toEqual({ ...own, sessionToken: 'a token' });
    expect(await source().get()).toMatchObject({ accessKeyId: 'AKIDEXAMPLE' });
    vi.stubEnv('AWS_PROFILE', 'coach');
    expect(await given()).toMatchObject({ accessKeyId: 'AKIDEXAMPLE' });
    expect(await asked()).toBe(2);
  });

  it('that cannot be had are asked for again the next time', async () => {
    await profile(3_600_000);
    await writeFile(broken(), '');
    const credentials = source();
    expect(await Promise.all([kindOf(credentials.get()), kindOf(credentials.get())])).toEqual([
      'credentials-missing',
      'credentials-missing',
    ]);
    await rm(broken());
    expect(await kindOf(credentials.get())).toBeNull();
  });

  it('are replaced in calls and in PUTs when the store says that they have expired', async () => {
    await profile(3_600_000);
    const tokens: (string | undefined)[] = [];
    const server = http.createServer((request, response) => {
      request.resume();
      const token = String(request.headers['x-amz-security-token']);
      tokens.push(`${request.method ?? ''} ${token}`);
      if (token === 'token-1') {
        response
          .writeHead(400)
          .end('<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>');
      } else {
        response.end(
          '<ListBucketResult><Name>b</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>',
        );
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const connection = connectionTo({ endpoint: at, credentials: coach });
      const storage = open(connection, credentialSource(connection, noSecrets));
      expect(await kindOf(keysUnder(storage, ''))).toBe('credentials-expired');
      storage.refreshCredentials();
      expect(await keysUnder(storage, '')).toEqual([]);
      expect((await send(storage, 'PUT', 'a', Buffer.from('x'))).status).toBe(200);
      expect(tokens).toEqual(['GET token-1', 'GET token-2', 'PUT token-2']);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('a CRC32 as S3 writes it', () => {
  it.each([
    [0, 'AAAAAA=='],
    [1, 'AAAAAQ=='],
    [0xcbf43926, 'y/Q5Jg=='], // of "123456789", the check value of every catalogue of CRCs
    [0xffffffff, '/////w=='],
  ])('%d is %s', (crc, text) => {
    expect(crc32ToBase64(crc)).toBe(text);
    expect(crc32FromBase64(text)).toBe(crc);
  });

  it.each([undefined, '', 'AAAA', 'AAAAAAAAAAA='])('%j is none', (text) => {
    expect(crc32FromBase64(text)).toBeNull();
  });
});

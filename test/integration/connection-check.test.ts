import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import {
  DeleteBucketPolicyCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { s3ConfigSchema, type S3Connection, type Credentials } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import { createAgents, type Agents } from '../../electron/storage/agents.ts';
import { checkConnection, createBucket, type ConnectionOutcome } from '../../electron/storage/check-connection.ts';
import type { CredentialSource } from '../../electron/storage/credentials.ts';
import { credentialSource } from '../../electron/storage/credentials.ts';
import { seededRandom } from '../servers/random.ts';

const ceph = inject('ceph');
const certificates = path.join(import.meta.dirname, '..', 'servers', 'tls');
const certificate = (name: string) => readFileSync(path.join(certificates, name));

const never = new AbortController().signal;
const closers: (() => void)[] = [];

afterEach(() => {
  vi.useRealTimers();
  for (const close of closers.splice(0)) close();
});

/** Where it listens, until the test has ended. */
async function listening(server: net.Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => sockets.add(socket));
  closers.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function agentsOf(env: Record<string, string> = {}): Agents {
  const agents = createAgents(env);
  closers.push(() => agents.destroy());
  return agents;
}

function connectionTo(endpoint: string | null, changes: Partial<S3Connection['config']> = {}): S3Connection {
  const config = s3ConfigSchema.parse({
    endpoint,
    region: 'us-east-1',
    bucket: 'media',
    pathStyle: true,
    credentials: { from: 'stored' },
    ...changes,
  });
  return { id: 1, name: 'test', config, capabilities: null };
}

function fixed(credentials: Credentials): CredentialSource {
  return { get: () => Promise.resolve(credentials), refresh: () => undefined };
}

const someone = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'TOPSECRETKEY', sessionToken: 'TOPSECRETTOKEN' };

interface With {
  agents?: Agents;
  credentials?: Credentials | CredentialSource;
  hasNetwork?: boolean;
}

async function check(connection: S3Connection, given: With = {}): Promise<ConnectionOutcome> {
  const { agents = agentsOf(), credentials = someone, hasNetwork = true } = given;
  const source = 'get' in credentials ? credentials : fixed(credentials);
  const outcome = await checkConnection(
    connection,
    { agents, credentials: source, hasNetwork: () => hasNetwork },
    never,
  );
  expect(JSON.stringify(outcome)).not.toMatch(/TOPSECRET|test-secret-key|Signature/);
  return outcome;
}

/** A server that gives every request the same answer. */
async function answering(status: number, body: string, headers: http.OutgoingHttpHeaders = {}): Promise<string> {
  const server = http.createServer((request, response) => {
    request.resume();
    response.writeHead(status, headers).end(body);
  });
  return `http://${await listening(server)}`;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses */
function refusal(code: string, message: string, more = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${more}<RequestId>4442587FB7D0A2F9</RequestId><HostId>host</HostId></Error>`;
}

describe('no network or wrong host', () => {
  it('a name that nobody knows is a wrong host where there is a network', async () => {
    const outcome = await check(connectionTo('https://nosuch.invalid'));
    expect(outcome).toMatchObject({ ok: false, outcome: 'wrong-host', offer: null });
    expect(outcome).toHaveProperty('message', expect.stringContaining('nosuch.invalid'));
  });

  it('and no network where there is none', async () => {
    const outcome = await check(connectionTo('https://nosuch.invalid'), { hasNetwork: false });
    expect(outcome).toMatchObject({ ok: false, outcome: 'no-network', offer: null });
    expect(outcome).toHaveProperty('message', expect.stringContaining('No network'));
  });

  it('the bucket in front of the name does not hide what is wrong with it', async () => {
    const outcome = await check(connectionTo('https://nosuch.invalid:9000', { pathStyle: false }));
    expect(outcome).toMatchObject({ outcome: 'wrong-host' });
    expect(outcome).toHaveProperty('message', expect.stringContaining(' nosuch.invalid:9000'));
  });

  /** Agents of a computer on which every lookup, or every connect, fails like this. */
  function failing(code: string, at: 'lookup' | 'connect'): Agents {
    const error = Object.assign(new Error(`${at} ${code}`), { code });
    const agent = new http.Agent();
    agent.createConnection = () => {
      const socket = new net.Socket();
      process.nextTick(() => socket.destroy(error));
      return socket;
    };
    return {
      for: () => agent,
      wayTo: () => ({ agent, sockets: null }),
      proxyOf: () => null,
      destroy: () => agent.destroy(),
    };
  }

  it.each([
    ['ENOTFOUND', 'lookup', true, 'wrong-host'],
    ['ENOTFOUND', 'lookup', false, 'no-network'],
    ['EAI_AGAIN', 'lookup', false, 'no-network'],
    ['ENETUNREACH', 'connect', true, 'no-network'], // an interface is up, but leads nowhere
    ['ENETUNREACH', 'connect', false, 'no-network'],
    ['EHOSTUNREACH', 'connect', true, 'wrong-host'],
  ] as const)('%s of %s, with a network: %s, is %s', async (code, at, hasNetwork, expected) => {
    const outcome = await check(connectionTo('http://s3.example.org'), { agents: failing(code, at), hasNetwork });
    expect(outcome).toMatchObject({ outcome: expected });
  });

  it('a port on which nobody listens is a wrong host, with a network or without', async () => {
    const server = net.createServer();
    const host = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    for (const hasNetwork of [true, false]) {
      const outcome = await check(connectionTo(`http://${host}`), { hasNetwork });
      expect(outcome).toMatchObject({ ok: false, outcome: 'wrong-host', offer: null });
      expect(outcome).toHaveProperty('message', expect.stringContaining(host));
    }
  });

  it.each([
    ['a web page', 200, '<!doctype html><html><body>It works!</body></html>'],
    ['a page that is missing', 404, '<html><body>Not Found</body></html>'],
    ['a page that is forbidden', 403, '<html><body>Forbidden</body></html>'],
    ['a page that has moved', 302, ''],
    ['a web service', 200, '{"status": "ok"}'],
    ['a server that failed', 500, 'Internal Server Error'],
    ['nothing', 200, ''],
  ])('a server that answers with %s is no S3', async (_, status, body) => {
    const endpoint = await answering(status, body, { location: 'http://127.0.0.1:1/elsewhere' });
    const outcome = await check(connectionTo(endpoint));
    expect(outcome).toMatchObject({ ok: false, outcome: 'wrong-host', offer: null });
    expect(outcome).toHaveProperty('message', expect.stringContaining(`${endpoint} as S3 does`));
  });

  it('a server that speaks no HTTP, or hangs up, is a wrong host', async () => {
    for (const words of ['220 mail.example.org ESMTP\r\n', '']) {
      const host = await listening(net.createServer((socket) => socket.on('error', () => undefined).end(words)));
      expect(await check(connectionTo(`http://${host}`))).toMatchObject({ outcome: 'wrong-host' });
    }
  });

  it('only an aborted signal is thrown', async () => {
    const silent = await listening(net.createServer());
    const controller = new AbortController();
    const deps = { agents: agentsOf(), credentials: fixed(someone) };
    const checking = checkConnection(connectionTo(`http://${silent}`), deps, controller.signal);
    const stopped = new Error('the person closed the window');
    setTimeout(() => controller.abort(stopped), 50);
    await expect(checking).rejects.toBe(stopped);
  });
});

describe('TLS trouble', () => {
  const web = (name: string) =>
    listening(
      https.createServer({ key: certificate('server.key'), cert: certificate(name) }, (_, response) => response.end()),
    );
  const ca = path.join(certificates, 'ca.crt');

  it.each([
    ['a CA that nobody knows', 'server.crt', {}, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['a certificate that has expired', 'expired.crt', { AWS_CA_BUNDLE: ca }, 'CERT_HAS_EXPIRED'],
    ['a certificate for another name', 'other.crt', { AWS_CA_BUNDLE: ca }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('%s', async (_, name, env, why) => {
    const outcome = await check(connectionTo(`https://${await web(name)}`), { agents: agentsOf(env) });
    expect(outcome).toMatchObject({ ok: false, outcome: 'tls', offer: null });
    expect(outcome).toHaveProperty('message', expect.stringContaining(why));
    expect(outcome).toHaveProperty('message', expect.stringContaining('AWS_CA_BUNDLE'));
  });

  it('https where there is only http', async () => {
    const plain = (await answering(200, '')).replace('http:', 'https:');
    expect(await check(connectionTo(plain))).toMatchObject({ outcome: 'tls' });
  });

  it('http where there is only https is a wrong host', async () => {
    const host = await web('server.crt');
    expect(await check(connectionTo(`http://${host}`))).toMatchObject({ outcome: 'wrong-host' });
  });

  it.each(['NODE_EXTRA_CA_CERTS', 'AWS_CA_BUNDLE'])('%s is believed', async (name) => {
    const agents = agentsOf({ [name]: ca });
    // It got through to a server, which is no S3.
    const outcome = await check(connectionTo(`https://${await web('server.crt')}`), { agents });
    expect(outcome).toMatchObject({ outcome: 'wrong-host' });
  });

  it('the usual roots stay believed beside it', async () => {
    const usual = tls.getCACertificates('default');
    tls.setDefaultCACertificates([certificate('ca.crt')]);
    try {
      const agents = agentsOf({ AWS_CA_BUNDLE: path.join(certificates, 'other.crt') });
      const outcome = await check(connectionTo(`https://${await web('server.crt')}`), { agents });
      expect(outcome).toMatchObject({ outcome: 'wrong-host' });
    } finally {
      tls.setDefaultCACertificates(usual);
    }
  });

  it('a bundle that cannot be read is named at once', () => {
    expect(() => createAgents({ AWS_CA_BUNDLE: path.join(certificates, 'nosuch.crt') })).toThrow(
      expect.objectContaining({ kind: 'invalid-input', message: expect.stringContaining('AWS_CA_BUNDLE') as string }),
    );
  });

  it('a bundle that holds no certificate is named at once', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-ca-'));
    try {
      for (const text of ['', 'not a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n']) {
        const file = path.join(folder, 'ca.crt');
        await writeFile(file, text);
        expect(() => createAgents({ NODE_EXTRA_CA_CERTS: file }), text).toThrow(
          expect.objectContaining({
            kind: 'invalid-input',
            message: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string,
          }),
        );
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('what S3 refuses, in its documented words', () => {
  it('denied', async () => {
    const endpoint = await answering(403, refusal('AccessDenied', 'Access Denied'));
    const outcome = await check(connectionTo(endpoint));
    expect(outcome).toMatchObject({ ok: false, outcome: 'denied', offer: null });
    expect(outcome).toHaveProperty('message', expect.stringContaining('media'));
  });

  it.each([
    [
      'a signature for another region',
      400,
      refusal(
        'AuthorizationHeaderMalformed',
        "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'",
        '<Region>eu-central-1</Region>',
      ),
      {},
    ],
    [
      'a redirect',
      301,
      refusal(
        'PermanentRedirect',
        'The bucket you are attempting to access must be addressed using the specified endpoint.',
        '<Endpoint>media.s3.eu-central-1.amazonaws.com</Endpoint><Bucket>media</Bucket>',
      ),
      { 'x-amz-bucket-region': 'eu-central-1' },
    ],
  ])('wrong region, by %s: the right one is offered', async (_, status, body, headers) => {
    const outcome = await check(connectionTo(await answering(status, body, headers)));
    expect(outcome).toMatchObject({ ok: false, outcome: 'wrong-region', offer: { region: 'eu-central-1' } });
    expect(outcome).toHaveProperty('message', expect.stringContaining('eu-central-1'));
  });

  it('wrong region without a word about the right one: nothing is offered', async () => {
    const endpoint = await answering(301, refusal('PermanentRedirect', 'Use the specified endpoint.'));
    expect(await check(connectionTo(endpoint))).toMatchObject({ outcome: 'wrong-region', offer: null });
  });

  it('a key that is not even a key is a wrong key, and not a wrong region', async () => {
    const malformed = 'The authorization header is malformed; a non-empty Access Key (AKID) must be provided.';
    const endpoint = await answering(400, refusal('AuthorizationHeaderMalformed', malformed));
    expect(await check(connectionTo(endpoint))).toMatchObject({ outcome: 'wrong-key' });
  });

  it.each([
    [-47, /47 minutes .*slow/],
    [125, /125 minutes .*fast/],
  ])('a clock that is %d minutes ahead', async (ahead, words) => {
    const theirs = new Date(Date.now() - ahead * 60_000);
    const body = refusal(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      `<RequestTime>20261121T120000Z</RequestTime><ServerTime>${theirs.toISOString()}</ServerTime><MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds>`,
    );
    const outcome = await check(connectionTo(await answering(403, body, { date: theirs.toUTCString() })));
    expect(outcome).toMatchObject({ ok: false, outcome: 'clock-wrong', offer: null });
    expect(outcome).toHaveProperty('message', expect.stringMatching(words));
  });

  it.each([
    ['ExpiredToken', 'The provided token has expired.'],
    ['InvalidToken', 'The provided token is malformed or otherwise invalid.'],
  ])('%s: the credentials', async (code, words) => {
    const outcome = await check(connectionTo(await answering(400, refusal(code, words))));
    expect(outcome).toMatchObject({ ok: false, outcome: 'credentials', offer: null });
  });

  it('trouble of its own is none of the known ones', async () => {
    const endpoint = await answering(500, refusal('InternalError', 'We encountered an internal error.'));
    const outcome = await check(connectionTo(endpoint));
    expect(outcome).toMatchObject({ ok: false, outcome: 'other', offer: null });
    expect(outcome).toHaveProperty('message', expect.stringContaining('InternalError'));
  });
});

it('leaves the sockets of others alone', async () => {
  let held: http.ServerResponse | undefined;
  const server = http.createServer((request, response) => {
    request.resume();
    if (request.url === '/held') held = response;
    else response.writeHead(403).end(refusal('AccessDenied', 'Access Denied'));
  });
  const endpoint = `http://${await listening(server)}`;
  const agents = agentsOf();
  // A request that is under way on the same agents, as an upload is while a person tests the connection.
  const answered = new Promise<number | undefined>((resolve, reject) => {
    const request = http.get(`${endpoint}/held`, { agent: agents.for(new URL(endpoint)) });
    request.on('error', reject).on('response', (response) => resolve(response.resume().statusCode));
  });
  await expect.poll(() => held).toBeDefined();
  // The listing is denied to it by our own transport, and the upload by the SDK: both have been used.
  expect(await check(connectionTo(endpoint), { agents })).toMatchObject({ outcome: 'denied' });
  await new Promise((resolve) => setImmediate(resolve));
  held?.end();
  expect(await answered).toBe(200);
});

describe('credentials', () => {
  it('none are stored', async () => {
    const connection = connectionTo(await answering(200, ''));
    const source = credentialSource(connection, { get: () => Promise.resolve(null) });
    const outcome = await check(connection, { credentials: source });
    expect(outcome).toMatchObject({ ok: false, outcome: 'credentials', offer: null });
    expect(outcome).toHaveProperty('message', expect.stringContaining('"test"'));
  });

  it('there is no such profile', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-aws-'));
    try {
      vi.stubEnv('AWS_CONFIG_FILE', path.join(folder, 'config'));
      vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', path.join(folder, 'credentials'));
      vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
      const credentials = { from: 'chain', profile: 'nosuch-coach' } as const;
      const connection = connectionTo(await answering(200, ''), { credentials });
      const secrets = { get: () => Promise.resolve(null) };
      const outcome = await check(connection, { credentials: credentialSource(connection, secrets) });
      expect(outcome).toMatchObject({ ok: false, outcome: 'credentials', offer: null });
    } finally {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true });
    }
  });
});

describe.skipIf(ceph === null)('Ceph', () => {
  const { endpoint, region, ...right } = ceph ?? { endpoint: '', region: '', accessKeyId: '', secretAccessKey: '' };
  const bucket = `check-${randomBytes(6).toString('hex')}`;
  const ours = () => connectionTo(endpoint, { bucket, region });
  let s3: S3Client;

  beforeAll(async () => {
    s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials: right });
    await createBucket(ours(), { agents: agentsOf(), credentials: fixed(right) }, never);
  });

  afterAll(() => s3.destroy());

  async function leftovers(): Promise<unknown[]> {
    const objects = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    return [...(objects.Contents ?? []), ...(uploads.Uploads ?? [])];
  }

  const works = {
    ok: true,
    capabilities: {
      integrity: 'etag-md5', // it ignores x-amz-checksum-crc32
      listParts: true,
      listUploads: true,
      conditionalWrites: true,
      sse: false,
      versioning: false,
      tagging: true,
    },
  };

  it('works, says what it can do, and keeps nothing of the asking', async () => {
    const before = Date.now();
    const outcome = await check(ours(), { credentials: right });
    expect(outcome).toMatchObject(works);
    if (!outcome.ok) throw new Error(outcome.message);
    expect(outcome.latency).toBeGreaterThan(0);
    expect(outcome.capabilities.probedAt).toBeGreaterThanOrEqual(before);
    expect(await leftovers()).toEqual([]);
  });

  it('finds the same when it is asked for several times at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => check(ours(), { credentials: right })));
    for (const outcome of outcomes) expect(outcome).toMatchObject(works);
    expect(await leftovers()).toEqual([]);
  });

  it('given up at any moment, keeps nothing of the asking', async () => {
    const random = seededRandom('given up');
    for (let times = 0; times < 12; times++) {
      const giveUp = AbortSignal.timeout(1 + random.below(60));
      const asked = checkConnection(
        ours(),
        { agents: agentsOf(), credentials: fixed(right), hasNetwork: () => true },
        giveUp,
      );
      await asked.catch(() => undefined);
    }
    await expect.poll(leftovers).toEqual([]); // what was on its way may be taken back after the answer
  });

  it('wrong key', async () => {
    const outcome = await check(ours(), { credentials: { ...right, accessKeyId: 'nosuchkey' } });
    expect(outcome).toMatchObject({ ok: false, outcome: 'wrong-key', offer: null });
  });

  it('wrong secret', async () => {
    const outcome = await check(ours(), { credentials: { ...right, secretAccessKey: 'TOPSECRET wrong' } });
    expect(outcome).toMatchObject({ ok: false, outcome: 'wrong-secret', offer: null });
  });

  it('no such bucket: it can be created, and then all is well', async () => {
    const connection = connectionTo(endpoint, { bucket: `check-new-${randomBytes(6).toString('hex')}`, region });
    const deps = { agents: agentsOf(), credentials: fixed(right) };
    const outcome = await check(connection, deps);
    expect(outcome).toMatchObject({ ok: false, outcome: 'no-such-bucket', offer: { create: true } });
    expect(outcome).toHaveProperty('message', expect.stringContaining(connection.config.bucket));
    await createBucket(connection, deps, never);
    expect(await check(connection, deps)).toMatchObject(works);
  });

  it('a bucket that cannot be created says why', async () => {
    const deps = { agents: agentsOf(), credentials: fixed({ ...right, secretAccessKey: 'wrong' }) };
    const connection = connectionTo(endpoint, { bucket: 'check-never-made', region });
    const error: unknown = await createBucket(connection, deps, never).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SidelineError);
    expect(error).toHaveProperty('kind', 'secret-refused');
  });

  it.each([
    [-3 * 60, /180 minutes .*slow/],
    [40, /40 minutes .*fast/],
  ])("this computer's clock is %d minutes ahead", async (ahead, words) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ahead * 60_000 });
    const outcome = await check(ours(), { credentials: right });
    expect(outcome).toMatchObject({ ok: false, outcome: 'clock-wrong', offer: null });
    expect(outcome).toHaveProperty('message', expect.stringMatching(words));
  });

  it('works over TLS with the CA of NODE_EXTRA_CA_CERTS', async () => {
    const { hostname, port } = new URL(endpoint);
    const front = tls.createServer({ key: certificate('server.key'), cert: certificate('server.crt') }, (socket) => {
      const behind = net.connect(Number(port), hostname);
      socket.pipe(behind).pipe(socket);
      socket.on('error', () => behind.destroy());
      behind.on('error', () => socket.destroy());
    });
    const connection = connectionTo(`https://${await listening(front)}`, { bucket, region });
    expect(await check(connection, { credentials: right })).toMatchObject({ outcome: 'tls' });
    const agents = agentsOf({ NODE_EXTRA_CA_CERTS: path.join(certificates, 'ca.crt') });
    expect(await check(connection, { agents, credentials: right })).toMatchObject(works);
  });

  describe('with a policy that denies', () => {
    afterEach(async () => {
      await s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
    });

    async function deny(...actions: string[]): Promise<void> {
      const Resource = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
      const statement = { Effect: 'Deny', Principal: '*', Action: actions, Resource };
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    }

    it('everything: denied', async () => {
      await deny('s3:ListBucket', 's3:PutObject', 's3:GetObject');
      expect(await check(ours(), { credentials: right })).toMatchObject({ outcome: 'denied', offer: null });
    });

    it('to write: denied, though it can be listed', async () => {
      await deny('s3:PutObject');
      expect(await check(ours(), { credentials: right })).toMatchObject({ outcome: 'denied', offer: null });
    });

    it('to list: it can be uploaded to all the same', async () => {
      await deny('s3:ListBucket', 's3:ListBucketMultipartUploads');
      const outcome = await check(ours(), { credentials: right });
      expect(outcome).toMatchObject({ ok: true, capabilities: { ...works.capabilities, listUploads: false } });
    });

    it('to delete, to tag, to list parts: it can be uploaded to all the same', async () => {
      await deny('s3:DeleteObject', 's3:PutObjectTagging', 's3:GetObjectTagging', 's3:ListMultipartUploadParts');
      const outcome = await check(ours(), { credentials: right });
      expect(outcome).toMatchObject({
        ok: true,
        capabilities: { ...works.capabilities, tagging: false, listParts: false },
      });
    });

    it('to abort: it can be uploaded to all the same', async () => {
      await deny('s3:AbortMultipartUpload');
      const outcome = await check(ours(), { credentials: right });
      expect(outcome).toMatchObject({ ok: true, capabilities: { integrity: 'etag-md5', listParts: true } });
    });
  });
});

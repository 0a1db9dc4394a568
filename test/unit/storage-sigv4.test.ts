import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import { s3ConfigSchema, type S3Config } from '../../shared/domain.ts';
import { addressOf } from '../../electron/storage/address.ts';
import { encodeKey, presignedUrl, signRequest, type RequestToSign } from '../../electron/storage/sigv4.ts';
import { seededRandom } from '../servers/random.ts';

const { seed, below } = seededRandom('storage-sigv4');
const hard = [
  ...Array.from('abcXYZ019 -._~!*\'()#?%+&=@:,;$/\\"<>[]{}|^`\t\u007f'),
  '//',
  '/./',
  '/../',
  '%2F',
  '%25',
  'é',
  'e\u0301',
  'ß',
  '日本',
  '🏆',
  '\u200d',
  '\u00a0',
];

function hardText(longest: number): string {
  return Array.from({ length: 1 + below(longest) }, () => hard[below(hard.length)]).join('');
}

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

/** What the AWS SDK signs with, given Node's own hash. */
function sdkHash(this: unknown, key?: string | Uint8Array) {
  const hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  return {
    update: (data: string | Uint8Array) => void hash.update(data),
    digest: () => Promise.resolve(new Uint8Array(hash.digest())),
  };
}

async function signedBySdk(
  request: RequestToSign,
  options: { credentials: typeof credentials & { sessionToken?: string }; region: string; now: Date },
): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    service: 's3',
    region: options.region,
    credentials: options.credentials,
    sha256: sdkHash as never,
    uriEscapePath: false,
  });
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: request.origin.protocol,
      hostname: request.origin.hostname,
      path: request.path,
      query: request.query,
      headers: { ...request.headers, host: request.origin.host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    },
    { signingDate: options.now },
  );
  return signed.headers;
}

describe(`signRequest (seed ${seed})`, () => {
  it('signs hard keys, queries and headers as the SDK does', async () => {
    for (let round = 0; round < 400; round++) {
      const request: RequestToSign = {
        method: (['PUT', 'GET', 'HEAD', 'POST', 'DELETE'] as const)[below(5)] ?? 'PUT',
        origin: new URL(
          ['https://b.s3.eu-central-1.amazonaws.com', 'http://127.0.0.1:7480', 'https://x.org:444'][below(3)] ?? '',
        ),
        path: `/bucket/${encodeKey(hardText(30))}`,
        query: Object.fromEntries([
          ...(below(2) === 0
            ? [
                ['partNumber', String(1 + below(10_000))],
                ['uploadId', hardText(20)],
              ]
            : []),
          ...(below(3) === 0
            ? [
                ['prefix', hardText(20)],
                ['uploads', ''],
              ]
            : []),
          ...(below(3) === 0
            ? [
                ['X-hard', hardText(5)],
                ['x-hard', hardText(5)],
                ['a', 'b'],
                ['a-', 'b'],
                ['a0', 'b'],
              ]
            : []),
        ]) as Record<string, string>,
        headers: {
          'content-length': String(below(1e9)),
          'content-type': 'image/jpeg',
          ...(below(2) === 0 ? { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-meta-a': '  two   spaces,\ta tab ' } : {}),
        },
      };
      const options = {
        credentials:
          below(2) === 0
            ? credentials
            : { ...credentials, sessionToken: hardText(40).replaceAll(/[^\x21-\x7e]/g, 'x') },
        region: below(2) === 0 ? 'eu-central-1' : 'us-east-1',
        now: new Date(Date.UTC(2026, below(12), 1 + below(28), below(24), below(60), below(60), below(1000))),
      };
      const ours = signRequest(request, options);
      const theirs = await signedBySdk(request, options);
      expect(ours.headers, JSON.stringify({ seed, request })).toEqual(theirs);
    }
  });

  it('sends the query that it signs', () => {
    const request = { method: 'PUT', origin: new URL('http://h'), path: '/b/k', headers: {} } as const;
    const options = { credentials, region: 'us-east-1', now: new Date(0) };
    expect(signRequest({ ...request, query: { uploadId: 'a b/+~', partNumber: '1' } }, options).path).toBe(
      '/b/k?partNumber=1&uploadId=a%20b%2F%2B~',
    );
    expect(signRequest({ ...request, query: {} }, options).path).toBe('/b/k');
  });

  it('keeps the keys of different days, regions and secrets apart', async () => {
    const request = { method: 'GET', origin: new URL('http://h'), path: '/', query: {}, headers: {} } as const;
    for (let round = 0; round < 100; round++) {
      const options = {
        credentials: { ...credentials, secretAccessKey: `secret${below(4)}` },
        region: `region-${below(4)}`,
        now: new Date(Date.UTC(2026, 0, 1 + below(4))),
      };
      expect(signRequest(request, options).headers).toEqual(await signedBySdk(request, options));
    }
  });
});

describe('encodeKey', () => {
  it.each([
    ['plain/key-1_2.~jpg', 'plain/key-1_2.~jpg'],
    ["a b!*'()", 'a%20b%21%2A%27%28%29'],
    ['#?%+&=', '%23%3F%25%2B%26%3D'],
    ['/lead//two/', '/lead//two/'],
    ['./../a', './../a'],
    ['日', '%E6%97%A5'],
    ['100%25', '100%2525'],
    ['line\nbreak', 'line%0Abreak'],
  ])('%j becomes %s', (key, encoded) => {
    expect(encodeKey(key)).toBe(encoded);
  });

  it(`can be read back (seed ${seed})`, () => {
    for (let round = 0; round < 300; round++) {
      const key = hardText(40);
      expect(decodeURIComponent(encodeKey(key))).toBe(key);
    }
  });
});

describe('addressOf', () => {
  const config = (changes: Partial<S3Config>): S3Config =>
    s3ConfigSchema.parse({
      endpoint: null,
      region: 'eu-central-1',
      bucket: 'media',
      pathStyle: false,
      credentials: { from: 'stored' },
      ...changes,
    });
  it.each<[string, Partial<S3Config>, string]>([
    ['Amazon', {}, 'https://media.s3.eu-central-1.amazonaws.com/a%20b'],
    ['Amazon, path style', { pathStyle: true }, 'https://s3.eu-central-1.amazonaws.com/media/a%20b'],
    ['a bucket with dots', { bucket: 'my.media' }, 'https://s3.eu-central-1.amazonaws.com/my.media/a%20b'],
    ['China', { region: 'cn-north-1' }, 'https://media.s3.cn-north-1.amazonaws.com.cn/a%20b'],
    ['another store', { endpoint: 'https://s3.example.org:9000' }, 'https://media.s3.example.org:9000/a%20b'],
    ['another store, path style', { endpoint: 'http://nas:9000', pathStyle: true }, 'http://nas:9000/media/a%20b'],
    ['an IPv4 address', { endpoint: 'http://127.0.0.1:7480' }, 'http://127.0.0.1:7480/media/a%20b'],
    ['an IPv6 address', { endpoint: 'http://[::1]:7480' }, 'http://[::1]:7480/media/a%20b'],
  ])('%s', (_, changes, url) => {
    const { origin, path } = addressOf(config(changes), 'a b');
    expect(`${origin.origin}${path}`).toBe(url);
  });

  it('leaves dots and empty segments of a key as they are', () => {
    expect(addressOf(config({}), 'a/../b/./c//d').path).toBe('/a/../b/./c//d');
    expect(addressOf(config({ pathStyle: true }), '/../x').path).toBe('/media//../x');
  });
});

describe(`presignedUrl (seed ${seed})`, () => {
  it('signs hard keys and file names as the SDK does', async () => {
    for (let round = 0; round < 200; round++) {
      const path = `/bucket/${encodeKey(hardText(30))}`;
      const origin = new URL(below(2) === 0 ? 'https://b.s3.eu-central-1.amazonaws.com' : 'http://127.0.0.1:7480');
      const query = { 'response-content-disposition': hardText(20) };
      const sessionToken = hardText(40).replaceAll(/[^\x21-\x7e]/g, 'x');
      const signer = {
        credentials: below(2) === 0 ? credentials : { ...credentials, sessionToken },
        region: 'eu-central-1',
        now: new Date(Date.UTC(2026, below(12), 1 + below(28), below(24), below(60), below(60))),
      };
      const lifetime = 60 + below(600_000);
      const by = new SignatureV4({ ...signer, service: 's3', sha256: sdkHash as never, uriEscapePath: false });
      const { protocol, host, hostname } = origin;
      // The SDK puts this into the address, where S3 does not ask for it: it is given to both.
      const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
      const headers = { host, ...unsigned };
      const wanted = await by.presign(
        { method: 'GET', protocol, hostname, path, query, headers },
        { expiresIn: lifetime, signingDate: signer.now },
      );
      const url = presignedUrl({ method: 'GET', origin, path, query: { ...query, ...unsigned }, lifetime }, signer);
      expect(url.startsWith(`${origin.origin}${path}?`)).toBe(true);
      const params = Object.fromEntries(new URLSearchParams(url.slice(url.indexOf('?') + 1)));
      expect(params).toEqual(wanted.query);
    }
  });
});

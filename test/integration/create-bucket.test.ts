/** What each store is asked for when its bucket is created: the place is named as its documentation says. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { S3Connection } from '../../shared/domain.ts';
import { providers, type ProviderId } from '../../shared/providers.ts';
import { addressOf, endpointOf } from '../../electron/storage/address.ts';
import { createAgents } from '../../electron/storage/agents.ts';
import { bucketLocations } from '../../electron/storage/bucket-location.ts';
import { createBucket } from '../../electron/storage/check-connection.ts';
import { createTestBucket } from '../servers/bucket.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function connectionTo(place: Partial<S3Connection['config']>): S3Connection {
  const config = { endpoint: null, region: 'us-east-1', bucket: 'new-bucket', pathStyle: true } as const;
  return { id: 1, name: 'Club', config: { ...config, credentials: { from: 'stored' }, ...place }, capabilities: null };
}

const of = (id: ProviderId, fields: object) => providers[id].place({ ...providers[id].start, ...fields });
const account = '0123456789abcdef0123456789abcdef';

describe('where a new bucket is asked to be', () => {
  it.each<[string, ReturnType<typeof of>, (string | null)[]]>([
    ['Amazon', of('aws', { region: 'eu-central-1' }), ['eu-central-1']],
    ['Amazon, us-east-1', of('aws', { region: 'us-east-1' }), [null]],
    ['Amazon, Sovereign Cloud', of('aws', { region: 'eusc-de-east-1' }), ['eusc-de-east-1']],
    ['Wasabi', of('wasabi', { region: 'eu-central-2' }), ['eu-central-2']],
    ['Wasabi, us-east-1', of('wasabi', { region: 'us-east-1' }), [null]],
    ['B2', of('b2', { region: 'us-west-004' }), ['us-west-004']],
    ['R2', of('r2', { account }), [null]],
    ['Spaces', of('spaces', { region: 'fra1' }), [null]],
    ['Ceph', of('ceph', { address: 'https://s3.club.lan:7480', region: 'eu' }), [null, 'eu']],
    ['MinIO', of('minio', { address: '192.168.1.20:9000' }), [null]],
    ['another', of('other', { address: 's3.nl-ams.scw.cloud', region: 'nl-ams' }), [null, 'nl-ams']],
  ])('%s', (_, place, locations) => {
    expect(bucketLocations(connectionTo(place).config)).toEqual(locations);
  });
});

/** Endpoint of a server that refuses the first `refusals` requests for their place, and the places that it was asked for. */
async function startPicky(refusals: number): Promise<{ endpoint: string; asked: string[] }> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push(body.replace(/^.*<LocationConstraint>|<\/.*$/gs, ''));
      const refused = asked.length <= refusals;
      response.writeHead(refused ? 400 : 200, { 'content-type': 'application/xml' });
      response.end(
        refused ? '<Error><Code>IllegalLocationConstraintException</Code><Message>no</Message></Error>' : '',
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const credentials = {
  get: () => Promise.resolve({ accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }),
  refresh: () => undefined,
};

async function create(connection: S3Connection, from: Pick<typeof credentials, 'get'> = credentials): Promise<void> {
  const agents = createAgents({});
  closers.push(() => agents.destroy());
  await createBucket(connection, { agents, credentials: { ...credentials, ...from } }, AbortSignal.timeout(10_000));
}

describe('the request', () => {
  it('names no place, whatever region it is signed for', async () => {
    const { endpoint, asked } = await startPicky(0);
    await create(connectionTo({ endpoint, region: 'eu-central-1' }));
    expect(asked).toEqual(['']);
  });

  it('names it to a store that insists', async () => {
    const { endpoint, asked } = await startPicky(1);
    await create(connectionTo({ endpoint, region: 'nl-ams' }));
    expect(asked).toEqual(['', 'nl-ams']);
  });

  it('is given up when that is refused too, and is not tried again where there is no other place', async () => {
    const { endpoint, asked } = await startPicky(9);
    await expect(create(connectionTo({ endpoint, region: 'nl-ams' }))).rejects.toMatchObject({ kind: 'wrong-region' });
    expect(asked).toHaveLength(2);
    await expect(create(connectionTo({ endpoint }))).rejects.toMatchObject({ kind: 'wrong-region' });
    expect(asked).toHaveLength(3);
  });

  const ceph = inject('ceph');
  it.skipIf(ceph === null)('is granted by Ceph, whose places have other names than regions', async () => {
    if (ceph === null) return;
    const given = await createTestBucket(ceph); // another, for its client
    closers.push(() => given.s3.destroy());
    const { endpoint, accessKeyId, secretAccessKey } = ceph;
    const bucket = `${given.name}-placed`;
    await create(connectionTo({ endpoint, bucket, region: 'eu-central-1' }), {
      get: () => Promise.resolve({ accessKeyId, secretAccessKey }),
    });
    const { HeadBucketCommand } = await import('@aws-sdk/client-s3');
    expect((await given.s3.send(new HeadBucketCommand({ Bucket: bucket }))).$metadata.httpStatusCode).toBe(200);
  });
});

describe('the address of Amazon', () => {
  const others = ['us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'us-isof-south-1'];
  it.each([...providers.aws.regions.map(({ id }) => id), ...others])('in %s is that of its SDK', (region) => {
    const s3 = new S3Client({ region, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    closers.push(() => s3.destroy());
    const wanted = s3.config.endpointProvider({ Region: region, Bucket: 'media', UseFIPS: false, UseDualStack: false });
    const { config } = connectionTo({ region, bucket: 'media', pathStyle: false });
    // The SDK has one address without a region, from before there were any.
    const expected = region === 'us-east-1' ? 'https://media.s3.us-east-1.amazonaws.com' : wanted.url.origin;
    expect(addressOf(config).origin.origin).toBe(expected);
    expect(endpointOf(config).protocol).toBe('https:');
  });
});

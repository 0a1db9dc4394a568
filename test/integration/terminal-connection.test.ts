/** `sideline connection test`, as a person's shell runs it: what it finds, what it offers, and what becomes of the offer. */
import { rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { cephGuest } from '../servers/ceph.ts';
import { runSideline } from '../servers/sideline.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');

describe.skipIf(ceph === null)('sideline connection test', () => {
  let bucket: TestBucket;
  let folder: string;
  let env: Record<string, string>;
  let closers: (() => unknown)[];

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    env = { ...bucket.env(), SIDELINE_DATA_DIR: path.join(folder, 'data') };
    closers = [() => bucket.s3.destroy(), () => rm(folder, { recursive: true })];
  });
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  const test = (more: Record<string, string>, ...args: string[]) =>
    runSideline(['connection', 'test', ...args], { ...env, ...more });

  it('creates a bucket that is not there where it is told to, and only there', async () => {
    const name = `${bucket.name}-new`;
    const missing = { SIDELINE_S3_BUCKET: name };
    const look = () => bucket.s3.send(new HeadBucketCommand({ Bucket: name }));
    const asked = await test(missing);
    expect([asked.code, asked.stderr]).toEqual([1, '']);
    expect(asked.stdout).toMatch(
      new RegExp(`^There is no bucket named ${name}: .* Create it with --create-bucket\\.\n$`),
    );
    expect((await test(missing, '--json')).events()).toMatchObject([
      { outcome: 'no-such-bucket', offer: { create: true } },
    ]);
    await expect(look()).rejects.toMatchObject({ name: 'NotFound' });
    const file = path.join(folder, 'a.jpg');
    await writeFile(file, 'a');
    const tooEarly = await runSideline(['upload', file], { ...env, ...missing });
    expect([tooEarly.code, tooEarly.stdout]).toEqual([
      1,
      expect.stringContaining(`There is no bucket named ${name}: `),
    ]);
    const created = await test(missing, '--create-bucket');
    expect([created.code, created.stderr]).toEqual([0, '']);
    expect(created.stdout).toMatch(/^"environment" works \(\d+ ms\)\./);
    expect((await look()).$metadata.httpStatusCode).toBe(200);
    expect(await test(missing, '--create-bucket')).toMatchObject({ code: 0, stderr: '' }); // it is there now
    expect((await runSideline(['retry'], { ...env, ...missing })).code).toBe(0);
  });

  it('says so where the bucket belongs to somebody else, and creates nothing for a wrong key', async () => {
    const guest = { AWS_ACCESS_KEY_ID: cephGuest.accessKeyId, AWS_SECRET_ACCESS_KEY: cephGuest.secretAccessKey };
    const foreign = await test(guest, '--create-bucket');
    expect([foreign.code, foreign.stdout]).toEqual([1, expect.stringMatching(/denied|may not/i)]);
    const wrong = await test({ AWS_SECRET_ACCESS_KEY: 'another' }, '--create-bucket');
    expect([wrong.code, wrong.stdout]).toEqual([1, expect.stringMatching(/key/i)]);
  });

  it('tells a wrong region, and with the one that it offers everything works', async () => {
    const endpoint = await startInRegion('eu-central-1');
    const there = { SIDELINE_S3_ENDPOINT: endpoint };
    const wrong = await test({ ...there, SIDELINE_S3_REGION: 'us-east-1' });
    expect([wrong.code, wrong.stderr]).toEqual([1, '']);
    expect(wrong.stdout).toMatch(/eu-central-1.* Use the region eu-central-1\.\n$/);
    const [outcome] = (await test({ ...there, SIDELINE_S3_REGION: 'us-east-1' }, '--json')).events();
    expect(outcome).toMatchObject({ ok: false, outcome: 'wrong-region', offer: { region: 'eu-central-1' } });
    const right = { ...there, SIDELINE_S3_REGION: 'eu-central-1' };
    expect(await test(right)).toMatchObject({ code: 0, stdout: expect.stringContaining('works') as string });
    const file = path.join(folder, 'a.jpg');
    await writeFile(file, 'a');
    const refused = await runSideline(['upload', file], { ...env, ...there, SIDELINE_S3_REGION: 'us-east-1' });
    expect(refused.code).toBe(1);
    expect(refused.stdout.match(/^The bucket is in another region: eu-central-1\. Set that region/gm)).toHaveLength(1);
    expect((await runSideline(['upload', file], { ...env, ...right })).code).toBe(0);
    expect(await bucket.keys()).toEqual(['a.jpg']);
  });

  /** The same S3 for whoever signs for its region; all others are told which it is, as Amazon tells them. Returns its origin. */
  async function startInRegion(region: string): Promise<string> {
    const server = http.createServer((request, response) => {
      const { method, url, headers } = request;
      if (!headers.authorization?.includes(`/${region}/s3/aws4_request`)) {
        request.resume();
        const words = `The authorization header is malformed; expecting '${region}'`;
        const inside = `<Code>AuthorizationHeaderMalformed</Code><Message>${words}</Message><Region>${region}</Region>`;
        response.writeHead(400, { 'content-type': 'application/xml' }).end(`<Error>${inside}</Error>`);
        return;
      }
      const onward = http.request(new URL(url ?? '/', ceph?.endpoint), { method, headers }, (answer) => {
        answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers));
      });
      request.pipe(onward);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
});

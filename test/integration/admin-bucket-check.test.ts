/** The bucket check on a real store: what is read, each change shown, made, read back, and what is of others kept. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import {
  CreateMultipartUploadCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  PutBucketAclCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { CheckReading, Finding, Mend, MendPreview, SettingRead } from '../../shared/bucket-check.ts';
import { destinationRulesSchema } from '../../shared/destination.ts';
import type { Core } from '../../electron/app/core.ts';
import { startPracticeBucket } from '../../electron/practice/practice-bucket.ts';
import { openTestCore } from '../servers/app-core.ts';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { failureOf } from '../servers/failure.ts';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { startSettingsStore } from '../servers/settings-store.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');

describe.skipIf(ceph === null)('the bucket check', { timeout: 60_000 }, () => {
  let bucket: TestBucket;
  let folder: string;
  let core: Core;
  let connectionId: number;
  /** readings as they came */
  let told: CheckReading[];
  /** what the dialog for a file answers */
  let where: string | null = null;
  const closers: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    told = [];
    core = openTestCore(folder, {
      askWhere: () => Promise.resolve(where),
      push(name, payload) {
        if (name === 'checking') told.push(payload as CheckReading);
      },
    });
    connectionId = await connect(ceph.endpoint);
  });
  afterEach(async () => {
    await core.close();
    for (const close of closers.splice(0)) await close();
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  async function connect(
    endpoint: string,
    more: { readOnly?: boolean; name?: string; secret?: string } = {},
  ): Promise<number> {
    const { name = 'Club', readOnly, secret = ceph?.secretAccessKey ?? '' } = more;
    const config = {
      endpoint,
      region: 'us-east-1',
      bucket: bucket.name,
      pathStyle: true,
      credentials: { from: 'stored' },
    } as const;
    const { id } = await core.handlers['connections.save']({
      ...{ id: null, name, config: readOnly === true ? { ...config, readOnly } : config },
      secret: { accessKeyId: ceph?.accessKeyId ?? '', secretAccessKey: secret },
    });
    return id;
  }

  const run = () => core.handlers['bucketCheck.run']({ connectionId });
  const preview = (mend: Mend): Promise<MendPreview> =>
    Promise.resolve(core.handlers['bucketCheck.preview']({ connectionId, mend }));
  const applied = async (mend: Mend) => core.handlers['bucketCheck.apply']({ previewId: (await preview(mend)).id });
  const found = async (): Promise<Map<string, Finding>> => new Map((await run()).findings.map((one) => [one.id, one]));
  const send = (more: object) => core.session.journal.addDestination(connectionId, destinationRulesSchema.parse(more));
  const Bucket = () => bucket.name;

  it('reads every setting by itself, and says which the store does not have', async () => {
    const { settings, findings, uploads } = await run();
    const outcomes = Object.fromEntries(settings.map(({ name, outcome }) => [name, outcome]));
    expect(outcomes).toEqual({
      ...{ cors: 'read', 'public-access': 'read', policy: 'read', acl: 'read', versioning: 'read', lifecycle: 'read' },
      ...{ ownership: 'unsupported', encryption: 'unsupported', 'object-lock': 'read', uploads: 'read' },
    });
    expect(uploads).toMatchObject({ count: 0, oldest: null });
    const byName = (one: SettingRead, other: SettingRead) => one.name.localeCompare(other.name);
    expect(told.map(({ read }) => read).toSorted(byName)).toEqual(settings.toSorted(byName));
    expect(findings.map(({ id }) => id).toSorted()).toEqual([
      'abort-missing',
      'http-local',
      'unsupported',
      'uploads-fine',
      'versioning-off',
    ]);
  });

  it.each<[string, Mend, string, string]>([
    [
      'CORS',
      { mend: 'cors', origins: ['https://app.example.org', 'http://localhost:3000'], upload: true },
      'cors-missing',
      'cors-fine',
    ],
    ['removal of unfinished uploads', { mend: 'abort-uploads', days: 7 }, 'abort-missing', 'abort-fine'],
    ['expiry', { mend: 'expire', prefix: 'temp/', days: 7 }, 'expire-missing', 'expire-fine'],
    ['versions', { mend: 'versioning' }, 'versioning-off', 'versioning-fine'],
    ['public read', { mend: 'public-read', prefix: 'open/' }, 'not-public', 'public-fine'],
  ])('sets %s, and finds it fine afterwards', async (_what, mend, before, after) => {
    send({ name: 'Temporary', keyTemplate: 'temp/{name}' });
    send({ name: 'Open', keyTemplate: 'open/{name}', publicUrlBase: `${ceph?.endpoint}/${bucket.name}` });
    const first = await found();
    expect(first.get(before)?.severity).toMatch(/advice|problem/);
    expect(first.has(after)).toBe(false);
    const shown = await preview(mend);
    expect(shown).toMatchObject({ unchanged: false, before: '' });
    expect(shown.lines.every(({ kind }) => kind === 'added')).toBe(true);
    expect((await found()).has(after)).toBe(false); // looking changes nothing
    expect(await core.handlers['bucketCheck.apply']({ previewId: shown.id })).toMatchObject({ taken: true });
    const second = await found();
    expect(second.get(after)?.severity).toBe('fine');
    expect(second.has(before)).toBe(false);
    expect((await preview(mend)).unchanged).toBe(true);
  });

  it('opens one folder to everybody, and no other', async () => {
    for (const Key of ['open/a.txt', 'closed/a.txt'])
      await bucket.s3.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body: 'x' }));
    const status = async (key: string) => (await fetch(`${ceph?.endpoint}/${bucket.name}/${key}`)).status;
    expect(await status('open/a.txt')).toBe(403);
    await applied({ mend: 'public-read', prefix: 'open/' });
    expect([await status('open/a.txt'), await status('closed/a.txt')]).toEqual([200, 403]);
  });

  it('takes back a part of the public access block', async () => {
    const PublicAccessBlockConfiguration = {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    };
    await bucket.s3.send(new PutPublicAccessBlockCommand({ Bucket: Bucket(), PublicAccessBlockConfiguration }));
    send({ name: 'Open', keyTemplate: 'open/{name}', publicUrlBase: `${ceph?.endpoint}/${bucket.name}` });
    expect((await found()).get('public-policy-blocked')?.mend).toEqual({ mend: 'allow-public', by: 'policy' });
    const mend: Mend = { mend: 'allow-public', by: 'policy' };
    expect((await preview(mend)).lines.filter(({ kind }) => kind === 'removed')).toHaveLength(2);
    expect(await applied(mend)).toMatchObject({ taken: true });
    expect((await found()).get('not-public')?.mend).toEqual({ mend: 'public-read', prefix: 'open/' });
    const { settings } = await run();
    expect(settings.find(({ name }) => name === 'public-access')?.text).toMatch(/BlockPublicAcls>true/);
  });

  it('keeps the rules and statements of others', async () => {
    const { s3 } = bucket;
    const theirs = { ID: 'theirs', Filter: { Prefix: 'raw/' }, Status: 'Enabled', Expiration: { Days: 90 } } as const;
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket: Bucket(), LifecycleConfiguration: { Rules: [theirs] } }),
    );
    const CORSRules = [
      { ID: 'theirs', AllowedOrigins: ['https://old.example.org'], AllowedMethods: ['GET'], MaxAgeSeconds: 60 },
    ];
    await s3.send(new PutBucketCorsCommand({ Bucket: Bucket(), CORSConfiguration: { CORSRules } }));
    const statement = {
      Sid: 'Theirs',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:DeleteBucket',
      Resource: `arn:aws:s3:::${bucket.name}`,
    };
    await s3.send(
      new PutBucketPolicyCommand({
        Bucket: Bucket(),
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
      }),
    );

    for (const mend of [
      { mend: 'abort-uploads', days: 7 },
      { mend: 'expire', prefix: 'temp/', days: 3 },
      { mend: 'abort-uploads', days: 5 },
      { mend: 'cors', origins: ['https://app.example.org'], upload: false },
      { mend: 'public-read', prefix: 'open/' },
    ] as const)
      expect(await applied(mend as Mend)).toMatchObject({
        taken: true,
        message: expect.stringContaining('read back') as unknown,
      });

    const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: Bucket() }));
    expect(Rules.map(({ ID }) => ID).toSorted()).toEqual(['sideline-abort-uploads', 'sideline-expire-temp/', 'theirs']);
    expect(Rules.find(({ ID }) => ID === 'theirs')).toMatchObject({ Status: 'Enabled', Expiration: { Days: 90 } });
    expect(
      Rules.find(({ ID }) => ID === 'sideline-abort-uploads')?.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
    ).toBe(5);
    const cors = await s3.send(new GetBucketCorsCommand({ Bucket: Bucket() }));
    expect(cors.CORSRules).toEqual(expect.arrayContaining([expect.objectContaining(CORSRules[0] ?? {})]));
    expect(cors.CORSRules).toHaveLength(2);
    const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket: Bucket() }));
    expect((JSON.parse(Policy) as { Statement: unknown[] }).Statement).toEqual(expect.arrayContaining([statement]));
  });

  it('refuses what is no longer as it was shown, and applies nothing twice', async () => {
    const shown = await preview({ mend: 'abort-uploads', days: 7 });
    await applied({ mend: 'expire', prefix: 'temp/', days: 3 });
    const late = Promise.resolve(core.handlers['bucketCheck.apply']({ previewId: shown.id }));
    expect(await failureOf(late)).toMatchObject({ kind: 'setting-changed' });
    const again = Promise.resolve(core.handlers['bucketCheck.apply']({ previewId: shown.id }));
    expect(await failureOf(again)).toMatchObject({ kind: 'invalid-input' });
    expect((await found()).has('abort-missing')).toBe(true);
  });

  it('shows what was there before a change, and puts it back', async () => {
    const { s3 } = bucket;
    const theirs = { ID: 'theirs', Filter: { Prefix: 'raw/' }, Status: 'Enabled', Expiration: { Days: 90 } } as const;
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket: Bucket(), LifecycleConfiguration: { Rules: [theirs] } }),
    );
    const PublicAccessBlockConfiguration = { BlockPublicAcls: true, BlockPublicPolicy: true };
    await s3.send(new PutPublicAccessBlockCommand({ Bucket: Bucket(), PublicAccessBlockConfiguration }));
    const textsOf = async () => new Map((await run()).settings.map(({ name, text }) => [name, text]));
    const before = await textsOf();
    const mends: Mend[] = [
      { mend: 'abort-uploads', days: 7 },
      { mend: 'cors', origins: ['https://app.example.org'], upload: false },
      { mend: 'allow-public', by: 'policy' },
      { mend: 'public-read', prefix: 'open/' },
      { mend: 'versioning' },
    ];
    for (const mend of mends) expect(await applied(mend)).toMatchObject({ taken: true });
    const changes = await core.handlers['bucketCheck.changes']({ connectionId });
    expect(changes.map(({ mend, taken }) => [mend, taken])).toEqual(mends.toReversed().map((mend) => [mend, true]));
    expect(changes.at(-1)).toMatchObject({ setting: 'lifecycle', before: before.get('lifecycle') });
    for (const { id } of changes) {
      const shown = await core.handlers['bucketCheck.previewBack']({ connectionId, changeId: id });
      expect(shown).toMatchObject({ unchanged: false, mend: null });
      const back = await core.handlers['bucketCheck.apply']({ previewId: shown.id });
      expect(back).toMatchObject({ taken: true });
    }
    const after = await textsOf();
    // Versions can only be suspended.
    expect(after.get('versioning')).toContain('Suspended');
    expect(new Map([...after, ['versioning', '']])).toEqual(before);
    const [last] = await core.handlers['bucketCheck.changes']({ connectionId });
    expect(last).toMatchObject({ mend: null, setting: 'lifecycle', taken: true, after: before.get('lifecycle') });
  });

  it('says that somebody has changed a setting since, before that is put back with the rest', async () => {
    const { changeId } = await applied({ mend: 'abort-uploads', days: 7 });
    const back = () =>
      Promise.resolve(core.handlers['bucketCheck.previewBack']({ connectionId, changeId })).then((one) => one);
    expect((await back()).warnings).toEqual([]);
    await applied({ mend: 'expire', prefix: 'temp/', days: 3 });
    const { warnings, lines } = await back();
    expect(warnings.join(' ')).toContain('Somebody has changed this setting since');
    expect(lines.map(({ text }) => text).join('\n')).toContain('sideline-expire-temp/');
    const gone = Promise.resolve(
      core.handlers['bucketCheck.previewBack']({ connectionId, changeId: '20260101-000000-abcdef' }),
    );
    expect(await failureOf(gone)).toMatchObject({ kind: 'invalid-input' });
  });

  it('writes each change down before it is made: what cannot be written down is not made', async () => {
    const proxy = await throughProxy();
    const shown = await preview({ mend: 'versioning' });
    proxy.faults = ({ method, query }) =>
      method === 'PUT' && query.has('versioning') ? { kind: 'refuse', status: 400, code: 'MalformedXML' } : null;
    const refused = Promise.resolve(core.handlers['bucketCheck.apply']({ previewId: shown.id }));
    expect(await failureOf(refused)).toMatchObject({ kind: 'rejected' });
    expect(await core.handlers['bucketCheck.changes']({ connectionId })).toMatchObject([{ taken: false, before: '' }]);
    proxy.faults = () => null;
    const log = path.join(folder, 'bucket-changes.jsonl');
    await rm(log);
    await mkdir(log);
    expect(await failureOf(applied({ mend: 'versioning' }))).toMatchObject({ kind: 'journal-failed' });
    expect((await found()).has('versioning-off')).toBe(true);
  });

  it('says that a block is in the way of public read, and does not take that for a right that is missing', async () => {
    const PublicAccessBlockConfiguration = { BlockPublicPolicy: true };
    await bucket.s3.send(new PutPublicAccessBlockCommand({ Bucket: Bucket(), PublicAccessBlockConfiguration }));
    const shown = await preview({ mend: 'public-read', prefix: 'open/' });
    expect(shown.warnings.join(' ')).toContain('The public access block refuses such a policy');
    const applying = Promise.resolve(core.handlers['bucketCheck.apply']({ previewId: shown.id }));
    expect(await failureOf(applying)).toMatchObject({ kind: 'rejected' });
    expect((await core.handlers['rights.of']({ connectionId })).denials).toEqual([]);
  });

  it('learns which setting may not be changed, and that alone', async () => {
    const proxy = await throughProxy();
    proxy.faults = ({ method, query }) =>
      method === 'PUT' && query.has('cors') ? { kind: 'refuse', status: 403, code: 'AccessDenied' } : null;
    const denied = applied({ mend: 'cors', origins: ['https://a.example.org'], upload: false });
    expect(await failureOf(denied)).toMatchObject({ kind: 'denied' });
    const { denials } = await core.handlers['rights.of']({ connectionId });
    expect(denials).toMatchObject([{ right: 'write-settings', setting: 'cors' }]);
    expect(await applied({ mend: 'abort-uploads', days: 7 })).toMatchObject({ taken: true });
  });

  it('says when a store takes a change and does not heed it', async () => {
    const proxy = await throughProxy();
    const shown = await preview({ mend: 'abort-uploads', days: 7 });
    proxy.faults = ({ method, query }) =>
      method === 'PUT' && query.has('lifecycle') ? { kind: 'refuse', status: 200, code: '' } : null;
    expect(await core.handlers['bucketCheck.apply']({ previewId: shown.id })).toMatchObject({ taken: false, now: '' });
  });

  it('tells what is denied from what is not there; what is denied once does not stop the rest', async () => {
    const proxy = await throughProxy();
    proxy.faults = ({ query }) => {
      if (query.has('policy')) return { kind: 'refuse', status: 403, code: 'AccessDenied' };
      return query.has('cors') ? { kind: 'refuse', status: 501, code: 'NotImplemented' } : null;
    };
    const { settings } = await run();
    const outcome = (name: string) => settings.find((one) => one.name === name)?.outcome;
    expect([outcome('policy'), outcome('cors'), outcome('lifecycle')]).toEqual(['denied', 'unsupported', 'read']);
    expect((await found()).get('unknown-policy')?.text).toContain('Access was denied');
    expect(await failureOf(preview({ mend: 'public-read', prefix: 'a/' }))).toMatchObject({ kind: 'denied' });
    expect(await failureOf(preview({ mend: 'cors', origins: ['https://a.example.org'], upload: false }))).toMatchObject(
      { kind: 'unsupported' },
    );
    expect(await failureOf(preview({ mend: 'encryption', by: 'AES256', keyId: null }))).toMatchObject({
      kind: 'unsupported',
    });
  });

  async function throughProxy(): Promise<FaultProxy> {
    const proxy = await startFaultProxy(ceph?.endpoint ?? '');
    closers.push(() => proxy.stop());
    connectionId = await connect(proxy.endpoint, { name: 'Through a proxy' });
    return proxy;
  }

  it('sets default encryption and an archive rule where the store has them, as Amazon reads both, beside rules of others', async () => {
    const { stop, endpoint } = await startSettingsStore(ceph?.endpoint ?? '', {
      encryption: 'ServerSideEncryptionConfigurationNotFoundError',
      lifecycle: 'NoSuchLifecycleConfiguration',
    });
    closers.push(stop);
    const s3 = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }); // prettier-ignore
    closers.push(() => {
      s3.destroy();
      return Promise.resolve();
    });
    connectionId = await connect(endpoint, { name: 'With encryption' });
    send({ name: 'Encrypted', prefix: 'e/', sse: { by: 'AES256' } });
    expect((await found()).get('encryption-missing')?.severity).not.toBe('fine');

    const encryption: Mend = { mend: 'encryption', by: 'AES256', keyId: null };
    expect((await preview(encryption)).after).toContain('AES256');
    expect(await applied(encryption)).toMatchObject({ taken: true });
    const { ServerSideEncryptionConfiguration: set } = await s3.send(new GetBucketEncryptionCommand({ Bucket: Bucket() })); // prettier-ignore
    expect(set?.Rules).toEqual([{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }]);
    expect((await found()).get('encryption-fine')?.severity).toBe('fine');

    const theirs = { ID: 'theirs', Status: 'Enabled', Filter: { Prefix: 'old/' }, Expiration: { Days: 30 } } as const;
    const LifecycleConfiguration = { Rules: [theirs] };
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket: Bucket(), LifecycleConfiguration }));
    const archive: Mend = { mend: 'archive', prefix: 'sessions/', days: 90, storageClass: 'GLACIER_IR' };
    expect(await applied(archive)).toMatchObject({ taken: true });
    const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: Bucket() }));
    expect(Rules.find(({ ID }) => ID === 'theirs')).toMatchObject(theirs);
    expect(Rules.find(({ ID }) => ID !== 'theirs')).toMatchObject({
      ...{ Status: 'Enabled', Filter: { Prefix: 'sessions/' } },
      Transitions: [{ Days: 90, StorageClass: 'GLACIER_IR' }],
    });
    expect(Rules.length).toBe(2);
  });

  it('sees what everybody may do, and what was left', async () => {
    const { s3 } = bucket;
    await s3.send(new PutBucketAclCommand({ Bucket: Bucket(), ACL: 'public-read' }));
    const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ Bucket: Bucket(), Key: 'left/a.mp4' }));
    const Body = Buffer.alloc(5 * 2 ** 20);
    await s3.send(new UploadPartCommand({ Bucket: Bucket(), Key: 'left/a.mp4', UploadId, PartNumber: 1, Body }));
    const { findings, uploads } = await run();
    expect(findings.find(({ id }) => id === 'listed-by-all')?.severity).toBe('problem');
    expect(uploads).toMatchObject({ count: 1, bytes: Body.length, bytesKnown: true, own: 0 });
    expect(findings.find(({ id }) => id === 'uploads-left')?.text).toContain('5.24 MB');
  });

  it('changes nothing over a connection that is read-only, and rejects where nothing can be read', async () => {
    connectionId = await connect(ceph?.endpoint ?? '', { name: 'Looker', readOnly: true });
    expect((await found()).has('abort-missing')).toBe(true);
    expect(await failureOf(applied({ mend: 'abort-uploads', days: 7 }))).toMatchObject({ kind: 'read-only' });
    connectionId = await connect(ceph?.endpoint ?? '', { name: 'Wrong', secret: 'wrong' });
    expect(await failureOf(Promise.resolve(run()))).toMatchObject({ kind: 'secret-refused' });
  });

  it('writes the policy of a destination', async () => {
    const { id: destinationId } = send({ name: 'Photos', prefix: 'photos', acl: 'public-read' });
    const { text } = await core.handlers['bucketCheck.policy']({ destinationId, role: 'upload', principal: null });
    expect(JSON.parse(text)).toMatchObject({
      Version: '2012-10-17',
      Statement: [{ Resource: [`arn:aws:s3:::${bucket.name}/photos/*`] }, {}, {}, {}],
    });
    expect(await core.handlers['bucketCheck.savePolicy']({ destinationId, role: 'upload', principal: null })).toBe(
      null,
    );
    where = path.join(folder, 'policy.json');
    expect(await core.handlers['bucketCheck.savePolicy']({ destinationId, role: 'upload', principal: null })).toBe(
      where,
    );
    expect(await readFile(where, 'utf8')).toBe(`${text}\n`);
    const nowhere = Promise.resolve().then(() =>
      core.handlers['bucketCheck.policy']({ destinationId: 999, role: 'read', principal: null }),
    );
    expect(await failureOf(nowhere)).toMatchObject({ kind: 'invalid-input' });
  });
});

it('gives back with the lifecycle rules what their header says', async () => {
  const name = 'x-amz-transition-default-minimum-object-size';
  const rules = '<LifecycleConfiguration><Rule><ID>theirs</ID><Status>Enabled</Status></Rule></LifecycleConfiguration>';
  let [body, header]: [string, string | undefined] = [rules, 'varies_by_storage_class'];
  const amazon = http.createServer((request, response) => {
    if (request.method !== 'PUT') {
      response.setHeader(name, header ?? 'all_storage_classes_128K').end(body);
      return;
    }
    header = request.headers[name]?.toString();
    body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => response.end());
  });
  await new Promise<void>((resolve) => void amazon.listen(0, '127.0.0.1', resolve));
  const address = amazon.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const folder = await newFolder();
  const core = openTestCore(folder);
  const config = { endpoint: `http://127.0.0.1:${address.port}`, region: 'us-east-1', bucket: 'club', pathStyle: true };
  const { id: connectionId } = await core.handlers['connections.save']({
    ...{ id: null, name: 'Club', config: { ...config, credentials: { from: 'stored' } } },
    secret: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const mend = { mend: 'abort-uploads', days: 7 } as const;
  const { id: previewId, before } = await core.handlers['bucketCheck.preview']({ connectionId, mend });
  expect(before).toContain('varies_by_storage_class');
  expect(await core.handlers['bucketCheck.apply']({ previewId })).toMatchObject({ taken: true });
  expect(header).toBe('varies_by_storage_class');
  expect(body).toContain('sideline-abort-uploads');
  await core.close();
  amazon.close();
  await rm(folder, { recursive: true });
});

it('says of the practice bucket what it does not have', async () => {
  const folder = await newFolder();
  const practice = await startPracticeBucket({ folder: `${folder}/bucket` });
  const core = openTestCore(`${folder}/data`);
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = practice;
  const { id } = await core.handlers['connections.save']({
    ...{
      id: null,
      name: 'Practice',
      config: { endpoint, region, bucket, pathStyle: true, credentials: { from: 'stored' } },
    },
    secret: { accessKeyId, secretAccessKey },
  });
  const { settings, findings } = await core.handlers['bucketCheck.run']({ connectionId: id });
  expect(settings.filter(({ outcome }) => outcome === 'unsupported').map(({ name }) => name)).toContain('lifecycle');
  expect(findings.filter(({ severity }) => severity === 'problem' || severity === 'unknown')).toEqual([]);
  await core.close();
  await practice.stop();
  await rm(folder, { recursive: true });
});

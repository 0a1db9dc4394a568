/** One object: what is told of it, what can be changed about it, and links to it and for others to upload. */
import { rm } from 'node:fs/promises';
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  type ObjectCannedACL,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { changeObject } from '../../electron/admin/objects/change.ts';
import { objectDetails } from '../../electron/admin/objects/details.ts';
import { restoreVersion } from '../../electron/admin/objects/restore.ts';
import { formPage, readLink, uploadForm, writeLink } from '../../electron/admin/objects/links.ts';
import { startPracticeBucket } from '../../electron/practice/practice-bucket.ts';
import type { Receipt } from '../../shared/domain.ts';
import type { ObjectChange, ObjectDetails } from '../../shared/objects.ts';
import { openAdminBucket, openAs, type AdminBucket } from '../servers/admin-bucket.ts';
import { cephGuest, type CephServer } from '../servers/ceph.ts';
import { putMany } from '../servers/many-objects.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
const signal = AbortSignal.timeout(120_000);
const MiB = 2 ** 20;
const nobody = { receipt: () => null, destinations: () => [] };

const hostile = [
  '../../x',
  'a//b',
  '<img src=x onerror=alert(1)>.jpg',
  'right\u202eto-left.jpg',
  'line\nbreak.jpg',
  `long/${'ä'.repeat(509)}`, // 1,023 bytes
  '#?%+& é.jpg',
];

describe.skipIf(ceph === null)('an object', () => {
  let made: AdminBucket;
  const server = ceph as CephServer;
  const put = (Key: string, more: object = {}) =>
    made.s3.send(new PutObjectCommand({ Bucket: made.name, Key, Body: `content of ${Key.length}`, ...more }));
  const details = (key: string, versionId: string | null = null) =>
    objectDetails(made.bucket, { key, versionId }, nobody, signal);

  beforeAll(async () => {
    made = await openAdminBucket(server);
  });
  afterAll(() => made.close());

  const full = {
    ContentType: 'image/jpeg',
    CacheControl: 'max-age=86400',
    ContentDisposition: 'inline; filename="a.jpg"',
    ContentLanguage: 'de',
    Metadata: { event: '=?UTF-8?B?R3LDtsOfZQ==?=', person: 'coach' },
    Tagging: 'event=cup&year=2026',
    ACL: 'public-read',
  } as const;

  it('is told with its headers, metadata, tags, access and receipt', async () => {
    await put('full.jpg', full);
    const receipt = { transferId: 7, finishedAt: 5, source: '/card/a.jpg', size: 1, etag: 'other' } as Receipt;
    const told = await objectDetails(
      made.bucket,
      { key: 'full.jpg', versionId: null },
      { ...nobody, receipt: () => ({ receipt, batchId: 3 }) },
      signal,
    );
    expect(told).toMatchObject({
      ...{ key: 'full.jpg', size: 12, storageClass: 'STANDARD', versionId: null, sse: null },
      headers: {
        ...{ contentType: 'image/jpeg', cacheControl: 'max-age=86400', contentLanguage: 'de' },
        ...{ contentDisposition: 'inline; filename="a.jpg"', contentEncoding: null },
      },
      metadata: { event: 'Größe', person: 'coach' },
      tags: { known: true, value: { event: 'cup', year: '2026' } },
      receipt: { transferId: 7, batchId: 3, source: '/card/a.jpg', isSame: false },
    });
    expect(grants(told)).toContainEqual({ who: 'everybody', may: 'READ' });
    expect(told.url).toBe(`${server.endpoint}/${made.name}/full.jpg`);
    expect((await fetch(told.url)).status).toBe(200);
  });

  it('keeps all that a change does not name', async () => {
    await put('keep.jpg', full);
    await changeObject(made.bucket, 'keep.jpg', { headers: { cacheControl: 'no-store', contentLanguage: '' } }, signal);
    const told = await details('keep.jpg');
    expect(told.headers).toMatchObject({ contentType: 'image/jpeg', cacheControl: 'no-store', contentLanguage: null });
    expect(told.metadata).toEqual({ event: 'Größe', person: 'coach' });
    expect(told.tags).toEqual({ known: true, value: { event: 'cup', year: '2026' } });
    expect(grants(told)).toContainEqual({ who: 'everybody', may: 'READ' });
    expect(await (await fetch(told.url)).text()).toBe('content of 8');
  });

  it('keeps all of that where it is too large for one copy, and is brought back as it was', async () => {
    const other = await openAdminBucket(server);
    const { name, s3, bucket } = other;
    await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }));
    const content = seededRandom('large objects').bytes(12 * MiB + 7);
    const parts = { singleCopy: 8 * MiB, smallestPart: 5 * MiB, usualPart: 6 * MiB };
    const told = () => objectDetails(bucket, { key: 'large.mov', versionId: null }, nobody, signal);
    const isSame = async () => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: name, Key: 'large.mov' }));
      return content.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0));
    };
    await s3.send(new PutObjectCommand({ Bucket: name, Key: 'large.mov', Body: content, ...full }));
    const { versionId: first } = await told();

    const change = { headers: { cacheControl: 'no-store', contentLanguage: '' }, metadata: { titel: 'Fußball 🏆' } };
    await changeObject(bucket, 'large.mov', change, signal, { limits: parts });
    const changed = await told();
    expect(changed.etag).toMatch(/-3$/);
    expect(changed.headers).toMatchObject({
      contentType: 'image/jpeg',
      cacheControl: 'no-store',
      contentLanguage: null,
    });
    expect(changed.metadata).toEqual({ titel: 'Fußball 🏆' });
    expect(changed.tags).toEqual({ known: true, value: { event: 'cup', year: '2026' } });
    expect(grants(changed)).toContainEqual({ who: 'everybody', may: 'READ' });
    expect(await isSame()).toBe(true);

    await s3.send(new PutObjectCommand({ Bucket: name, Key: 'large.mov', Body: 'by mistake', Tagging: 'event=none' }));
    await restoreVersion(bucket, 'large.mov', first ?? '', signal, parts);
    const restored = await told();
    expect(restored.headers).toMatchObject({ cacheControl: 'max-age=86400', contentLanguage: 'de' });
    expect(restored.metadata).toEqual({ event: 'Größe', person: 'coach' });
    expect(restored.tags).toEqual({ known: true, value: { event: 'cup', year: '2026' } });
    expect(grants(restored)).toContainEqual({ who: 'everybody', may: 'READ' });
    expect(await isSame()).toBe(true);
    expect(await other.uploadsLeft()).toEqual([]);
    other.close();
  });

  it('gets new metadata, tags and access', async () => {
    await put('new.jpg', full);
    await changeObject(
      made.bucket,
      'new.jpg',
      { metadata: { titel: 'Fußball 🏆' }, tags: { who: 'U 15' }, acl: 'private' },
      signal,
    );
    const told = await details('new.jpg');
    expect(told.metadata).toEqual({ titel: 'Fußball 🏆' });
    expect(told.tags).toEqual({ known: true, value: { who: 'U 15' } });
    expect(grants(told)).toHaveLength(1);
    expect(told.headers.contentType).toBe('image/jpeg');
    expect((await fetch(told.url)).status).toBe(403);
  });

  it('is not changed by what was made of another that was there before', async () => {
    await put('seen.jpg', full);
    const { etag, modified } = await details('seen.jpg');
    await put('seen.jpg', { ...full, Body: 'sent meanwhile', Metadata: { event: 'another' } });
    for (const change of [{ metadata: { event: 'cup' } }, { tags: {} }, { acl: 'private' }] as const) {
      const refused = changeObject(made.bucket, 'seen.jpg', change, signal, { seen: { etag, modified } });
      await expect(refused).rejects.toMatchObject({ kind: 'object-changed' });
    }
    const now = await details('seen.jpg');
    expect(now).toMatchObject({ metadata: { event: 'another' }, tags: { value: { event: 'cup' } } });
    await changeObject(made.bucket, 'seen.jpg', { tags: {} }, signal, { seen: now });
    expect((await details('seen.jpg')).tags).toEqual({ known: true, value: {} });
  });

  it('says what the store has no storage class of, and stays as it is', async () => {
    await put('class.jpg', full);
    const change = { storageClass: 'STANDARD_IA', headers: { cacheControl: 'no-store' } } as const;
    await expect(changeObject(made.bucket, 'class.jpg', change, signal)).rejects.toMatchObject({
      ...{ kind: 'unsupported', message: expect.stringContaining('no storage class STANDARD_IA') as string },
    });
    await changeObject(made.bucket, 'class.jpg', { ...change, storageClass: 'STANDARD' }, signal);
    expect(await details('class.jpg')).toMatchObject({
      ...{ storageClass: 'STANDARD', tags: { known: true, value: { event: 'cup', year: '2026' } } },
      headers: { cacheControl: 'no-store', contentType: 'image/jpeg' },
    });
  });

  it('is not copied for the storage class that it has', async () => {
    const other = await openAdminBucket(server);
    const { name, s3, bucket } = other;
    await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }));
    await s3.send(new PutObjectCommand({ Bucket: name, Key: 'class.jpg', Body: 'x', ACL: 'public-read' }));
    await changeObject(bucket, 'class.jpg', { storageClass: 'STANDARD', acl: 'private' }, signal);
    const told = await objectDetails(bucket, { key: 'class.jpg', versionId: null }, nobody, signal);
    expect(grants(told)).toHaveLength(1);
    expect(told.versions).toMatchObject({ known: true, value: [{ isLatest: true }] });
    other.close();
  });

  describe('with what these credentials may not write', () => {
    const change = { headers: { cacheControl: 'no-store' } };
    const small = { singleCopy: 8 * MiB, smallestPart: 5 * MiB, usualPart: 6 * MiB };
    const denial = (bucket: string, actions: readonly string[]) => {
      const Statement = actions.map((Action) => ({
        ...{ Effect: 'Deny', Principal: '*', Action, Resource: `arn:aws:s3:::${bucket}/closed/*` },
      }));
      return JSON.stringify({ Version: '2012-10-17', Statement });
    };
    const deny = (...actions: readonly string[]) =>
      made.s3.send(new PutBucketPolicyCommand({ Bucket: made.name, Policy: denial(made.name, actions) }));
    const allow = () => made.s3.send(new DeleteBucketPolicyCommand({ Bucket: made.name }));
    const changeAt = (key: string, wanted: ObjectChange = change) =>
      changeObject(made.bucket, key, wanted, signal, { limits: small });
    /** As who may read all of it. */
    const seen = async (key: string) => {
      await allow();
      return await details(key);
    };
    /** Its owner's grant beside one to the guest: no ACL that has a name. */
    const shareWithGuest = async (object: { Bucket: string; Key: string }) => {
      const { Owner, Grants = [] } = await made.s3.send(new GetObjectAclCommand(object));
      const guest = { Grantee: { Type: 'CanonicalUser', ID: 'guest' }, Permission: 'READ' } as const;
      const AccessControlPolicy = { Owner, Grants: [...Grants, guest] };
      await made.s3.send(new PutObjectAclCommand({ ...object, AccessControlPolicy }));
    };
    afterEach(allow);

    it('needs no right to tags and access where it has none', async () => {
      await put('closed/plain.jpg');
      await deny('s3:PutObjectAcl', 's3:PutObjectTagging');
      await changeAt('closed/plain.jpg');
      expect(await seen('closed/plain.jpg')).toMatchObject({ headers: { cacheControl: 'no-store' } });
    });

    it.each([
      ['public-read', 'everybody', 20],
      ['authenticated-read', 'signed-in', 20],
      ['public-read', 'everybody', 9 * MiB],
    ] as const)('stays %s where its access may not be written, in one with the copy', async (ACL, who, size) => {
      const key = `closed/${ACL} ${size}.jpg`;
      await put(key, { ACL: ACL satisfies ObjectCannedACL, Body: Buffer.alloc(size, 'a') });
      await deny('s3:PutObjectAcl');
      await changeAt(key);
      const told = await seen(key);
      expect(told.headers.cacheControl).toBe('no-store');
      expect(grants(told)).toContainEqual({ who, may: 'READ' });
      expect(grants(told)).toHaveLength(2);
    });

    it('stays as it is where grants to somebody would be lost, and says so', async () => {
      await put('closed/shared.jpg');
      await shareWithGuest({ Bucket: made.name, Key: 'closed/shared.jpg' });
      const before = await details('closed/shared.jpg');
      await deny('s3:PutObjectAcl');
      await expect(changeAt('closed/shared.jpg')).rejects.toMatchObject({
        kind: 'keep-refused',
        message: expect.stringMatching(/^Nothing was changed: .*who may read it.*s3:PutObjectAcl/) as string,
      });
      const after = await seen('closed/shared.jpg');
      expect(after).toEqual(before);
      expect(grants(after)).toContainEqual({ who: { name: cephGuest.arn.split('/').at(-1) }, may: 'READ' });
      await changeAt('closed/shared.jpg');
      const changed = await details('closed/shared.jpg');
      expect([changed.headers.cacheControl, changed.acl]).toEqual(['no-store', before.acl]);
    });

    it('stays as it is where its tags would be lost, and says so', async () => {
      await put('closed/tagged.jpg', { Tagging: 'event=cup' });
      const before = await details('closed/tagged.jpg');
      await deny('s3:PutObjectTagging');
      await expect(changeAt('closed/tagged.jpg')).rejects.toMatchObject({
        kind: 'keep-refused',
        message: expect.stringMatching(/^Nothing was changed: .*tags.*s3:PutObjectTagging/) as string,
      });
      expect(await seen('closed/tagged.jpg')).toEqual(before);
    });

    it.each([
      ['tags', 's3:PutObjectTagging', { tags: { event: 'league' } }],
      ['access', 's3:PutObjectAcl', { acl: 'private' }],
    ] as const)('keeps what it had where new %s may not be written beside headers', async (what, action, wanted) => {
      await put('closed/both.jpg', { Tagging: 'event=cup', ACL: 'public-read' });
      const before = await details('closed/both.jpg');
      await deny(action);
      await expect(changeAt('closed/both.jpg', { ...change, ...wanted })).rejects.toMatchObject({
        kind: what === 'tags' ? 'keep-refused' : 'denied',
      });
      const after = await seen('closed/both.jpg');
      expect([after.tags, after.acl]).toEqual([before.tags, before.acl]);
    });

    it.each([
      ['its tags', 's3:GetObjectTagging', 'tags.*s3:GetObjectTagging'],
      ['who may read it', 's3:GetObjectAcl', 'who may read it.*s3:GetObjectAcl'],
    ])('stays as it is where %s may not be asked for, and says so', async (_, action, words) => {
      await put('closed/unread.jpg', { Tagging: 'event=cup', ACL: 'public-read' });
      const before = await details('closed/unread.jpg');
      await deny(action);
      await expect(changeAt('closed/unread.jpg')).rejects.toMatchObject({
        kind: 'keep-refused',
        message: expect.stringMatching(new RegExp(`^Nothing was changed: .*${words}`)) as string,
      });
      expect(await seen('closed/unread.jpg')).toEqual(before);
    });

    it('is brought back as it was without what may not be written, and says so', async () => {
      const other = await openAdminBucket(server);
      const at = { Bucket: other.name, Key: 'closed/old.jpg' };
      const Versioning = { VersioningConfiguration: { Status: 'Enabled' } } as const;
      await other.s3.send(new PutBucketVersioningCommand({ Bucket: other.name, ...Versioning }));
      const { VersionId = '' } = await other.s3.send(new PutObjectCommand({ ...at, Body: 'old', ...full }));
      await shareWithGuest(at);
      await other.s3.send(new PutObjectCommand({ ...at, Body: 'newer' }));
      await other.s3.send(
        new PutBucketPolicyCommand({ Bucket: other.name, Policy: denial(other.name, ['s3:PutObjectAcl']) }),
      );
      await expect(restoreVersion(other.bucket, at.Key, VersionId, signal)).rejects.toMatchObject({
        kind: 'not-kept',
        message: expect.stringContaining('lost who may read it besides its owner') as string,
      });
      const told = await objectDetails(other.bucket, { key: at.Key, versionId: null }, nobody, signal);
      expect(told).toMatchObject({ size: 3, tags: { value: { event: 'cup', year: '2026' } } });
      expect(grants(told)).toHaveLength(1);
      other.close();
    });

    it('is denied as it was, where the copy itself is what may not be', async () => {
      await put('closed/fixed.jpg', { ACL: 'public-read' });
      await deny('s3:PutObject');
      await expect(changeAt('closed/fixed.jpg')).rejects.toMatchObject({ kind: 'denied' });
      expect((await seen('closed/fixed.jpg')).headers.cacheControl).toBeNull();
    });
  });

  it.each(hostile.map((key) => [key.slice(0, 40), key]))(
    '%j is told, changed and linked to under its very key',
    async (_, key = '') => {
      await put(key);
      await changeObject(made.bucket, key, { metadata: { a: 'b' }, tags: { c: 'd' } }, signal);
      const told = await details(key);
      expect(told).toMatchObject({ key, metadata: { a: 'b' }, tags: { known: true, value: { c: 'd' } } });
      const { url } = await readLink(made.bucket, key, { lifetime: 60, downloadAs: null, versionId: null });
      const answer = await rawGet(url);
      expect(answer).toBe(`content of ${key.length}`);
    },
  );

  it('that is not there says so', async () => {
    await expect(details('nothing.jpg')).rejects.toMatchObject({ kind: 'object-missing' });
    await expect(changeObject(made.bucket, 'nothing.jpg', { headers: {} }, signal)).rejects.toMatchObject({
      kind: 'object-missing',
    });
  });

  it('shows its versions, and each of them', async () => {
    const other = await openAdminBucket(server);
    const { name, s3, bucket } = other;
    await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }));
    for (const Body of ['one', 'three']) await s3.send(new PutObjectCommand({ Bucket: name, Key: 'v', Body }));
    await s3.send(new PutObjectCommand({ Bucket: name, Key: 'v2', Body: 'another' }));
    const now = await objectDetails(bucket, { key: 'v', versionId: null }, nobody, signal);
    expect(now.versions).toMatchObject({
      known: true,
      value: [
        { isLatest: true, isDeleteMarker: false, size: 5 },
        { isLatest: false, isDeleteMarker: false, size: 3 },
      ],
    });
    const oldest = now.versions.known ? (now.versions.value[1]?.versionId ?? '') : '';
    expect(await objectDetails(bucket, { key: 'v', versionId: oldest }, nobody, signal)).toMatchObject({ size: 3 });
    const link = await readLink(bucket, 'v', { lifetime: 60, downloadAs: 'old.txt', versionId: oldest });
    const answer = await fetch(link.url);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="old.txt"');
    expect(await answer.text()).toBe('one');
    expect(now.moreVersions).toBe(false);
    const newest = await objectDetails(bucket, { key: 'v', versionId: null }, { ...nobody, mostVersions: 1 }, signal);
    expect(newest).toMatchObject({ versions: { value: [{ isLatest: true, size: 5 }] }, moreVersions: true });
    await s3.send(new DeleteObjectCommand({ Bucket: name, Key: 'v' }));
    await expect(objectDetails(bucket, { key: 'v', versionId: null }, nobody, signal)).rejects.toMatchObject({
      kind: 'object-missing',
    });
    other.close();
  });

  it('is told with the checksum of a store that keeps one', async () => {
    const folder = await newFolder();
    const practice = await startPracticeBucket({ folder });
    const { bucket, close } = openAs(practice.bucket, { ...server, ...practice });
    await putMany(bucket, ['a.jpg'], Buffer.from('123456789'));
    // https://reveng.sourceforge.io/crc-catalogue/all.htm (CRC-32/ISO-HDLC: cbf43926)
    const { checksums } = await objectDetails(bucket, { key: 'a.jpg', versionId: null }, nobody, signal);
    expect(checksums).toEqual({ CRC32: Buffer.from('cbf43926', 'hex').toString('base64') });
    close();
    await practice.stop();
    await rm(folder, { recursive: true });
  });

  describe('links for others to upload', () => {
    it('take one file by PUT, of the type that was named', async () => {
      const link = await writeLink(made.bucket, 'in/by-put.jpg', { lifetime: 60, contentType: 'image/jpeg' });
      const send = (type: string) =>
        fetch(link.url, { method: 'PUT', body: 'by put', headers: { 'content-type': type } });
      expect((await send('image/png')).status).toBe(403);
      expect((await send('image/jpeg')).status).toBe(200);
      expect(await textOf('in/by-put.jpg')).toBe('by put');
    });

    it('take one by a form, within its limits', async () => {
      const form = await uploadForm(made.bucket, {
        ...{ key: 'in/${filename}', lifetime: 60, largest: 20, type: 'image/*' },
      });
      const post = (body: string, type: string, key = form.fields.key) => {
        const data = new FormData();
        for (const [name, value] of Object.entries({ ...form.fields, key })) data.append(name, value ?? '');
        data.append('Content-Type', type);
        data.append('file', new Blob([body], { type }), 'of the other.jpg');
        return fetch(form.url, { method: 'POST', body: data });
      };
      expect((await post('x'.repeat(21), 'image/jpeg')).status).toBeGreaterThanOrEqual(400);
      expect((await post('short', 'text/html')).status).toBe(403);
      expect((await post('short', 'image/jpeg', 'out/elsewhere.jpg')).status).toBe(403);
      expect((await post('short', 'image/jpeg')).status).toBe(201);
      expect((await made.keys('in/')).sort()).toEqual(['in/by-put.jpg', 'in/of the other.jpg']);
      expect(await textOf('in/of the other.jpg')).toBe('short');
    });

    it('have a page that holds no more than the form', async () => {
      const form = await uploadForm(made.bucket, { key: 'in/"><script>.jpg', lifetime: 60, largest: 20, type: null });
      const page = formPage(form);
      expect(page).not.toContain('"><script>');
      expect(page).toContain('value="in/&#34;&#62;&#60;script&#62;.jpg"');
      expect(page).not.toContain(server.secretAccessKey);
    });

    it('are not made where nothing may be changed, nor outside the own folder', async () => {
      const readOnly = openAs(made.name, server, { readOnly: true, prefixes: ['own/'] });
      const link = (key: string) => writeLink(readOnly.bucket, key, { lifetime: 60, contentType: null });
      await expect(link('own/a')).rejects.toMatchObject({ kind: 'read-only' });
      const read = (key: string) => readLink(readOnly.bucket, key, { lifetime: 60, downloadAs: null, versionId: null });
      await expect(read('other/a')).rejects.toMatchObject({ kind: 'prefix-locked' });
      expect((await read('own/a')).url).toContain('own/a');
      readOnly.close();
    });
  });

  async function textOf(Key: string): Promise<string> {
    const { Body } = await made.s3.send(new GetObjectCommand({ Bucket: made.name, Key }));
    return (await Body?.transformToString()) ?? '';
  }
});

function grants({ acl }: ObjectDetails): unknown[] {
  return acl.known ? acl.value.grants : [];
}

/** fetch would resolve the dots of a key. */
async function rawGet(url: string): Promise<string> {
  const http = await import('node:http');
  const [, host = '', port = '', path = ''] = /^http:\/\/([^:/]+):(\d+)(.*)$/s.exec(url) ?? [];
  return await new Promise((resolve, reject) => {
    http
      .get({ host, port, path }, (answer) => {
        let text = '';
        answer.on('data', (bytes: Buffer) => (text += bytes.toString())).on('end', () => resolve(text));
      })
      .on('error', reject);
  });
}

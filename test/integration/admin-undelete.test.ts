/** What is deleted and kept, on a real store: found whoever deleted it, and brought back byte for byte. */
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { deletedPage } from '../../electron/admin/delete/deleted.ts';
import { undelete } from '../../electron/admin/delete/undelete.ts';
import { asSidelineError } from '../../shared/errors.ts';
import { openAdminBucket, openAs, type AdminBucket } from '../servers/admin-bucket.ts';
import { failureOf } from '../servers/failure.ts';

const ceph = inject('ceph');
const { signal } = new AbortController();
const all = { after: null, most: 1000, mostRead: Infinity };

describe.skipIf(ceph === null)('what is deleted and kept', { timeout: 60_000 }, () => {
  let store: AdminBucket;
  let failures: { key: string; kind: string }[];
  let done: number;
  let back: string[];

  const report = {
    total: () => undefined,
    done: (count: number) => void (done += count),
    failed: (key: string, error: unknown) => void failures.push({ key, kind: asSidelineError(error).kind }),
  };
  const deps = () => ({ bucket: store.bucket, onChange: (keys: readonly string[]) => void back.push(...keys) });

  beforeEach(async () => {
    if (ceph === null) return;
    store = await openAdminBucket(ceph);
    [failures, done, back] = [[], 0, []];
    await store.s3.send(
      new PutBucketVersioningCommand({ Bucket: store.name, VersioningConfiguration: { Status: 'Enabled' } }),
    );
  });
  afterEach(() => {
    store.close();
    store.s3.destroy();
  });

  const put = (Key: string, Body = `this is ${Key}`) =>
    store.s3.send(new PutObjectCommand({ Bucket: store.name, Key, Body }));
  const remove = (Key: string) => store.s3.send(new DeleteObjectCommand({ Bucket: store.name, Key }));

  it('is found below a prefix, in several looks as well, and all of it comes back', async () => {
    const keys = Array.from({ length: 60 }, (_, at) => `day 1/IMG_${String(at).padStart(3, '0')}.jpg`);
    const others = ['day 10/a.jpg', 'kept.txt', 'day 1/ü <b>&\u202e.txt'];
    await Promise.all([...keys, ...others].map((key) => put(key)));
    const before = await store.hashes();
    const gone = [...keys, 'day 1/ü <b>&\u202e.txt'];
    await store.s3.send(
      new DeleteObjectsCommand({ Bucket: store.name, Delete: { Objects: gone.map((Key) => ({ Key })) } }),
    );
    await remove('day 10/a.jpg');

    const whole = await deletedPage(store.bucket, { ...all, prefix: 'day 1/' }, signal);
    expect(whole).toMatchObject({ next: null });
    expect(whole.objects.map(({ key }) => key)).toEqual([...keys, 'day 1/ü <b>&\u202e.txt']);
    expect(whole.objects[0]).toMatchObject({ size: 'this is day 1/IMG_000.jpg'.length });

    const found: string[] = [];
    for (let after: string | null = null; ;) {
      const page = await deletedPage(store.bucket, { prefix: '', after, most: 25, mostRead: 40 }, signal);
      found.push(...page.objects.map(({ key }) => key));
      if (page.next === null) break;
      after = page.next;
    }
    expect(found).toEqual([...gone, 'day 10/a.jpg']);

    await undelete(deps(), { prefix: 'day 1/', marks: null, only: null }, report, signal);
    expect({ done, failures, back: back.length }).toEqual({ done: gone.length, failures: [], back: gone.length });
    before.delete('day 10/a.jpg');
    expect(await store.hashes()).toEqual(before);
  });

  it('comes back one by one, and what is newer is left alone', async () => {
    await Promise.all(['a', 'b', 'c'].map((key) => put(key)));
    await Promise.all(['a', 'b', 'c'].map(remove));
    const { objects } = await deletedPage(store.bucket, { ...all, prefix: '' }, signal);
    await put('b', 'newer');
    const newer = await store.hashes();
    const marks = objects.filter(({ key }) => key !== 'c').map(({ key, markerId }) => ({ key, markerId }));
    await undelete(deps(), { prefix: '', marks, only: null }, report, signal);
    expect(failures).toEqual([{ key: 'b', kind: 'object-newer' }]);
    expect(back).toEqual(['a']);
    expect(await store.keys()).toEqual(['a', 'b']);
    expect((await store.hashes()).get('b')).toBe(newer.get('b'));
  });

  it('is not touched over a connection that is read-only', async () => {
    if (ceph === null) return;
    await put('a');
    await remove('a');
    const { objects } = await deletedPage(store.bucket, { ...all, prefix: '' }, signal);
    const marks = objects.map(({ key, markerId }) => ({ key, markerId }));
    const reader = openAs(store.name, ceph, { readOnly: true });
    const order = { prefix: '', marks, only: null };
    const error = await failureOf(undelete({ ...deps(), bucket: reader.bucket }, order, report, signal));
    reader.close();
    expect(asSidelineError(error).kind).toBe('read-only');
    expect(await store.keys()).toEqual([]);
  });
});

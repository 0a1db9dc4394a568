/** A destination that keeps its users to their own folder, and a connection to read only: in every action, of window and terminal. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Core } from '../../electron/app/core.ts';
import { destinationRulesSchema } from '../../shared/destination.ts';
import { asSidelineError } from '../../shared/errors.ts';
import type { CallInput } from '../../shared/ipc.ts';
import { openAdminBucket, type AdminBucket } from '../servers/admin-bucket.ts';
import { openTestCore } from '../servers/app-core.ts';
import { runSideline } from '../servers/sideline.ts';
import { newFolder } from '../servers/tree.ts';

const ceph = inject('ceph');
/** their own folder is u/7/ */
const rules = destinationRulesSchema.parse({
  ...{ name: 'Mine', prefix: 'u', keyTemplate: '{user_id}/{name}' },
  ...{ fields: { user_id: '7' }, ownFolderOnly: true },
});
const mend = { mend: 'abort-uploads', days: 7 } as const;
const [own, other] = ['u/7/a.jpg', 'u/8/a.jpg'];

describe.skipIf(ceph === null)('what is fenced off', { timeout: 60_000 }, () => {
  let store: AdminBucket;
  let folder: string;
  let core: Core;
  let before: Map<string, string>;
  const ids = { locked: 0, readOnly: 0, terminal: 0 };

  beforeAll(async () => {
    if (ceph === null) return;
    store = await openAdminBucket(ceph);
    const { s3, name } = store;
    await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }));
    for (const Key of [own, other]) await s3.send(new PutObjectCommand({ Bucket: name, Key, Body: Key }));
    before = await store.hashes();
    folder = await newFolder();
    await mkdir(path.join(folder, 'here'));
    core = openTestCore(path.join(folder, 'data'), {
      askWhere: () => Promise.resolve(path.join(folder, 'here', 'x')),
      choose: () => Promise.resolve([path.join(folder, 'here')]),
    });
    await core.start({ practice: false });
    const { endpoint, region, accessKeyId, secretAccessKey } = ceph;
    const config = { endpoint, region, bucket: name, pathStyle: true, credentials: { from: 'stored' } } as const;
    const draft = { id: null, secret: { accessKeyId, secretAccessKey } };
    const save = async (more: Pick<CallInput<'connections.save'>, 'name' | 'config' | 'secret'>) =>
      (await core.handlers['connections.save']({ ...draft, ...more })).id;
    ids.locked = await save({ ...draft, name: 'Locked', config });
    ids.readOnly = await save({ ...draft, name: 'Read', config: { ...config, readOnly: true } });
    ids.terminal = await save({
      ...{ name: 'Terminal', secret: null },
      config: { ...config, credentials: { from: 'chain', profile: null } },
    });
    await core.handlers['destinations.save']({
      destinations: [ids.locked, ids.terminal].map((connectionId) => ({
        ...{ id: null, connectionId, rules: { ...rules, name: `Mine ${connectionId}` } },
      })),
    });
  });
  afterAll(async () => {
    if (ceph === null) return;
    await core.close();
    store.close();
    store.s3.destroy();
    await rm(folder, { recursive: true });
  });

  /** Every call that looks at, or changes, what is under a key. */
  const calls = (connectionId: number, key: string, versionId = 'null') => {
    const { handlers } = core;
    const prefix = key.slice(0, key.lastIndexOf('/') + 1);
    const at = { connectionId, key };
    const named = { connectionId, keys: [key], prefixes: [prefix] };
    const change = { headers: { contentType: 'text/plain' }, tags: { a: 'b' }, acl: 'public-read' } as const;
    const copy = { chosen: named, overwrite: true, access: false };
    const looking = {
      'browse.open': () => handlers['browse.open']({ connectionId, prefix, search: null }),
      'browse.count': () => handlers['browse.count']({ connectionId, prefix }),
      'objects.details': () => handlers['objects.details']({ ...at, versionId: null }),
      'objects.saveVersion': () => handlers['objects.saveVersion']({ ...at, versionId: 'null' }),
      'previews.open': () => handlers['previews.open']({ ...at, versionId: null }),
      'previews.outside': () => handlers['previews.outside']({ ...at, versionId: null }),
      'links.read': () => handlers['links.read']({ ...at, lifetime: 60, downloadAs: null, versionId: null }),
      'deletions.deleted': () => handlers['deletions.deleted']({ connectionId, prefix, after: null }),
      'downloads.start': () => handlers['downloads.start']({ chosen: named, overwrite: false }),
    };
    const changing = {
      'objects.change': () => handlers['objects.change']({ ...at, change }),
      'objects.restore': () => handlers['objects.restore']({ ...at, versionId }),
      'links.write': () => handlers['links.write']({ ...at, lifetime: 60, contentType: null }),
      'links.form': () =>
        handlers['links.form']({ connectionId, limits: { key, lifetime: 60, largest: 10, type: null } }),
      'deletions.survey of objects': () =>
        handlers['deletions.survey']({ connectionId, target: { what: 'objects', keys: [key], prefixes: [] } }),
      'deletions.survey of a folder': () =>
        handlers['deletions.survey']({ connectionId, target: { what: 'objects', keys: [], prefixes: [prefix] } }),
      'deletions.survey of old versions': () =>
        handlers['deletions.survey']({ connectionId, target: { what: 'old-versions', keys: [], prefixes: [prefix] } }),
      'deletions.survey of versions': () =>
        handlers['deletions.survey']({
          connectionId,
          target: { what: 'versions', versions: [{ key, versionId: 'x' }] },
        }),
      'deletions.bringBack': () => handlers['deletions.bringBack']({ connectionId, prefix, marks: null }),
      'objects.copy': () => handlers['objects.copy']({ ...copy, to: { connectionId, prefix: `${prefix}new/` } }),
      'objects.move': () => handlers['objects.move']({ ...copy, to: { connectionId, prefix: `${prefix}new/` } }),
      'objects.rename': () => handlers['objects.rename']({ connectionId, from: key, to: `${key}.x`, overwrite: true }),
      'objects.newFolder': () => handlers['objects.newFolder']({ connectionId, prefix, name: 'new' }),
      'bucketCheck.preview': () => handlers['bucketCheck.preview']({ connectionId, mend }),
    };
    return { looking, changing };
  };

  async function kindsOf(all: Record<string, () => unknown>): Promise<Record<string, string>> {
    const kinds: Record<string, string> = {};
    for (const [name, call] of Object.entries(all)) {
      const failed = await Promise.resolve()
        .then(call)
        .then(
          () => 'done',
          (error: unknown) => asSidelineError(error).kind,
        );
      kinds[name] = failed;
    }
    return kinds;
  }
  const all = (names: object, kind: string) => Object.fromEntries(Object.keys(names).map((name) => [name, kind]));

  it('is neither seen nor changed outside the own folder, whatever is asked for', async () => {
    const { looking, changing } = calls(ids.locked, other);
    expect(await kindsOf(looking)).toEqual(all(looking, 'prefix-locked'));
    expect(await kindsOf(changing)).toEqual(all(changing, 'prefix-locked'));
    const across = {
      'browse.buckets': () => core.handlers['browse.buckets']({ connectionId: ids.locked }),
      'browse.useBucket': () => core.handlers['browse.useBucket']({ connectionId: ids.locked, bucket: 'another' }),
      'objects.rename': () =>
        core.handlers['objects.rename']({ connectionId: ids.locked, from: own, to: 'u/8/b.jpg', overwrite: false }),
      'objects.copy': () =>
        core.handlers['objects.copy']({
          ...{ chosen: { connectionId: ids.locked, keys: [own], prefixes: [] }, overwrite: false, access: false },
          to: { connectionId: ids.locked, prefix: 'u/8/' },
        }),
    };
    expect(await kindsOf(across)).toEqual(all(across, 'prefix-locked'));
    expect(await store.hashes()).toEqual(before);
  });

  it('is not changed over a connection to read only', async () => {
    const { VersionId = '' } = await store.s3.send(new HeadObjectCommand({ Bucket: store.name, Key: own }));
    const changing = {
      ...calls(ids.readOnly, own, VersionId).changing,
      async 'bucketCheck.preview'() {
        const { id } = await core.handlers['bucketCheck.preview']({ connectionId: ids.readOnly, mend });
        await core.handlers['bucketCheck.apply']({ previewId: id });
      },
    };
    expect(await kindsOf(changing)).toEqual(all(changing, 'read-only'));
    expect(await store.hashes()).toEqual(before);
  });

  it('is fenced off in the terminal too', async () => {
    const env = { ...store.env(), SIDELINE_DATA_DIR: path.join(folder, 'data') };
    const here = path.join(folder, 'here');
    const run = (...args: string[]) => runSideline([...args, '--connection', 'Terminal'], env);
    for (const args of [
      ['ls', 'u/8/'],
      ['ls', ''],
      ['stat', other],
      ['get', other, '--to', here],
      ['get', '-r', 'u/', '--to', here],
      ['link', other],
      ['link', other, '--upload'],
      ['cp', own, 'u/8/b.jpg'],
      ['cp', other, 'u/7/b.jpg'],
      ['mv', other, 'u/7/b.jpg'],
      ['rm', '--yes', other],
      ['rm', '--yes', '-r', 'u'],
      ['rm', '--yes', '--versions', '-r', ''],
      ['check', '--fix', 'versioning', '--yes'],
    ]) {
      const { code, stdout, stderr } = await run(...args);
      expect([args, code === 0, stdout + stderr]).toEqual([args, false, expect.stringContaining('own folder')]);
    }
    // What is unfinished elsewhere is not even listed.
    await store.s3.send(new CreateMultipartUploadCommand({ Bucket: store.name, Key: other }));
    expect((await run('sweep', '--yes', '--older-than', '0s')).stdout).toBe('There are no unfinished uploads.\n');
    expect(await store.uploadsLeft()).toEqual([other]);
    expect(await store.hashes()).toEqual(before);
  });
});

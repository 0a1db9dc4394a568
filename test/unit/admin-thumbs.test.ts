/** Small pictures of objects that are scrolled past and come back: what is given up takes nothing from what is made anew. */
import { rm, writeFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createThumbs } from '../../electron/admin/preview/thumbs.ts';
import type { ImagePreparer } from '../../electron/engine/prepare/prepare-images.ts';
import { createAgents } from '../../electron/storage/agents.ts';
import { bucketOf } from '../servers/fetching.ts';
import { noise } from '../servers/pictures.ts';
import { seededRandom } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';

const random = seededRandom('admin-thumbs');
const agents = createAgents({});

describe('small pictures', () => {
  let folder: string;
  let store: http.Server;
  let endpoint: string;
  let photo: Buffer;

  beforeEach(async () => {
    folder = await newFolder();
    photo = await noise(random, 64, 64).png().toBuffer();
    store = http.createServer((_request, response) => {
      response.writeHead(200, { 'content-length': photo.length, etag: '"e"' }).end(photo);
    });
    await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
    const address = store.address();
    endpoint = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  });
  afterEach(async () => {
    store.closeAllConnections();
    store.close();
    await rm(folder, { recursive: true });
  });

  it('are made anew where one that was given up is still ending', async () => {
    const bucket = bucketOf({ endpoint, region: 'r', accessKeyId: 'a', secretAccessKey: 's' }, 'media', agents);
    const begun = Promise.withResolvers<undefined>();
    let calls = 0;
    /** The first is killed when nobody wants it any more, which takes a moment, as a process does. */
    const prepare: ImagePreparer['prepare'] = async ({ source, outputs }, signal) => {
      if (++calls === 1) {
        begun.resolve(undefined);
        await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
        await sleep(100);
        throw signal?.reason;
      }
      await sleep(200);
      for (const { target } of outputs) await writeFile(target, await readFile(source));
      return { outputs: outputs.map(() => ({ made: true })) } as unknown as Awaited<
        ReturnType<ImagePreparer['prepare']>
      >;
    };
    const thumbs = createThumbs({
      ...{ images: { prepare }, decode: null, stills: null, folder: path.join(folder, 'thumbs') },
      ...{ derived: () => null, onTrouble: () => undefined },
    });
    const object = { key: 'a.png', etag: 'e', size: photo.length };
    const passing = new AbortController();
    const past = thumbs.file(bucket, object, passing.signal).catch(() => null);
    await begun.promise;
    passing.abort(new Error('scrolled past'));
    const file = await thumbs.file(bucket, object, new AbortController().signal);
    expect(await past).toBeNull();
    expect(await readFile(file)).toEqual(photo);
  });
});

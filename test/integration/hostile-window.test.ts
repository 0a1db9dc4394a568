/**
 * A window that was taken over: what its page can make of the real handlers by any message. Nothing but typed errors comes back,
 * nothing is written outside of the data folder, nothing outside of it is opened, and no dialog is answered for the person.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Core } from '../../electron/app/core.ts';
import { answerCall, answerDrop } from '../../electron/ipc/serve.ts';
import { errorKinds } from '../../shared/errors.ts';
import { calls, type Answer, type CallName } from '../../shared/ipc.ts';
import { openTestCore } from '../servers/app-core.ts';
import { startDiscardServer, type DiscardServer } from '../servers/discard-server.ts';
import { hostileValue, mutated } from '../servers/hostile.ts';
import { seededRandom, type Random } from '../servers/random.ts';
import { newFolder } from '../servers/tree.ts';
import { validInputs } from '../servers/valid-inputs.ts';

const names = Object.keys(calls) as CallName[];
const messages = 2000;
/** ms: what waits for a dialog, or for a host that is not there, answers later or never */
const patience = 150;
const atOnce = 20;

const answerSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), output: z.unknown() }),
  z.strictObject({
    ok: z.literal(false),
    error: z.strictObject({
      kind: z.enum(errorKinds),
      name: z.string().regex(/^[A-Z0-9_]+$/),
      message: z.string().min(1).max(4000),
    }),
  }),
]);

interface Asked {
  dialogs: number;
  opened: string[];
  revealed: string[];
  urls: string[];
}

describe('a window that sends anything', { timeout: 240_000 }, () => {
  let folder: string;
  let data: string;
  let store: DiscardServer;
  let core: Core;
  const asked: Asked = { dialogs: 0, opened: [], revealed: [], urls: [] };
  const never = () => {
    asked.dialogs += 1;
    return new Promise<never>(() => undefined);
  };

  beforeAll(async () => {
    folder = await newFolder();
    data = path.join(folder, 'data');
    await mkdir(path.join(folder, 'footage'));
    for (const name of ['a.jpg', 'b.mp4']) await writeFile(path.join(folder, 'footage', name), name.repeat(500));
    await mkdir(path.join(folder, 'home'));
    store = await startDiscardServer();
    core = openTestCore(data, {
      env: { HOME: path.join(folder, 'home') },
      // Wherever a message points to, nobody is there.
      resolveProxy: (url) => Promise.resolve(url.startsWith(store.endpoint) ? 'DIRECT' : 'PROXY 127.0.0.1:9'),
      choose: never,
      askWhere: never,
      openPath: (file) => (asked.opened.push(file), Promise.resolve('')),
      reveal: (file) => void asked.revealed.push(file),
      openUrl: (url) => (asked.urls.push(url), Promise.resolve()),
    });
    await core.start({ practice: false });
    await withUploads();
  });
  afterAll(async () => {
    await store.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** So that the ids of the messages mean something. */
  async function withUploads(): Promise<void> {
    const { endpoint, region, bucket, accessKeyId, secretAccessKey } = store;
    const config = { endpoint, region, bucket, pathStyle: true, credentials: { from: 'stored' as const } };
    for (const name of ['One', 'Two', 'Three']) {
      const draft = { id: null, name, config, secret: { accessKeyId, secretAccessKey } };
      await core.handlers['connections.save'](calls['connections.save'].input.parse(draft));
    }
    await core.handlers['destinations.save'](
      calls['destinations.save'].input.parse({
        destinations: [1, 2, 3].map((connectionId) => ({
          id: null,
          connectionId,
          rules: { name: `To ${connectionId}` },
        })),
      }),
    );
    const { id } = core.offers.add([path.join(folder, 'footage')]);
    await core.handlers['offers.start'](
      calls['offers.start'].input.parse({
        ...{ offerId: id, details: {} },
        placement: { to: 'connection', connectionId: 1, prefix: '' },
      }),
    );
    await vi.waitUntil(() => store.stats().objects === 2, { timeout: 20_000 });
  }

  function messageFor(random: Random, name: CallName): unknown {
    const valid = random.pick<unknown>(validInputs[name]);
    const kind = random.below(8);
    if (kind === 0) return hostileValue(random);
    return kind < 4 ? valid : mutated(random, valid);
  }

  it(`answers ${messages} messages with what it has or with typed errors, and touches nothing of the person's`, async () => {
    const random = seededRandom('hostile window');
    const untouched = await contentsOf(folder);
    const wrong: string[] = [];
    const late: Promise<void>[] = [];
    const log = { warn: () => undefined, error: (details: unknown) => void wrong.push(internalWords(details)) };
    const judge = (name: string, answer: Answer<unknown>) => {
      const parsed = answerSchema.safeParse(answer);
      if (!parsed.success) wrong.push(`${name}: ${parsed.error.message}`);
    };
    let answered = 0;
    for (let count = 0; count < messages; count++) {
      const name = random.pick(names);
      const answering =
        random.below(40) === 0
          ? answerDrop((paths) => core.offers.add(paths), hostileValue(random), log)
          : answerCall(core.handlers, name, messageFor(random, name), log);
      const judged = answering.then((answer) => {
        answered += 1;
        judge(name, answer);
      });
      late.push(judged);
      if (count % atOnce === 0) await Promise.race([Promise.all(late.slice(-atOnce)), sleep(patience)]);
    }
    await Promise.race([Promise.all(late), sleep(5000)]);
    expect(answered).toBeGreaterThan(messages * 0.8);
    const found = [...new Set(wrong)]; // what the end of the app cuts off is no answer
    await core.close();
    expect(found).toEqual([]);
    expect(asked.dialogs).toBeGreaterThan(0);

    expect(await contentsOf(folder)).toEqual(untouched);
    for (const file of asked.opened) expect(isIn(data, file), file).toBe(true);
    for (const file of asked.revealed) expect(isIn(folder, file), file).toBe(true);
    for (const url of asked.urls) expect(url).toMatch(/^https?:\/\//);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
  });

  /** Of all that is beside the data folder, by the path from `root`. */
  async function contentsOf(root: string): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (isIn(data, file)) continue;
      found[path.relative(root, file)] = entry.isFile() ? await readFile(file, 'utf8') : '';
    }
    return found;
  }
});

function isIn(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}

function internalWords(details: unknown): string {
  const { call, error } = details as { call: string; error: { cause?: unknown } };
  const { cause } = error;
  return `${call}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`;
}

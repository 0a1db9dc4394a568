/** 100,000 files in the real window: what they cost while they are found and sent, and while a person scrolls and filters. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ElectronApplication, Page } from 'playwright';
import { z } from 'zod';
import { stateFilterNames } from '../../../shared/states.ts';
import { uploads } from '../../../shared/strings/uploads.ts';
import { launchApp } from '../launch.ts';
import { callFrom, drop } from '../person.ts';
import { longTasks, quietest, scroll, watchLongTasks } from './long-tasks.ts';
import { spawnDiscardServer, type DiscardAddress } from '../../servers/discard-server.ts';
import { writeManyFiles } from '../../servers/tree.ts';

const readingSchema = z.object({
  /** of main's event loop at p99, and at worst. ms */
  delay: z.number(),
  longest: z.number(),
  messages: z.record(z.string(), z.number()),
});
type Reading = z.infer<typeof readingSchema>;

export interface LargeBatch {
  files: number;
  /** main's event loop at p99: of the look before the start, of the worst second of each kind, and while a person uses the list. ms */
  delay: { looking: number; scanning: number; uploading: number; using: number };
  /** messages between the processes in the busiest second of scanning and uploading, nobody touching the window */
  messages: number;
  /**
   * Tasks over 50 ms in the renderer while a person scrolls and filters, ms each: when all is sent, and while the engine, the
   * server and whoever else have the processor too. Then a task on the clock holds their turns: `ownUploading` is of the
   * processor time that the renderer's tasks took themselves.
   */
  longTasks: { atRest: number[]; uploading: number[]; ownUploading: number[] };
}

/** The app with the tape. */
export const measured = path.join(import.meta.dirname, 'measured-app.mjs');

/** Files go to a server that throws them away, as fast as they can. */
export async function measureLargeBatch(files: number): Promise<LargeBatch> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-window-'));
  const server = await spawnDiscardServer();
  const event = path.join(folder, 'event');
  await writeManyFiles(event, files);
  const launched = await launchApp({ dataDir: path.join(folder, 'data'), entry: measured });
  try {
    const { app, window } = launched;
    await connectTo(window, server);
    await watchLongTasks(window);
    const read = () => readTape(app);
    await read();
    const looking = await throughDialog(window, event, files, read);
    const worked = await work(window, read, files);
    await longTasks(window);
    await onTape(app, 'beginTrace');
    const using = await use(window, read);
    const whileUploading = await longTasks(window);
    const ownUploading = z.array(z.number()).parse(await onTape(app, 'endTrace'));
    await allSent(window, files);
    return {
      files,
      delay: { looking: looking.delay, ...worked.delay, using: using.delay },
      messages: worked.messages,
      longTasks: {
        atRest: await quietest(async () => {
          await longTasks(window);
          await use(window, read);
          return await longTasks(window);
        }),
        uploading: whileUploading,
        ownUploading,
      },
    };
  } finally {
    await launched.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

export async function connectTo(window: Page, server: DiscardAddress): Promise<void> {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = server;
  await callFrom(window, 'connections.save', {
    id: null,
    name: 'Bench',
    config: { endpoint, region, bucket, pathStyle: true, credentials: { from: 'stored' } },
    secret: { accessKeyId, secretAccessKey },
  });
}

async function readTape(app: ElectronApplication): Promise<Reading> {
  return readingSchema.parse(await onTape(app, 'read'));
}

type Tape = Record<'read' | 'beginTrace' | 'endTrace', () => unknown>;

export function onTape(app: ElectronApplication, what: keyof Tape): Promise<unknown> {
  return app.evaluate((_, called) => (globalThis as unknown as { tape: Tape }).tape[called](), what);
}

/** Drops the folder, waits until it has been looked through, and starts it. Gives the reading of the look. */
async function throughDialog(window: Page, event: string, files: number, read: () => Promise<Reading>) {
  await drop(window, [event]);
  const dialog = window.getByRole('dialog');
  await dialog.getByText(files.toLocaleString('en-US')).first().waitFor({ timeout: 60_000 });
  const looking = await read();
  await dialog.getByRole('button', { name: 'Start upload' }).click();
  await dialog.waitFor({ state: 'hidden' });
  return looking;
}

/** Seconds of uploading that are watched before the person touches the window. */
const untouchedSeconds = 4;

async function work(window: Page, read: () => Promise<Reading>, files: number) {
  const delay = { scanning: 0, uploading: 0 };
  let messages = 0;
  let uploading = 0;
  while (uploading < untouchedSeconds) {
    await sleep(1000);
    const reading = await read();
    const { scanning, done } = await state(window);
    const stretch = scanning ? 'scanning' : 'uploading';
    if (!scanning) uploading += 1;
    delay[stretch] = Math.max(delay[stretch], reading.delay);
    messages = Math.max(messages, count(reading));
    if (done === files) throw new Error(`all ${files} files were sent before anything could be measured: take more`);
  }
  return { delay, messages };
}

/** Of what the page itself sent and got, this bench's own question aside. */
function count({ messages }: Reading): number {
  return Object.values(messages).reduce((sum, one) => sum + one, 0) - (messages['call uploads.progress'] ?? 0);
}

async function state(window: Page) {
  const { batches, totals } = await callFrom(window, 'uploads.progress', {});
  return { scanning: batches.some((batch) => batch.scanning), done: totals.done.files };
}

/** What a person does with a long list: the wheel, the keyboard, every filter, a search. */
async function use(window: Page, read: () => Promise<Reading>): Promise<Reading> {
  await read();
  await scroll(window, '.transfer-grid');
  for (const filter of stateFilterNames) {
    await window.getByRole('radio', { name: new RegExp(`^${uploads.list.filters[filter]}`) }).click();
    await sleep(300);
  }
  await window.getByRole('radio', { name: new RegExp(`^${uploads.list.filters.all}`) }).click();
  await scroll(window, '.transfer-grid');
  await window.getByRole('searchbox', { name: uploads.list.search }).pressSequentially('card 17/IMG_4', { delay: 60 });
  await sleep(500);
  await scroll(window, '.transfer-grid');
  await window.getByRole('searchbox', { name: uploads.list.search }).clear();
  await sleep(500);
  return await read();
}

/** And drawn, and the window has come to rest. */
async function allSent(window: Page, files: number): Promise<void> {
  while ((await state(window)).done < files) await sleep(250);
  await sleep(1000);
}

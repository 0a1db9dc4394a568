/** A folder over a backend, by the terminal command, which then holds no key: the reference backend, over the practice bucket. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Narrator } from '../electron/practice/narrator.ts';
import type { PracticeBucket } from '../electron/practice/practice-bucket.ts';
import type { SampleEvent } from '../electron/practice/sample-event.ts';
import { practiceEnvironment } from '../electron/practice/environment.ts';
import { formatCount } from '../shared/format.ts';
import { startBroker, type Broker } from '../test/servers/broker/broker.ts';

const commandLine = path.join(import.meta.dirname, '..', 'electron', 'cli.ts');
/** of the event: small, and with the names that people give */
const sentFolder = 'Best of';

export interface OverBackendOptions {
  practice: PracticeBucket;
  event: SampleEvent;
  narrator: Narrator;
  /** of the command; made anew */
  dataFolder: string;
}

/** Resolves with whether every file of the folder is in the bucket, equal, and told as complete. */
export async function uploadOverBackend({
  practice,
  event,
  narrator,
  dataFolder,
}: OverBackendOptions): Promise<boolean> {
  const folder = path.join(event.folder, sentFolder);
  const step = narrator.step(`Uploading "${sentFolder}" over a backend that hands out forms: no keys on this side`);
  const user = { username: 'coach', password: randomBytes(12).toString('hex') };
  const backend = await startBroker({ storage: practice, users: [user] });
  try {
    await rm(dataFolder, { recursive: true, force: true });
    const run = (args: string[]) => runCommand([...args, '--data-dir', dataFolder], practice, user.password);
    const kind = ['--broker', 'upload-module', '--url', backend.url, '--sign-in', user.username];
    const said =
      (await run(['connection', 'add', 'team', ...kind])) ?? (await run(['upload', folder, '--connection', 'team']));
    const files = (await readdir(folder)).length;
    const equal = await equalFiles(backend, practice, folder);
    step.done(`${equal} of ${formatCount(files, 'file', 'files')} over a backend are equal, byte for byte.`);
    if (said !== null) narrator.say(said);
    return said === null && equal === files;
  } finally {
    await backend.stop();
  }
}

/** null: it ended with 0; else what it said. */
function runCommand(args: readonly string[], practice: PracticeBucket, password: string): Promise<string | null> {
  // The keys of the bucket are the backend's: the command gets none of them.
  const others = Object.entries(practiceEnvironment(practice)).filter(([name]) => !/^(AWS|SIDELINE)_/.test(name));
  const child = spawn(process.execPath, [commandLine, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(others), SIDELINE_BROKER_PASSWORD: password },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0 ? null : said.trim() || `It ended with ${String(code)}.`));
  });
}

/** How many files have a record that says they are complete, and an object that is they. */
async function equalFiles(backend: Broker, practice: PracticeBucket, folder: string): Promise<number> {
  const complete = backend.records().uploads.filter(({ status }) => status === 'complete');
  let equal = 0;
  for (const file of await readdir(folder)) {
    const record = complete.find(({ name }) => name === file.normalize('NFC')); // as keys are
    if (record === undefined) continue;
    const there = await readFile(path.join(practice.folder, ...record.key.split('/')));
    if (there.equals(await readFile(path.join(folder, file)))) equal++;
  }
  return equal;
}

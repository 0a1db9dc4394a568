/**
 * Preparing and uploading at the same time: photos of 12 megapixels made 2,048 pixels large on their way to a destination, over
 * a line that takes as long for the results as making them takes, which is when a program that does the one after the other
 * loses most.
 *
 *   node test/bench/overlap.ts [RUNS] [PHOTOS]
 *
 * or `npm run bench -- --only overlap`. Preparing alone, uploading alone (of what was prepared, over the same line) and both
 * take turns; times are those of the work. The goal: both take at most 1.2 times the longer of the two.
 */
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { spawnDiscardServer, type SpawnedDiscardServer } from '../servers/discard-server.ts';
import { nodeOptions } from '../servers/node-options.ts';
import { writePhotos } from './files.ts';
import { measure, type Command } from './measure.ts';
import { judged, median } from './report.ts';

const [runs = 3, photos = 100] = process.argv.slice(2).map(Number);

interface Seconds {
  preparing: number;
  uploading: number;
  both: number;
}

function script(name: string, args: readonly (string | number)[], env: Command['env'] = process.env): Command {
  const file = path.join(import.meta.dirname, name);
  return { program: process.execPath, args: [...nodeOptions(), file, ...args.map(String)], env };
}

async function workOf(command: Command): Promise<number> {
  const { work } = await measure(command);
  if (work === null) throw new Error('it did not say how long it took');
  return work;
}

async function bytesIn(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map(async (name) => (await stat(path.join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function once(server: SpawnedDiscardServer, from: string, scratch: string): Promise<Seconds> {
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: server.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
    AWS_REGION: server.region,
  };
  const upload = async (what: string, rate: number, prepared: 'prepared' | 'as-it-is') => {
    const before = (await server.stats()).objects;
    const data = await mkdtemp(path.join(scratch, 'data-'));
    const seconds = await workOf(
      script('client-overlap.ts', [what, data, server.endpoint, server.bucket, Math.round(rate), prepared], env),
    );
    const arrived = (await server.stats()).objects - before;
    if (arrived !== photos) throw new Error(`${arrived} of ${photos} arrived`);
    return seconds;
  };
  const made = path.join(scratch, 'made');
  await mkdir(made);
  const preparing = await workOf(script('client-images.ts', [from, made]));
  const rate = (await bytesIn(made)) / preparing;
  const uploading = await upload(made, rate, 'as-it-is');
  const both = await upload(from, rate, 'prepared');
  await rm(made, { recursive: true });
  return { preparing, uploading, both };
}

const scratch = await mkdtemp(path.join(os.tmpdir(), 'sideline-bench-'));
const server = await spawnDiscardServer();
try {
  const from = path.join(scratch, 'photos');
  await writePhotos(from, photos);
  const all: Seconds[] = [];
  for (let run = 1; run <= runs; run++) {
    const seconds = await once(server, from, scratch);
    all.push(seconds);
    const shown = Object.entries(seconds).map(([name, value]) => `${name} ${(value as number).toFixed(2)} s`);
    console.log(`  overlap ${run}/${runs} ${shown.join(', ')}`);
  }
  const ratio = median(all.map(({ preparing, uploading, both }) => both / Math.max(preparing, uploading)));
  console.log(`\n${photos} photos of 12 MP prepared and uploaded (median of ${runs})`);
  console.log(judged('overlap: both / the longer of the two alone', `${ratio.toFixed(2)} x`, '<= 1.2', ratio <= 1.2));
} finally {
  await server.stop();
  await rm(scratch, { recursive: true, force: true });
}

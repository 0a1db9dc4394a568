/**
 * Photos of 12 megapixels made 2,048 pixels large, by Sideline and by vipsthumbnail, two at once:
 *
 *   node test/bench/images.ts [RUNS] [PHOTOS]
 *
 * or `npm run bench -- --only images`. vipsthumbnail is of the same library, in the version that the system has. It is given
 * one photo at a time, as the preparer is, which is what the goal is about; and 25 at a time, as nobody can who does not have
 * them all. Times are those of whole processes, from start to exit, with all they start.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ensureBuilt } from '../../scripts/build-app.ts';
import { ensureElectron } from '../runtime/electron.ts';
import { writePhotos } from './files.ts';
import { measure, type Command, type Measured } from './measure.ts';
import { judged, median } from './report.ts';

interface Client {
  name: string;
  command(from: string, to: string): Command;
}

const [runs = 3, photos = 200] = process.argv.slice(2).map(Number);
const oneByOne = 'vipsthumbnail, one by one';
const inLists = 'vipsthumbnail, in lists';

function sideline(name: string, electron?: string): Client {
  const script = path.join(import.meta.dirname, 'client-images.ts');
  const more = electron === undefined ? [] : [electron];
  return {
    name,
    command: (from, to) => ({ program: process.execPath, args: [script, from, to, ...more], env: process.env }),
  };
}

/** `atOnce`: photos that one start of it is given. */
function vipsthumbnail(name: string, atOnce: number): Client {
  const each = `xargs -P 2 -n ${atOnce} vipsthumbnail --size "2048x2048>" -o "$2/%s.jpg[Q=82,strip]"`;
  return {
    name,
    command: (from, to) => ({
      program: 'bash',
      args: ['-c', `ls "$1"/*.jpg | ${each}`, 'bash', from, to],
      env: { ...process.env, VIPS_CONCURRENCY: '1' }, // two threads each are slower, on two cores
    }),
  };
}

async function findClients(): Promise<Client[]> {
  const clients = [sideline('Sideline on Node')];
  if (spawnSync('vipsthumbnail', ['--version']).status === 0)
    clients.push(vipsthumbnail(oneByOne, 1), vipsthumbnail(inLists, 25));
  else console.log('vipsthumbnail is not installed: left out (Debian, Ubuntu: libvips-tools).');
  try {
    const { program } = await ensureElectron(console.log);
    await ensureBuilt(console.log);
    clients.push(sideline('Sideline in Electron', program));
  } catch (error) {
    console.log(`Electron is left out: ${error instanceof Error ? error.message : String(error)}`);
  }
  return clients;
}

async function compare(clients: readonly Client[], scratch: string): Promise<Map<string, Measured[]>> {
  const from = path.join(scratch, 'photos');
  await writePhotos(from, photos);
  const results = new Map<string, Measured[]>(clients.map(({ name }) => [name, []]));
  for (let run = 1; run <= runs; run++) {
    for (const client of clients) {
      const to = path.join(scratch, 'made');
      await mkdir(to);
      const measured = await measure(client.command(from, to));
      const { length } = await readdir(to);
      if (length !== photos) throw new Error(`${client.name}: ${length} of ${photos} were made`);
      await rm(to, { recursive: true });
      results.get(client.name)?.push(measured);
      console.log(`  images ${run}/${runs} ${client.name.padEnd(26)} ${measured.seconds.toFixed(2)} s`);
    }
  }
  return results;
}

function report(results: ReadonlyMap<string, readonly Measured[]>): string[] {
  const rate = (name: string) => photos / median((results.get(name) ?? []).map(({ seconds }) => seconds));
  const lines = [...results].map(([name, measured]) => {
    const cpu = (median(measured.map(({ cpuSeconds }) => cpuSeconds)) / photos) * 1000;
    const peak = Math.max(...measured.map((run) => run.peak ?? NaN)) / 1e6;
    // Of processes that come and go a sum says nothing.
    const memory = name === oneByOne || Number.isNaN(peak) ? '' : `, peak ${peak.toFixed(0)} MB`;
    return `${name.padEnd(26)} ${rate(name).toFixed(1).padStart(6)} images/s ${cpu.toFixed(0).padStart(6)} ms of CPU each${memory}`;
  });
  const ratio = (other: string) => rate('Sideline on Node') / rate(other);
  if (results.has(oneByOne)) {
    const one = ratio(oneByOne);
    lines.push(judged(`images: Sideline / ${oneByOne}`, `${one.toFixed(2)} x`, '>= 1.7', one >= 1.7));
    lines.push(`${`images: Sideline / ${inLists}`.padEnd(46)} ${ratio(inLists).toFixed(2).padStart(6)} x`);
  }
  if (results.has('Sideline in Electron')) {
    const wasm = 1 / ratio('Sideline in Electron');
    lines.push(`${'images: Sideline in Electron / on Node'.padEnd(46)} ${wasm.toFixed(2).padStart(6)} x`);
  }
  return lines;
}

const scratch = await mkdtemp(path.join(os.tmpdir(), 'sideline-bench-'));
try {
  const results = await compare(await findClients(), scratch);
  console.log(`\n${photos} photos of 12 MP to 2,048 pixels (median of ${runs})\n${report(results).join('\n')}`);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

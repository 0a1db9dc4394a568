/**
 * Sideline against other uploaders, in one run on one machine, to a server that discards everything in a process of its own:
 *
 *   npm run bench -- [--only big|small|window|images|overlap|delete] [--runs 3] [--size MIB] [--count FILES]
 *
 * CPU and memory are those of a whole process. Seconds are those of the work: what aws-cli and rclone take from start to
 * exit, and what Sideline's engine (data folder opened, scan, plan, journal, upload, closed) and lib-storage take in a
 * process whose runtime has been started, as it has in the app; the whole process stands beside it. Clients take turns, so
 * that what else the machine does hits all alike, and all find the files in the system's memory. Then how the window feels,
 * which has no rival here, and how fast 10,000 objects are deleted from a real store (left out without Ceph). The ratios come last.
 * Goals that are missed are marked; only what fails to run makes it fail.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { spawnDiscardServer, type SpawnedDiscardServer } from '../servers/discard-server.ts';
import { findClients, type Client } from './clients.ts';
import { readAll, writeBigFile, writeSmallFiles } from './files.ts';
import { measure, type Command } from './measure.ts';
import { ratios, table, type Result, type Task } from './report.ts';

const whole = (otherwise: number) => z.coerce.number().int().min(1).default(otherwise);
const optionsSchema = z.object({
  only: z.enum(['big', 'small', 'window', 'images', 'overlap', 'delete']).optional(),
  runs: whole(3),
  /** of the big file. MiB */
  size: whole(2048),
  /** of small files */
  count: whole(3000),
});

interface Round {
  task: Task;
  /** where what is uploaded lies */
  folder: string;
  command(client: Client, prefix: string): Command;
}

const smallSize = 100 * 1024;

async function bigRound(scratch: string, size: number): Promise<Round> {
  const bytes = size * 2 ** 20;
  const file = path.join(scratch, 'big', 'final.mp4');
  const folder = path.dirname(file);
  await mkdir(folder);
  await writeBigFile(file, bytes);
  return {
    task: { kind: 'big', files: 1, bytes },
    folder,
    command: (client, prefix) => client.big(file, `${prefix}/final.mp4`),
  };
}

async function smallRound(scratch: string, files: number): Promise<Round> {
  const folder = path.join(scratch, 'small');
  await writeSmallFiles(folder, files, smallSize);
  return {
    task: { kind: 'small', files, bytes: files * smallSize },
    folder,
    command: (client, prefix) => client.small(folder, prefix),
  };
}

async function compare(server: SpawnedDiscardServer, clients: readonly Client[], round: Round, runs: number) {
  const results = new Map<Client, Result>();
  for (let run = 1; run <= runs; run++) {
    for (const client of clients) {
      const preparation = client.prepare();
      const command = round.command(client, `${round.task.kind}-${run}-${client.name}`);
      if (preparation !== null) await measure(preparation);
      await readAll(round.folder);
      const before = await server.stats();
      const measured = await measure(command);
      await refuseUnfinished(server, before.objects, round.task, client);
      const result = results.get(client) ?? { client: client.name, task: round.task, runs: [] };
      result.runs.push(measured);
      results.set(client, result);
      console.log(`  ${round.task.kind} ${run}/${runs} ${client.name.padEnd(12)} ${measured.seconds.toFixed(2)} s`);
    }
  }
  return [...results.values()];
}

/** Who sends nothing is very fast. */
async function refuseUnfinished(server: SpawnedDiscardServer, before: number, task: Task, client: Client) {
  const { objects, uploadsLeft } = await server.stats();
  if (objects - before !== task.files || uploadsLeft > 0)
    throw new Error(
      `${client.name}: ${objects - before} of ${task.files} arrived, ${uploadsLeft} uploads are left open`,
    );
}

const { values } = parseArgs({
  options: { only: { type: 'string' }, runs: { type: 'string' }, size: { type: 'string' }, count: { type: 'string' } },
});
const options = optionsSchema.parse(values);
const compared = options.only === undefined || options.only === 'big' || options.only === 'small';
const verdict = compared ? await compareAll() : [];
if (options.only === undefined || options.only === 'window')
  runScript(path.join(import.meta.dirname, '..', 'e2e', 'speed', 'bench.ts'));
if (options.only === undefined || options.only === 'delete') runScript(path.join(import.meta.dirname, 'delete.ts'));
if (options.only === 'images' || options.only === 'overlap')
  runScript(path.join(import.meta.dirname, `${options.only}.ts`));
if (options.only === undefined) console.log();
for (const line of verdict) console.log(line);

function runScript(script: string): void {
  const code = spawnSync(process.execPath, [script, String(options.runs)], { stdio: 'inherit' }).status ?? 1;
  if (code !== 0) process.exitCode = code; // what has failed before it stays failed
}

/** Shows the tables, and returns the ratios. */
async function compareAll(): Promise<string[]> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'sideline-bench-'));
  const server = await spawnDiscardServer();
  try {
    const { clients, missing } = findClients(server, scratch);
    for (const name of missing) console.log(`${name} is not installed: left out.`);
    const results: Result[] = [];
    if (options.only !== 'small')
      results.push(...(await compare(server, clients, await bigRound(scratch, options.size), options.runs)));
    if (options.only !== 'big')
      results.push(...(await compare(server, clients, await smallRound(scratch, options.count), options.runs)));
    const { model = 'unknown processor' } = os.cpus()[0] ?? {};
    console.log(`\n${os.availableParallelism()} x ${model}, ${os.type()}, Node ${process.version}\n`);
    for (const kind of ['big', 'small'] as const) {
      const ofKind = results.filter((one) => one.task.kind === kind);
      if (ofKind.length > 0) console.log(`${table(ofKind)}\n`);
    }
    return ratios(results);
  } finally {
    await server.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Deleting a folder with 10,000 objects from a real store, beside `aws s3 rm --recursive`:
 *
 *   node test/bench/delete.ts [RUNS] [OBJECTS]
 *
 * or `npm run bench -- --only delete`. It needs Ceph: one that runs (SIDELINE_TEST_CEPH), or Debian's packages. Both are commands as
 * a shell runs them, from start to exit, and take turns. Sideline's writes its log of every object meanwhile. The goal: at least
 * as fast.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openAdminBucket, type AdminBucket } from '../servers/admin-bucket.ts';
import { missingCephPrograms, startCeph, type CephServer } from '../servers/ceph.ts';
import { putMany } from '../servers/many-objects.ts';
import { findAws } from './clients.ts';
import { measure, type Command } from './measure.ts';
import { judged, median } from './report.ts';

const [runs = 3, objects = 10_000] = process.argv.slice(2).map(Number);

async function openCeph(): Promise<CephServer & { stop(): Promise<void> }> {
  const endpoint = process.env.SIDELINE_TEST_CEPH;
  if (endpoint === undefined) return await startCeph();
  const keys = { accessKeyId: 'test-access-key', secretAccessKey: 'test-secret-key' };
  return { endpoint, region: 'us-east-1', ...keys, stop: () => Promise.resolve() };
}

function commands(store: AdminBucket, server: CephServer, dataFolder: string): Record<string, Command> {
  const env = { PATH: process.env.PATH, HOME: dataFolder, ...store.env(), SIDELINE_DATA_DIR: dataFolder };
  const cli = path.join(import.meta.dirname, '..', '..', 'electron', 'cli.ts');
  const aws = findAws();
  return {
    Sideline: { program: process.execPath, args: [cli, 'rm', '--recursive', '--yes', 'event/'], env },
    ...(aws !== null && {
      'aws-cli': {
        program: aws,
        args: ['--endpoint-url', server.endpoint, 's3', 'rm', '--quiet', '--recursive', `s3://${store.name}/event/`],
        env: { ...env, AWS_REGION: server.region, AWS_EC2_METADATA_DISABLED: 'true' },
      },
    }),
  };
}

if (process.env.SIDELINE_TEST_CEPH === undefined && missingCephPrograms().length > 0) {
  console.log('Ceph is not installed: left out.');
} else {
  const server = await openCeph();
  const dataFolder = await mkdtemp(path.join(os.tmpdir(), 'sideline-bench-'));
  const store = await openAdminBucket(server);
  try {
    const seconds = new Map<string, number[]>();
    for (let run = 1; run <= runs; run++) {
      for (const [name, command] of Object.entries(commands(store, server, dataFolder))) {
        await putMany(
          store.bucket,
          Array.from({ length: objects }, (_, at) => `event/${String(at).padStart(6, '0')}.jpg`),
        );
        const measured = await measure(command);
        const left = (await store.keys()).length;
        if (left > 0) throw new Error(`${name} left ${left} objects`);
        seconds.set(name, [...(seconds.get(name) ?? []), measured.seconds]);
        const { seconds: took, cpuSeconds } = measured;
        console.log(
          `  delete ${run}/${runs} ${name.padEnd(12)} ${took.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of CPU`,
        );
      }
    }
    const [ours, theirs] = ['Sideline', 'aws-cli'].map((name) => median(seconds.get(name) ?? []));
    console.log(`\n${objects.toLocaleString('en-US')} objects deleted from Ceph (median of ${runs})`);
    if (ours === undefined || theirs === undefined || Number.isNaN(theirs))
      console.log('aws-cli is not installed: the goal is not judged.');
    else console.log(judged('delete: aws-cli / Sideline', `${(theirs / ours).toFixed(2)} x`, '>= 1', theirs >= ours));
  } finally {
    store.close();
    store.s3.destroy();
    await rm(dataFolder, { recursive: true, force: true });
    await server.stop();
  }
}

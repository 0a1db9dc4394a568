/** What a test of the window plays on: a folder, an event to upload, a bucket of its own behind a proxy, and the app. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import type { CephServer } from '../servers/ceph.ts';
import { startFaultProxy, type FaultProxy } from '../servers/fault-proxy.ts';
import { seededRandom } from '../servers/random.ts';
import { writeTree } from '../servers/tree.ts';
import { launchApp, type LaunchedApp } from './launch.ts';

export interface Stage {
  /** absolute path; all of the test's files are in it */
  folder: string;
  /** absolute path of the folder to upload */
  event: string;
  dataDir: string;
  bucket: TestBucket;
  proxy: FaultProxy;
  launched: LaunchedApp;
  window: Page;
  /** Takes everything away. */
  end(): Promise<void>;
}

/** `files`: bytes, by the path in the event. `ceph` is null only where the test is skipped. `args`: of Chromium */
export async function setStage(
  ceph: CephServer | null,
  files: Iterable<readonly [string, number]>,
  args: readonly `--${string}`[] = [],
): Promise<Stage> {
  if (ceph === null) throw new Error('this test needs Ceph: use describeWindowOnCeph');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-e2e-'));
  const event = path.join(folder, 'event');
  const dataDir = path.join(folder, 'data');
  await writeTree(event, new Map(files), seededRandom('event'));
  const bucket = await createTestBucket(ceph);
  const proxy = await startFaultProxy(ceph.endpoint);
  const launched = await launchApp({ dataDir, args });
  launched.window.setDefaultTimeout(10_000);
  return {
    ...{ folder, event, dataDir, bucket, proxy, launched },
    window: launched.window,
    async end() {
      await launched.close();
      await proxy.stop();
      bucket.s3.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

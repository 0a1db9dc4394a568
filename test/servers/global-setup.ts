/** Starts what the tests run against, once for all files, and hands it out by vitest's `inject`. */
import type { TestProject } from 'vitest/node';
import { missingCephPrograms, startCeph, type CephServer } from './ceph.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** null where this machine has no Ceph: the tests that need it are skipped */
    ceph: CephServer | null;
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const running = process.env.SIDELINE_TEST_CEPH; // one that was started by hand, for quick runs of single tests
  if (running !== undefined) {
    const keys = { accessKeyId: 'test-access-key', secretAccessKey: 'test-secret-key' };
    project.provide('ceph', { endpoint: running, region: 'us-east-1', ...keys });
    return undefined;
  }
  if (missingCephPrograms().length > 0) {
    project.provide('ceph', null);
    return undefined;
  }
  const { stop, ...ceph } = await startCeph();
  project.provide('ceph', ceph);
  return stop;
}

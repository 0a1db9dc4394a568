/** Starts what the tests run against, once for all files, and hands it out by vitest's `inject`. */
import type { TestProject } from 'vitest/node';

export interface CephServer {
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** null where this machine has no Ceph: the tests that need it are skipped */
    ceph: CephServer | null;
  }
}

export default function setup(project: TestProject): void {
  const endpoint = process.env.SIDELINE_TEST_CEPH;
  project.provide(
    'ceph',
    endpoint === undefined
      ? null
      : { endpoint, region: 'us-east-1', accessKeyId: 'test-access-key', secretAccessKey: 'test-secret-key' },
  );
}

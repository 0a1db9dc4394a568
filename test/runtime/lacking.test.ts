/** What `npm test` says and answers where the machine lacks something that cannot be installed. */
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..');

/** The only programs on the PATH. */
let programs: string;

beforeEach(async () => {
  programs = await mkdtemp(path.join(os.tmpdir(), 'sideline-programs-'));
  const apt = path.join(programs, 'apt-get');
  await writeFile(apt, '#!/bin/sh\necho "E: Unable to locate package" >&2\nexit 100\n');
  await chmod(apt, 0o755);
});
afterEach(() => rm(programs, { recursive: true }));

/** One test of that file needs Ceph. */
function test(strict: Record<string, string>): { status: number | null; stdout: string } {
  const { HOME = '', NODE_COMPILE_CACHE = '' } = process.env;
  const args = ['test/run.ts', 'test/integration/create-bucket.test.ts'];
  const env = { HOME, NODE_COMPILE_CACHE, PATH: programs, ...strict };
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env });
}

it.skipIf(process.platform === 'win32')(
  'names what is skipped, why, and the command that installs it, and fails where nothing may be skipped',
  () => {
    const lenient = test({});
    expect(lenient.stdout).toMatch(
      /^Skipped: all tests on a real S3\. There is no Ceph \(ceph-mon, .*\)\. To install it .*: sudo apt-get install .* radosgw /m,
    );
    expect(lenient.stdout).toMatch(/^\d+ passed, 0 failed, 1 skipped$/m);
    expect(lenient.status).toBe(0);
    const strict = test({ SIDELINE_TEST_STRICT: '1' });
    expect(strict.stdout).toMatch(/^SIDELINE_TEST_STRICT=1: nothing may be skipped\.$/m);
    expect(strict.status).toBe(1);
  },
);

/**
 * npm test: types, lint, and all tests; `npm test -- FILE...` runs only those tests. What this machine lacks is installed where
 * that is possible, and else said, with the command that installs it; with SIDELINE_TEST_STRICT=1 nothing may be skipped.
 */
import path from 'node:path';
import { startVitest } from 'vitest/node';
import { allPass, type Check } from './checks.ts';
import { lint } from './lint.ts';
import { provide } from './runtime/debian.ts';
import { prepareWindow } from './runtime/ready.ts';
import { cephPackages, missingCephPrograms } from './servers/ceph.ts';

const root = path.dirname(import.meta.dirname);
const strict = process.env.SIDELINE_TEST_STRICT === '1';
const filters = process.argv.slice(2);
process.chdir(root);

const typescript = (name: string, ...project: string[]): Check => ({
  name,
  program: 'typescript/bin/tsc',
  args: ['--noEmit', ...project],
});
/** The longest first. */
const checks: readonly Check[] = [
  ...lint,
  typescript('Types'),
  typescript('Types of the window', '--project', 'renderer'),
  typescript('Types of its tests', '--project', 'test/e2e'),
  { name: 'Format', program: 'prettier/bin/prettier.cjs', args: ['--check', '--log-level', 'warn', '.'] },
];

function end(line: string, code: number): never {
  console.log(line);
  process.exit(code);
}

async function prepareCeph(): Promise<void> {
  const missing = missingCephPrograms();
  if (missing.length === 0 || process.env.SIDELINE_TEST_CEPH !== undefined) return;
  try {
    await provide(`There is no Ceph (${missing.join(', ')})`, cephPackages, (line) => console.log(line));
    const still = missingCephPrograms();
    if (still.length > 0) throw new Error(`What was installed has no ${still.join(', ')}: ${cephPackages.join(' ')}`);
  } catch (error) {
    console.log(`Skipped: all tests on a real S3. ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Electron, a display and the build, for test/e2e. A build that fails ends everything: it is a fault of the sources. */
async function prepareForWindow(): Promise<void> {
  if (filters.length > 0 && !filters.some((filter) => filter.includes('e2e'))) return;
  try {
    const missing = await prepareWindow((line) => console.log(line));
    if (missing !== null) console.log(`Skipped: all tests of the window. ${missing}`);
  } catch (error) {
    end(error instanceof Error ? error.message : String(error), 1);
  }
}

async function test(): Promise<never> {
  const vitest = await startVitest(filters, { watch: false });
  const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
  const modules = vitest.state.getTestModules();
  for (const module of modules) {
    for (const { result } of [...module.children.allTests()].map((test) => ({ result: test.result() })))
      count[result.state]++;
    if (module.state() === 'failed' && module.errors().length > 0) count.failed++;
  }
  const errors = vitest.state.getUnhandledErrors().length;
  await vitest.close();
  const failed = count.failed + errors;
  const skipped = count.skipped + count.pending;
  const ok = failed === 0 && count.passed > 0 && !(strict && skipped > 0);
  if (strict && skipped > 0) console.log('SIDELINE_TEST_STRICT=1: nothing may be skipped.');
  end(`${count.passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`, ok ? 0 : 1);
}

if (filters.length === 0 && !(await allPass(checks))) end('The checks failed: see above.', 1);
await prepareCeph();
await prepareForWindow();
await test();

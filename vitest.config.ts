import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const filesOf = (folder: string, names: readonly string[]) => names.map((name) => `${folder}/${name}.test.ts`);

/** Of single modules, but measure times. */
const measuring = filesOf('test/unit', [
  ...['admin-listing', 'bandwidth', 'deletion-log', 'diagnostics', 'download-turns'],
  ...['inspect', 'journal', 'media-type', 'tray-host'],
]);

/** Of the whole engine, each on a bucket of its own, and of no time that something takes: mostly they wait for a store or a process. */
const unhurried = filesOf('test/integration', [
  ...['admin-browse', 'admin-bucket-check', 'admin-delete', 'admin-objects', 'admin-policies', 'admin-undelete'],
  ...['broker-client', 'broker-history', 'brokers', 'destinations', 'fences', 'main-job', 'orphan-records', 'presets'],
  ...['proxy-login', 'reference-backend', 'storage', 'terminal', 'terminal-backends', 'terminal-check'],
  ...[
    'terminal-destinations',
    'terminal-history',
    'terminal-list',
    'terminal-objects',
    'terminal-rm',
    'terminal-trouble',
    'window-deletions',
  ],
]);

const project = (test: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration => ({
  test: {
    pool: 'forks',
    // A second, as it is by default, is little on a busy machine; what comes sooner is not waited for.
    expect: { poll: { timeout: 15_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    ...test,
  },
});

export default defineConfig({
  test: {
    globalSetup: ['test/servers/global-setup.ts'], // once, for both
    projects: [
      project({
        name: 'two at a time',
        include: ['test/unit/**/*.test.ts', 'test/runtime/**/*.test.ts', ...unhurried],
        exclude: measuring,
        maxWorkers: 2,
        sequence: { groupOrder: 1 },
      }),
      project({
        name: 'alone', // they share two cores, and some measure themselves
        include: ['test/!(unit|runtime)/**/*.test.ts', ...measuring],
        exclude: unhurried,
        maxWorkers: 1,
        sequence: { groupOrder: 2 },
      }),
    ],
  },
});

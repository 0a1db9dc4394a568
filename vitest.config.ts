import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const filesOf = (folder: string, names: readonly string[]) => names.map((name) => `${folder}/${name}.test.ts`);

/** They measure how long something takes, what it needs, or how fast it goes. */
const measuring = [
  ...filesOf('test/unit', [
    ...['admin-listing', 'bandwidth', 'deletion-log', 'diagnostics', 'download-turns'],
    ...['inspect', 'journal', 'media-type', 'tray-host'],
  ]),
  ...filesOf('test/integration', [
    ...['admin-download', 'control', 'first-chunk', 'history', 'large', 'scale', 'session-rows', 'terminal-transfers'],
    ...['transfer-list', 'verify-batch', 'window-history', 'window-offers'],
  ]),
  'test/e2e/speed/speed.test.ts',
];

const project = (test: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration => ({
  test: {
    pool: 'forks',
    // A second, as it is by default, is little on a busy machine; what comes sooner is not waited for.
    expect: { poll: { timeout: 15_000 } },
    testTimeout: 90_000, // an app that did not come up is started once more within it
    hookTimeout: 60_000,
    ...test,
  },
});

export default defineConfig({
  test: {
    globalSetup: ['test/servers/global-setup.ts'], // once, for both
    projects: [
      project({
        name: 'two at a time', // on the two cores that most machines for tests have
        include: ['test/**/*.test.ts'],
        exclude: measuring,
        maxWorkers: 2,
        sequence: { groupOrder: 1 },
      }),
      project({
        name: 'alone',
        include: measuring,
        maxWorkers: 1,
        sequence: { groupOrder: 2 },
      }),
    ],
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/servers/global-setup.ts'],
    // Files run one after another: they share one S3 and two cores, and some measure themselves.
    fileParallelism: false,
    pool: 'forks',
    // A second, as it is by default, is little on a busy machine; what comes sooner is not waited for.
    expect: { poll: { timeout: 15_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

import { defineConfig } from 'vitest/config';

const minutes = 60_000;

export default defineConfig({
  test: {
    reporters: ['default', './test/helpers/tally-reporter.ts'],
    globalSetup: ['./test/helpers/private-temp.ts'],
    // vitest's own default leaves a core to the editor.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/boot/**', 'test/fault/**', 'test/long/**'],
          // Nothing here keeps state between files, and importing everything 150 times takes as long as the tests.
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 15 * minutes,
          hookTimeout: 15 * minutes,
        },
      },
      {
        extends: true,
        test: {
          name: 'boot',
          include: ['test/boot/**/*.test.ts', 'test/fault/**/*.test.ts'],
          testTimeout: 30 * minutes,
          hookTimeout: 30 * minutes,
          // Two emulated machines of two processors each were not seen to end sooner side by side than one after the other on two cores.
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          testTimeout: 90 * minutes,
          hookTimeout: 90 * minutes,
          fileParallelism: false,
        },
      },
    ],
  },
});

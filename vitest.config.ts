import { defineConfig } from 'vitest/config';

/** Where CI wants the counts. */
const report = process.env['CARDWATCH_TEST_REPORT'];
const walls = ['test/walls/**/*.test.ts'];

export default defineConfig({
  test: {
    ...(report === undefined ? {} : { reporters: ['default', ['json', { outputFile: report }]] }),
    projects: [
      { test: { name: 'walls', include: walls } },
      {
        test: {
          name: 'house',
          include: ['packages/*/src/**/*.test.ts', 'packages/*/src/**/*.test.tsx', 'test/**/*.test.ts'],
          exclude: [...walls, '**/node_modules/**', '**/dist/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});

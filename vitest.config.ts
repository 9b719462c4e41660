import { defineConfig } from 'vitest/config';

const walls = ['test/walls/**/*.test.ts'];

export default defineConfig({
  test: {
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

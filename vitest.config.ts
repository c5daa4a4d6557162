import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{apps,packages,tests,bench}/**/*.{test,e2e}.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/build/**'],
    globalSetup: './tests/setup/cluster.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

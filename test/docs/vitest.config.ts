import { fileURLToPath } from 'node:url';
import { type ViteUserConfig, defineConfig } from 'vitest/config';

/** The documentation as a test: `npm run test:docs`. */
const config: ViteUserConfig = defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/docs/*.check.ts'],
    testTimeout: 30_000,
  },
});

export default config;

import { type ViteUserConfig, defineConfig } from 'vitest/config';

/** Tests against real servers, other languages' parsers and the packed package; they need what `.ci/run` installs. */
const config: ViteUserConfig = defineConfig({
  test: {
    dir: 'test/integration',
    include: ['**/*.test.ts'],
    testTimeout: 60_000,
    // Compiling the Go reader takes most of a minute where Go has compiled nothing before.
    hookTimeout: 240_000,
    // Servers and compilers share two cores with the deadlines that are tested.
    fileParallelism: false,
  },
});

export default config;

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/say-unhandled.ts"],
    sequence: { shuffle: { files: true, tests: false } },
    restoreMocks: true,
    testTimeout: 20_000,
    // A browser and a bundle take their time on a busy machine.
    hookTimeout: 30_000,
  },
});

import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/support/run/say-unhandled.ts"],
    sequence: { shuffle: { files: true, tests: false } },
    restoreMocks: true,
    globalSetup: "test/support/run/memory-folder.ts",
    pool: "forks",
    // One process runs many files, so that it loads the libraries once.
    isolate: false,
    // That process grows, and the collector of young objects then costs less with more room, in MB.
    execArgv: ["--max-semi-space-size=64"],
    // A worker often waits for a process, a browser or the network.
    maxWorkers: availableParallelism() + 1,
    // Only for what hangs: a machine that does other work too may be ten times as slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

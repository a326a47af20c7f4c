import { inspect } from "node:util";
import { afterAll, expect } from "vitest";

// Beside Vitest's own words, which do not name the test; a rejection with nothing, as of some libraries, it passes over.
const sayUnhandled = (reason: unknown, promise: Promise<unknown>): void => {
  const { testPath = "no test file", currentTestName = "no test" } = expect.getState();
  const what = reason instanceof Error ? (reason.stack ?? reason.message) : inspect(reason);
  const words = `Nobody handled a rejection during “${currentTestName}” (${testPath}): ${what}`;
  process.stderr.write(`${words}\n${inspect(promise, { depth: 4 })}\n`);
  if (reason === undefined)
    queueMicrotask(() => {
      throw new Error(words);
    });
};

// A process runs many test files.
process.on("unhandledRejection", sayUnhandled);
afterAll(() => void process.off("unhandledRejection", sayUnhandled));

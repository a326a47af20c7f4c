import { inspect } from "node:util";
import { expect } from "vitest";

// Beside Vitest's own words, which do not name the test; a rejection with nothing, as of some libraries, it passes over.
process.on("unhandledRejection", (reason, promise) => {
  const { testPath = "no test file", currentTestName = "no test" } = expect.getState();
  const what = reason instanceof Error ? (reason.stack ?? reason.message) : inspect(reason);
  const words = `Nobody handled a rejection during “${currentTestName}” (${testPath}): ${what}`;
  process.stderr.write(`${words}\n${inspect(promise, { depth: 4 })}\n`);
  if (reason === undefined)
    queueMicrotask(() => {
      throw new Error(words);
    });
});

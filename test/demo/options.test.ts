import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

// F7
it.each([
  [["--numbers", "abc"], {}, "--numbers takes a whole number from 1 to 450, not “abc”."],
  [["--numbers", "0"], {}, "--numbers takes a whole number"],
  [["--nonsense"], {}, "Unknown option '--nonsense'"],
  [["extra"], {}, "Unexpected argument 'extra'"],
  [[], { PORT: "x" }, "PORT takes a number from 1 to 65535, not “x”"],
])("names the option that it cannot take: %j %j", (options, environment, words) => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "src/demo/main.ts", ...options],
    {
      env: environment,
      encoding: "utf8",
    },
  );
  expect(stderr).toContain(words);
  expect(stderr).not.toContain("    at ");
  expect(status).toBe(2);
});

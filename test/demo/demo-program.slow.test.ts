import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { startPage } from "../../src/demo/page/server.ts";
import { temporaryFolder } from "../sqlite/support.ts";

const run = promisify(execFile);

it("gives a newcomer the command line and the HTTP API of the demo, even after it was started again", async () => {
  const programFolder = temporaryFolder();
  const page = await startPage({ programFolder, hasApi: true });
  onTestFinished(async () => page.close());
  const program = join(programFolder, "patchbay");
  expect(statSync(program).mode & 0o777).toBe(0o700);
  await page.reset();
  const made = await run(program, ["tokens", "make", "try", "--scope", "read", "--workspace", "T0PATCH01"], {
    // What a contributor may have in the shell.
    env: { ...env, DATABASE_URL: "postgres://localhost/real", CREDENTIAL_KEYS_FILE: "/real/keys" },
  });
  const answer = await fetch(`${page.apiUrl}/v1/numbers?filter=roadside`, {
    headers: { authorization: `Bearer ${made.stdout.trim()}` },
  });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("Roadside");
});

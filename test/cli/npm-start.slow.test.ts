import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { startSlackSandbox } from "../../src/sandbox/slack/index.ts";
import { bundled } from "../support/run/bundled.ts";
import { demoWorkspace } from "../../src/demo/demo-workspace.ts";

const main = new URL("../../src/main.ts", import.meta.url);
const ourPackage = new URL("../../package.json", import.meta.url);
const signingSecret = "npm-start-secret";

let folder: string;
let environment: Record<string, string>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "patchbay-npm-"));
  const slack = await startSlackSandbox({ signingSecret, workspaces: [demoWorkspace] });
  onTestFinished(async () => {
    await slack.close();
    await rm(folder, { recursive: true, force: true });
  });
  environment = {
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: folder,
    npm_config_update_notifier: "false",
    DATABASE_PATH: join(folder, "patchbay.db"),
    CREDENTIAL_KEYS: `k1:${randomBytes(32).toString("base64")}`,
    SLACK_API_URL: slack.apiUrl,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_BOT_TOKEN: demoWorkspace.botToken,
    HOST: "127.0.0.1",
    PORT: "0",
  };
});

// This starts npm, its shell and the server, possibly on a busy machine.
const timeout = 60_000;

// O3
it("lets npm start wait for the server if only npm gets the signal", { timeout }, async () => {
  const { server, launcher, ended, out } = await launched(["npm", "start"]);
  launcher.kill("SIGTERM");
  expect(await ended).toEqual({ exitCode: 0, signal: null });
  expect(out()).toContain('"msg":"stopped"');
  expect(isAlive(server)).toBe(false);
});

// O3
it("stops the server if only npx gets the signal", { timeout }, async () => {
  const { server, launcher, ended, out } = await launched(["npx", "patchbay", "start"]);
  launcher.kill("SIGTERM");
  await ended;
  while (isAlive(server)) await pause(20);
  expect(out()).toContain('"msg":"stopped"');
});

/** Starts the server with an npm command, in a package with the same script that runs this source. */
async function launched([command = "", ...args]: readonly string[]) {
  const manifest = z.object({ scripts: z.object({ start: z.string() }) });
  const { scripts } = manifest.parse(JSON.parse(await readFile(ourPackage, "utf8")));
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({ name: "patchbay", version: "0.0.0", type: "module", scripts: { start: scripts.start } }),
  );
  const entry = join(folder, "dist", "main.js");
  const bin = join(folder, "node_modules", ".bin");
  await mkdir(dirname(entry));
  await mkdir(bin, { recursive: true });
  await writeFile(entry, `#!/usr/bin/env node\nimport "${pathToFileURL(bundled(main)).href}";\n`);
  await chmod(entry, 0o755);
  await symlink(entry, join(bin, "patchbay"));
  const launcher = spawn(command, args, { cwd: folder, env: environment, detached: true });
  let said = "";
  for (const stream of [launcher.stdout, launcher.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  onTestFinished(() => endGroup(launcher.pid ?? 0));
  const ended = new Promise((resolve) => {
    launcher.once("exit", (exitCode, signal) => resolve({ exitCode, signal }));
  });
  while (!said.includes('"msg":"ready"')) {
    if (launcher.exitCode !== null) throw new Error(`it ended before it was ready: ${said}`);
    await pause(20);
  }
  const server = Number.parseInt(await readFile(`${environment["DATABASE_PATH"]}.pid`, "utf8"), 10);
  return { server, launcher, ended, out: () => said };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ends what a failed test left running: everything that the launcher started is in its process group. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing was left.
  }
}

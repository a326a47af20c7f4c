import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasLauncher, programPath } from "../config.ts";
import { stopRequest } from "../stop-request.ts";
import { readOptions, type DemoOptions } from "./options.ts";
import { pageWorkspaces } from "./page/people.ts";
import { startPage } from "./page/server.ts";
import { printWalk } from "./print-walkthrough.ts";

const usualPort = 4646;
const help = `npm run demo               a workspace in the browser: fakes of Slack and the vendors, and the real app
npm run demo -- --walk     one change of every kind at every vendor, printed, and no page

  --no-open        print the address, open no browser
  --numbers 200    so many phone numbers in the first workspace
  --replicas 3     so many servers on one PostgreSQL, to be killed and restarted on the page
  PORT=8080        where the page is to be; another free port is taken when it is in use`;

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const asked = readOptions(process.argv.slice(2));
if ("fault" in asked) {
  process.stderr.write(`demo: ${asked.fault}\n\n${help}\n`);
  process.exitCode = 2;
} else if (asked.help) print(help);
else if (asked.walk) process.exitCode = (await printWalk(print)) ? 0 : 1;
else await servePage(asked);

async function servePage(options: DemoOptions): Promise<void> {
  const { noOpen, numbers, port: chosen, replicas } = options;
  const started = performance.now();
  const wanted = chosen ?? usualPort;
  const programFolder = mkdtempSync(join(tmpdir(), "patchbay-demo-"));
  const page = await startPage({
    port: wanted,
    numbers,
    replicas,
    path: programPath(),
    programFolder,
    hasApi: replicas === undefined,
  }).catch((error: unknown) => {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    rmSync(programFolder, { recursive: true });
    process.exit(1);
  });
  const { port } = new URL(page.url);
  if (port !== String(wanted)) print(`Port ${wanted} is taken, so another was.`);
  const count = page.stage().ownNumbers();
  if (numbers !== undefined && numbers < count)
    print(`The demo always has its own ${count} numbers, so there are ${count} and not ${numbers}.`);
  print(`Ready after ${((performance.now() - started) / 1000).toFixed(1)} s: ${page.url}`);
  print("Try /number reassign, or many numbers at once: /number failover");
  print(
    `In another terminal: ${join(programFolder, "patchbay")} number list --workspace ${pageWorkspaces[0]?.info.id}`,
  );
  if (page.apiUrl !== undefined) print(`The HTTP API: ${page.apiUrl}/v1`);
  print("Everything is on this machine and gone when it stops. Ctrl-C stops it.");
  if (!noOpen && process.stdout.isTTY) openBrowser(page.url);
  await stopRequest({ followsLauncher: hasLauncher() });
  await page.close();
  rmSync(programFolder, { recursive: true });
  print("\nStopped.");
}

/** Opens the visitor's browser, if there is one. The address is printed in any case. */
function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", "", url]
        : ["xdg-open", url];
  if (command === undefined) return;
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}

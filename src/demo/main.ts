import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { demoPort, hasLauncher } from "../config.ts";
import { stopRequest } from "../stop-request.ts";
import { startPage } from "./page/server.ts";
import { printWalk } from "./print-walk.ts";

const usualPort = 4646;
const help = `npm run demo               a workspace in the browser: stand-ins for Slack and four vendors, and the real app
npm run demo -- --walk     one change of every kind at every vendor, printed, and no page

  --no-open        print the address, open no browser
  --numbers 200    so many phone numbers in the first workspace
  PORT=8080        where the page is to be; another free port is taken when it is in use`;

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const { values } = parseArgs({
  options: {
    walk: { type: "boolean", default: false },
    "no-open": { type: "boolean", default: false },
    numbers: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) print(help);
else if (values.walk) process.exitCode = (await printWalk(print)) ? 0 : 1;
else await servePage();

async function servePage(): Promise<void> {
  const started = performance.now();
  const wanted = demoPort() ?? usualPort;
  const numbers =
    values.numbers === undefined ? undefined : Math.min(450, Math.max(1, Number(values.numbers) || 88));
  const page = await startPage({ port: wanted, numbers });
  const { port } = new URL(page.url);
  if (port !== String(wanted)) print(`Port ${wanted} is taken, so another was.`);
  print(`Ready after ${((performance.now() - started) / 1000).toFixed(1)} s: ${page.url}`);
  print("Everything is on this machine and gone when it stops. Ctrl-C stops it.");
  if (!values["no-open"] && process.stdout.isTTY) openBrowser(page.url);
  await stopRequest({ followsLauncher: hasLauncher() });
  await page.close();
  print("\nStopped.");
}

/** Opens the visitor's browser, where there is one; the address was printed all the same. */
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

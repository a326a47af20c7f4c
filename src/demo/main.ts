import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { demoPort, hasLauncher, SettingsError } from "../config.ts";
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

const fewest = 1;
const most = 450;

/** What was given, or what is wrong with it, in words that name it. */
function given() {
  try {
    const { values } = parseArgs({
      options: {
        walk: { type: "boolean", default: false },
        "no-open": { type: "boolean", default: false },
        numbers: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    const { numbers } = values;
    const count = numbers === undefined ? undefined : Number(numbers);
    if (count !== undefined && !(Number.isInteger(count) && count >= fewest && count <= most))
      return { fault: `--numbers takes a whole number from ${fewest} to ${most}, not “${numbers}”.` };
    return { values, count, port: demoPort() };
  } catch (error) {
    if (error instanceof SettingsError) return { fault: `${error.faults.join("; ")}.` };
    if (error instanceof TypeError) return { fault: error.message };
    throw error;
  }
}

const asked = given();
if ("fault" in asked) {
  process.stderr.write(`demo: ${asked.fault}\n\n${help}\n`);
  process.exitCode = 2;
} else if (asked.values.help) print(help);
else if (asked.values.walk) process.exitCode = (await printWalk(print)) ? 0 : 1;
else await servePage(asked);

async function servePage({
  values,
  count,
  port: chosen,
}: Exclude<ReturnType<typeof given>, { fault: string }>): Promise<void> {
  const started = performance.now();
  const wanted = chosen ?? usualPort;
  const page = await startPage({ port: wanted, numbers: count });
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

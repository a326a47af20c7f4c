import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { startHarness, type Harness } from "../../src/demo/harness.ts";
import { operator, reassignLine, voiceOps } from "../support/fixtures.ts";
import { formSays, person } from "../support/screen.ts";
import { until } from "../support/until.ts";

const execute = promisify(execFile);

/** A release as it was installed. */
export interface Installed {
  /** The folder that it runs in. */
  readonly folder: string;
  /** The file of the command `patchbay`, from that folder. */
  readonly program: string;
}

/** Runs a command beside the fakes, which have to answer it meanwhile. Returns what it prints. */
async function run(
  node: string,
  { folder, program }: Installed,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  try {
    return (await execute(node, [program, ...args], { cwd: folder, env })).stdout;
  } catch (error) {
    const said = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
    throw new Error(`patchbay ${args.join(" ")} failed: ${said}`, { cause: error });
  }
}

/** Runs an installed release's commands that need no settings, and yields what held. Throws otherwise. */
export async function* checkCommands(
  node: string,
  installed: Installed,
  version: string,
): AsyncGenerator<string> {
  const said = (await run(node, installed, ["--version"], {})).trim();
  if (said !== version) throw new Error(`its version is ${said}`);
  yield `patchbay --version prints ${said}`;
  if (!(await run(node, installed, ["--help"], {})).includes("doctor"))
    throw new Error("help names no doctor");
  yield "patchbay --help names the commands";
}

/** Runs an installed release against the fakes: a change in Slack, `doctor`, SIGTERM. Yields what held. */
export async function* checkServer(node: string, installed: Installed): AsyncGenerator<string> {
  const lines: string[] = [];
  let stop: () => Promise<number | null> = async () => 0;
  const harness: Harness = await startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "info" },
    startServers: async (env) => {
      const child = spawn(node, [installed.program, "start"], { cwd: installed.folder, env });
      for (const stream of [child.stdout, child.stderr])
        createInterface({ input: stream }).on("line", (line) => lines.push(line));
      const exited = once(child, "close").then(([code]) => (typeof code === "number" ? code : null));
      stop = async () => {
        child.kill("SIGTERM");
        return exited;
      };
      const ready = (): string | undefined => lines.find((line) => line.includes('"msg":"ready"'));
      await until("the server is ready", () => {
        if (child.exitCode !== null) throw new Error(`the server ended: ${lines.join("\n")}`);
        return ready() !== undefined;
      });
      const url = `http://127.0.0.1:${/"port":(\d+)/u.exec(ready() ?? "")?.[1]}`;
      return { url, stop: async () => stop() };
    },
  });
  try {
    yield "patchbay start is ready";
    const omar = person(harness, operator);
    await omar.command(reassignLine, { channelId: voiceOps });
    await formSays(harness, omar, "After:");
    await omar.submit();
    const outcome = async (): Promise<string> =>
      JSON.stringify((await harness.audit()).find(({ kind }) => kind === "change.outcome") ?? "");
    await until("the change is over", async () => (await outcome()).includes('"applied"'));
    yield "a change in Slack is applied and on record";
    const doctor = await run(node, installed, ["doctor"], harness.environment);
    yield `patchbay doctor, beside the server: ${doctor.trim().split("\n").at(-1)}`;
    const code = await stop();
    if (code !== 0) throw new Error(`it ended with ${code}: ${lines.slice(-5).join("\n")}`);
    const verified = await run(node, installed, ["audit", "verify"], harness.environment);
    yield `after SIGTERM, exit code 0; patchbay audit verify: ${verified.trim().split("\n").at(-1)}`;
  } finally {
    await harness.close();
  }
}

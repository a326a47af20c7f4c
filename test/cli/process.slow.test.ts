import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { openDatabase } from "../../src/sqlite/connection/database.ts";
import { sqliteStore } from "../../src/sqlite/store.ts";
import { startSlackSandbox } from "../../src/sandbox/slack/index.ts";
import { demoAccount, startVendorSandbox } from "../../src/sandbox/vendors/index.ts";
import { testSeal } from "../sqlite/support.ts";
import { bundled } from "../support/run/bundled.ts";
import { demoWorkspace } from "../../src/demo/demo-workspace.ts";

const main = new URL("../../src/main.ts", import.meta.url);
const ourPackage = new URL("../../package.json", import.meta.url);
const versioned = z.object({ version: z.string() });
const key = demoAccount("cartesia").key;

/** A folder without a .env file, and an environment without Patchbay's settings. */
async function place() {
  const folder = await mkdtemp(join(tmpdir(), "patchbay-process-"));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  const environment: Record<string, string> = {
    PATH: "/usr/bin:/bin",
    DATABASE_PATH: join(folder, "patchbay.db"),
    CREDENTIAL_KEYS: `k1:${randomBytes(32).toString("base64")}`,
  };
  return { folder, environment };
}

function patchbay(
  args: readonly string[],
  { folder, environment }: Awaited<ReturnType<typeof place>>,
  input?: string,
) {
  const child = spawn(process.execPath, [bundled(main), ...args], { cwd: folder, env: environment });
  onTestFinished(() => void child.kill("SIGKILL"));
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  if (input !== undefined) child.stdin.write(input);
  const ended = new Promise<{ exitCode: number | null; out: string; err: string }>((resolve) => {
    child.on("close", (exitCode) => resolve({ exitCode, out, err }));
  });
  const says = async (words: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (out.includes(words)) resolve();
      };
      child.stdout.on("data", look);
      child.on("close", () => reject(new Error(`it ended without saying “${words}”: ${out}${err}`)));
      look();
    });
  return { child, ended, says, said: () => out };
}

// Each test starts several processes, possibly on a busy machine.
describe("the process", { timeout: 60_000 }, () => {
  // C2
  it.runIf(existsSync("/dev/full"))(
    "says that the disk is full and exits with 1, whatever it prints",
    async () => {
      const at = await place();
      openDatabase(at.environment["DATABASE_PATH"] ?? "").close();
      for (const args of [["audit", "export", "--format", "csv"], ["--help"]]) {
        const full = openSync("/dev/full", "w");
        const child = spawn(process.execPath, [bundled(main), ...args], {
          cwd: at.folder,
          env: at.environment,
          stdio: ["ignore", full, "pipe"],
        });
        closeSync(full);
        let err = "";
        child.stderr?.setEncoding("utf8").on("data", (text: string) => (err += text));
        const exitCode = await new Promise((resolve) => {
          child.on("close", resolve);
        });
        expect([args, exitCode]).toEqual([args, 1]);
        expect(err).toContain("The disk is full. Free some space");
      }
    },
  );

  it("reports all invalid settings without secrets, and exits with 2", async () => {
    const at = await place();
    Object.assign(at.environment, {
      SLACK_BOT_TOKEN: "hunter2hunter2",
      PORT: "ninety",
      CREDENTIAL_KEYS: "k1:hunter2",
    });
    const { exitCode, out, err } = await patchbay(["start"], at).ended;
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    for (const name of ["SLACK_BOT_TOKEN", "PORT", "CREDENTIAL_KEYS", "SLACK_SIGNING_SECRET"])
      expect(err).toContain(`  - ${name} `);
    expect(err).not.toContain("hunter2");
    expect(err).not.toMatch(/^ {4}at /mu);
  });

  it("ends audit tail --follow with 0 when nobody reads it any more, and at Ctrl-C", async () => {
    const at = await place();
    const sources = {
      now: () => new Date(),
      newId: (prefix: string) => `${prefix}_${randomBytes(6).toString("hex")}`,
    };
    const db = openDatabase(at.environment["DATABASE_PATH"] ?? "");
    onTestFinished(() => void db.close());
    const { audit } = sqliteStore(db, testSeal("k1"), sources).workspace("T0DESK001");
    const record = async (requestId: string) =>
      audit.append({ kind: "audit.exported", actor: { kind: "cli", osUser: "ops" }, requestId });
    await record("req_1");
    const unread = patchbay(["audit", "tail", "--follow", "--json"], at);
    const stopped = patchbay(["audit", "tail", "--follow", "--json"], at);
    await Promise.all([unread.says("req_1"), stopped.says("req_1")]);
    unread.child.stdout.destroy();
    await record("req_2");
    await stopped.says("req_2");
    stopped.child.kill("SIGINT");
    expect(await stopped.ended).toMatchObject({ exitCode: 0, err: "" });
    expect(await unread.ended).toMatchObject({ exitCode: 0, err: "" });
  });

  it("reads a key from a pipe that stays open, stores it, and prints it nowhere", async () => {
    const at = await place();
    const vendor = await startVendorSandbox("cartesia", { accounts: [demoAccount("cartesia")] });
    onTestFinished(async () => vendor.close());
    at.environment["CARTESIA_API_URL"] = vendor.url;
    const args = ["connect", "-w", "T0PATCH01", "--vendor", "cartesia", "--name", "prod"];
    const connected = await patchbay(args, at, `${key}\n`).ended;
    expect(connected.exitCode).toBe(0);
    expect(connected.out).toContain("Connected prod (cartesia) in T0PATCH01");
    const [listed, audited] = await Promise.all([
      patchbay(["connections"], at).ended,
      patchbay(["audit"], at).ended,
    ]);
    expect(JSON.parse(listed.out)).toMatchObject({ workspace: "T0PATCH01", name: "prod" });
    expect(JSON.parse(audited.out)).toMatchObject({ kind: "connection.added", outcome: "applied" });
    expect(JSON.stringify([connected, listed, audited])).not.toContain(key);
  });

  it("serves until SIGTERM while doctor runs, its API's document has its version, and it exits with 0", async () => {
    const at = await place();
    const slack = await startSlackSandbox({ signingSecret: "process-secret", workspaces: [demoWorkspace] });
    onTestFinished(async () => slack.close());
    Object.assign(at.environment, {
      SLACK_API_URL: slack.apiUrl,
      SLACK_SIGNING_SECRET: "process-secret",
      SLACK_BOT_TOKEN: demoWorkspace.botToken,
      HOST: "127.0.0.1",
      PORT: "0",
      API_PORT: "0",
    });
    const server = patchbay(["start"], at);
    await server.says('"msg":"ready"');
    const [, apiPort = ""] = /"port":(\d+),"msg":"api ready"/u.exec(server.said()) ?? [];
    const { version } = versioned.parse(JSON.parse(readFileSync(ourPackage, "utf8")));
    const document = await (await fetch(`http://127.0.0.1:${apiPort}/v1/openapi.json`)).json();
    expect(document).toMatchObject({ info: { version } });
    const doctor = await patchbay(["doctor"], at).ended;
    expect(doctor.out).toMatch(
      /^ok {4}settings[\s\S]*ok {4}database[\s\S]*ok {4}manifest[\s\S]*ok {4}Slack token/u,
    );
    expect(doctor.exitCode).toBe(0);
    const second = await patchbay(["start"], at).ended;
    expect(second.exitCode).toBe(1);
    expect(second.err).toMatch(/^patchbay: The database .* another Patchbay server.*\n$/u);
    server.child.kill("SIGTERM");
    const { exitCode, out, err } = await server.ended;
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    expect(out).toContain('"msg":"stopped"');
  });

  it("says in one line that its port is taken", async () => {
    const at = await place();
    const slack = await startSlackSandbox({ signingSecret: "process-secret", workspaces: [demoWorkspace] });
    const other = createServer();
    onTestFinished(async () => {
      other.close();
      await slack.close();
    });
    const port = await new Promise<number>((resolve) => {
      other.listen(0, "127.0.0.1", () => {
        const address = other.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
    Object.assign(at.environment, {
      SLACK_API_URL: slack.apiUrl,
      SLACK_SIGNING_SECRET: "process-secret",
      SLACK_BOT_TOKEN: demoWorkspace.botToken,
      HOST: "127.0.0.1",
      PORT: String(port),
      LOG_LEVEL: "silent",
    });
    const { exitCode, err } = await patchbay(["start"], at).ended;
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^patchbay: .*EADDRINUSE.*set another PORT\.\n$/u);
  });
});

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { readConfig } from "../../src/config.ts";
import { vendorIds } from "../../src/vendors/index.ts";
import { connectInfrastructure, type Infrastructure } from "../../src/infrastructure.ts";
import { connectVendor } from "../../src/operations/connections/connect-vendor.ts";
import { asRead, keyOf, largeAccount } from "./accounts.ts";
import { bundled, startChild, type Child } from "./child.ts";
import { startServer, type Server } from "./server.ts";
import { botToken, neighbour, signingSecret, teamId } from "./workspace.ts";

/** The fakes in their own process, and what the app has to know about them. */
export interface ProcessHarness {
  readonly standIns: Child;
  readonly databasePath: string;
  readonly slackApiUrl: string;
  /** The base URL of each vendor. */
  readonly urls: Readonly<Record<string, string>>;
  /** Starts the built app and connects Slack to it. Node options such as `--cpu-prof` help to investigate. */
  startApp(nodeOptions?: readonly string[]): Promise<Server>;
  /** Starts the minimal Bolt app. */
  startBare(nodeOptions?: readonly string[]): Promise<Server>;
  /** Runs a command of the built app while the app runs. Throws if it fails. */
  runCommand(...args: readonly string[]): Promise<void>;
  /** Opens the database while the app runs, as the command line does. */
  look<T>(at: (infra: Infrastructure) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface ProcessHarnessOptions {
  /** The number of phone numbers of each connection: there is one at every vendor. */
  readonly numbersEach: number;
  /** The age of the app's stored lists in milliseconds, as if it had run before; without it, there are none. */
  readonly listsAgeMs?: number;
  /** Whether every number has another agent since then, so that a refresh replaces each. */
  readonly allChangedSince?: boolean;
  /** Whether numbers have long names with special characters. */
  readonly longNames?: boolean;
  /** Whether to leave out the connections. */
  readonly isUnconnected?: boolean;
  /** Whether the app also serves a second workspace, without connections. */
  readonly neighbour?: boolean;
  /** A database to use in place of a new one. */
  readonly databasePath?: string;
  /** A migrated PostgreSQL database to use in place of a file. */
  readonly databaseUrl?: string;
  /** More settings of the app. */
  readonly environment?: Readonly<Record<string, string>>;
}

const run = promisify(execFile);
const started = z.object({ slackApiUrl: z.string(), urls: z.record(z.string(), z.string()) });
const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** Starts the fakes and sets up a connection at each vendor. Needs the built app in `dist`. */
export async function startProcessHarness(options: ProcessHarnessOptions): Promise<ProcessHarness> {
  const {
    numbersEach,
    longNames = false,
    neighbour: second = false,
    databasePath: given,
    databaseUrl,
  } = options;
  const folder = await mkdtemp(join(tmpdir(), "patchbay-bench-"));
  const databasePath = given ?? join(folder, "patchbay.db");
  const standIns = await startChild("fakes");
  const { slackApiUrl, urls } = await standIns.ask(
    "start",
    { numbersEach, longNames, neighbour: second },
    started,
  );
  const environment = {
    SLACK_SIGNING_SECRET: signingSecret,
    ...(second ? installedByOAuth : { SLACK_BOT_TOKEN: botToken }),
    SLACK_API_URL: slackApiUrl,
    HOST: "127.0.0.1",
    PORT: "0",
    ...(databaseUrl === undefined ? { DATABASE_PATH: databasePath } : { DATABASE_URL: databaseUrl }),
    CREDENTIAL_KEYS: `bench:${randomBytes(32).toString("base64")}`,
    ...Object.fromEntries(vendorIds.map((id) => [`${id.toUpperCase()}_API_URL`, urls[id] ?? ""])),
    ...options.environment,
  };
  const settings = readConfig(environment, "slack");
  const look: ProcessHarness["look"] = async (at) => {
    const infra = await connectInfrastructure({ ...settings, logLevel: "fatal" }, { lock: false });
    try {
      return await at(infra);
    } finally {
      await infra.close();
    }
  };
  if (given === undefined && !options.isUnconnected) await look(async (infra) => connectAll(infra, options));
  if (second) await look(async (infra) => installBoth(infra));
  return {
    standIns,
    databasePath,
    slackApiUrl,
    urls,
    startApp: async (nodeOptions = []) => {
      const app = await startServer([...nodeOptions, main, "start"], environment);
      const url = `http://127.0.0.1:${app.port}/slack/events`;
      await standIns.ask("connect", { url }, z.unknown());
      return app;
    },
    startBare: async (nodeOptions = []) =>
      startServer([...nodeOptions, await bundled("bare-bolt"), signingSecret, slackApiUrl], {}),
    runCommand: async (...args) => {
      await run(process.execPath, [main, ...args], { env: environment, maxBuffer: 1_000_000_000 });
    },
    look,
    close: async () => {
      await standIns.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function connectAll(infra: Infrastructure, options: ProcessHarnessOptions): Promise<void> {
  const { numbersEach, listsAgeMs: ageMs, allChangedSince = false, longNames = false } = options;
  for (const vendor of vendorIds) {
    const ctx = infra.contextFor(teamId, { kind: "cli", osUser: "bench" });
    const credentials = { api_key: keyOf(vendor) };
    const connection = await connectVendor(ctx, { vendor, name: `${vendor} main`, credentials });
    if (ageMs === undefined) continue;
    const seed = largeAccount(vendor, numbersEach, longNames);
    const at = new Date(Date.now() - ageMs);
    const copies = ctx.workspace.inventory(connection);
    // The time to read a list page by page within the vendor's rate limit.
    const read = asRead(vendor, seed);
    const items = allChangedSince ? read.map((number) => ({ ...number, agent: null })) : read;
    await copies.numbers.keep({ items, at, tookMs: numbersEach * 6 });
    const agents = seed.agents.map(({ id, name }) => ({ id, name }));
    await copies.agents.keep({ items: agents, at, tookMs: 500 });
  }
}

const installedByOAuth = {
  SLACK_CLIENT_ID: "1.1",
  SLACK_CLIENT_SECRET: "bench-client-secret-77aa",
  SLACK_STATE_SECRET: "bench-state-secret-9b2c",
};

async function installBoth(infra: Infrastructure): Promise<void> {
  for (const team of [{ teamId, botToken }, neighbour]) {
    const installation = {
      team: { id: team.teamId },
      enterprise: undefined,
      user: { id: "U0OPER0000", token: undefined, scopes: undefined },
      bot: { token: team.botToken, scopes: [], id: `B${team.teamId}`, userId: `U${team.teamId}` },
      authVersion: "v2",
      isEnterpriseInstall: false,
    };
    await infra.installations.save(team.teamId, installation, new Date(0));
  }
}

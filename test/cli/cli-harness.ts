import { vendorIds } from "../../src/vendors/index.ts";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { controlSocketOf, openAlone } from "../../src/access/control-access.ts";
import { connectInfrastructure, openInfrastructure } from "../../src/infrastructure.ts";
import { openArchive } from "../../src/open-archive.ts";
import { verifySegment } from "../../src/store/retention/verify-segment.ts";
import { migrateDatabase } from "../../src/migrate-database.ts";
import { moveDatabase } from "../../src/move-database.ts";
import type { CliDeps } from "../../src/cli/cli-context.ts";
import { runCommandLine } from "../../src/cli/program.ts";
import { readConfig, secretFiles } from "../../src/config.ts";
import {
  demoAccount,
  startVendorSandbox,
  type AccountSeed,
  type VendorSandbox,
} from "../../src/sandbox/vendors/index.ts";
import { manifestExpectations as code } from "../../src/slack/server/manifest-expectations.ts";

/** The result of a command. */
export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** A command line in this process, with a database folder and a Cartesia account of its own. */
export interface CliHarness {
  readonly environment: Record<string, string>;
  readonly vendor: VendorSandbox;
  /** Runs a command; `types` are its input lines, from a terminal if `isTTY` is set. */
  run(
    args: readonly string[],
    options?: {
      readonly types?: readonly string[];
      readonly isTTY?: boolean;
      readonly given?: Partial<CliDeps>;
    },
  ): Promise<Ran>;
  /** What a command line runs with that prints nothing. */
  deps(types?: readonly string[], isTTY?: boolean): CliDeps;
  /** Adds a connection as a person would. Returns what was printed. */
  connect(name: string, workspaceId?: string): Promise<Ran>;
  /** The same database, to read and write. It is closed with the test. */
  infra(): ReturnType<typeof openInfrastructure>;
}

export const demoKey = demoAccount("cartesia").key;
export const workspace = "T0DESK001";
export const manifestPath = new URL("../../manifest.yml", import.meta.url);
export const noon = new Date("2026-08-01T12:00:00.000Z");

/** Sets up the command line and removes it after the test. */
export async function startCliHarness({
  account = demoAccount("cartesia"),
}: { readonly account?: AccountSeed } = {}): Promise<CliHarness> {
  const folder = await mkdtemp(join(tmpdir(), "patchbay-cli-"));
  const vendor = await startVendorSandbox("cartesia", { accounts: [account] });
  onTestFinished(async () => {
    await vendor.close();
    await rm(folder, { recursive: true, force: true });
  });
  const environment: Record<string, string> = {
    SLACK_SIGNING_SECRET: "desk-signing-secret",
    SLACK_BOT_TOKEN: "xoxb-desk-token",
    DATABASE_PATH: join(folder, "patchbay.db"),
    CREDENTIAL_KEYS: `k1:${randomBytes(32).toString("base64")}`,
    CARTESIA_API_URL: vendor.url,
    LOG_LEVEL: "silent",
  };
  const lay = (create: boolean) => {
    const settings = readConfig(environment, "database");
    if (!create && !existsSync(settings.databasePath)) throw new Error("There is no database yet.");
    return openInfrastructure(settings, { lock: false });
  };
  const harness: CliHarness = {
    environment,
    vendor,
    run: async (args, { types = [], isTTY = false, given: deps = {} } = {}) => {
      let out = "";
      let err = "";
      const exitCode = await runCommandLine(args, {
        ...harness.deps(types, isTTY),
        out: { out: (text) => void (out += text), err: (text) => void (err += text), isTTY },
        ...deps,
      });
      return { exitCode, out, err };
    },
    connect: async (name, workspaceId = workspace) =>
      harness.run(["connect", "--workspace", workspaceId, "--vendor", "cartesia", "--name", name], {
        types: [demoKey],
      }),
    deps: (types = [], isTTY = false) => {
      const lines = [...types];
      return {
        version: "1.2.3",
        out: { out: () => undefined, err: () => undefined, isTTY },
        input: {
          isTTY,
          line: async () => lines.shift(),
          secret: async () => lines.shift(),
          release: () => undefined,
        },
        now: () => noon,
        osUser: () => "ops",
        onInterrupt: () => () => undefined,
        start: async () => ({ stop: async () => true, lost: new Promise<void>(() => undefined) }),
        untilAskedToEnd: async () => {},
        openInfrastructure: async ({ create }) => {
          const settings = readConfig(environment, "database");
          return settings.postgres ? connectInfrastructure(settings, { lock: false }) : lay(create);
        },
        control: {
          socket: () => controlSocketOf(readConfig(environment, "database")),
          openAlone: async () => openAlone(readConfig(environment, "database")),
          pause: async (ms) => wait(ms),
        },
        migrate: async (role) => migrateDatabase(readConfig(environment, "audit"), role),
        moveDatabase: async (target) => moveDatabase(readConfig(environment, "database"), target),
        archive: async () => openArchive(readConfig(environment, "audit")),
        verifySegment,
        checkSettings: () => void readConfig(environment, "slack"),
        secretFiles: () => secretFiles(readConfig(environment, "audit")),
        tokenOwner: async () => ({ workspace: "Desk (T0DESK001)", scopes: undefined }),
        vendorIds,
        manifestText: () => readFileSync(manifestPath, "utf8"),
        code,
      };
    },
    infra: () => {
      const infra = lay(true);
      onTestFinished(async () => infra.close());
      return infra;
    },
  };
  return harness;
}

import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp, type Running } from "../app.ts";
import { connectInfrastructure, type Infrastructure } from "../infrastructure.ts";
import { readConfig, type Config } from "../config.ts";
import type { AuditEntry } from "../domain/audit/audit-log.ts";
import type { Connection } from "../domain/connections/connections.ts";
import type { VendorId } from "../domain/vendor/vendor.ts";
import { eachVendor, eachVendorAtOnce, vendorIds } from "../vendors/index.ts";
import { connectVendor } from "../operations/connections/connect-vendor.ts";
import { emojiByName } from "../domain/text/emoji-names.ts";
import { startSlackSandbox, type SlackSandbox } from "../sandbox/slack/index.ts";
import { demoAccount, startVendorSandbox, type VendorSandbox } from "../sandbox/vendors/index.ts";
import { storyVendors } from "./story-vendors.ts";
import type { AppServers, HarnessOptions } from "./harness-options.ts";
import { demoWorkspace, oauthSettings } from "./demo-workspace.ts";

/** The whole of Patchbay between fakes, in one process, with its own database. */
export interface Harness {
  readonly slack: SlackSandbox;
  readonly vendors: Readonly<Record<VendorId, VendorSandbox>>;
  readonly settings: Config;
  /** The environment of the settings, for an app in its own process. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same database as the command line opens it. */
  readonly infra: Infrastructure;
  /** The connections of the first workspace, by vendor. */
  readonly connections: Readonly<Partial<Record<VendorId, Connection>>>;
  readonly folder: string;
  /** A key for each vendor's demo account. */
  readonly keys: Readonly<Record<VendorId, string>>;
  /** Secrets that must not appear anywhere. */
  readonly secrets: readonly string[];
  /** The current URL of the app. */
  url(): string;
  /** The address of the HTTP API; empty if it is off. */
  apiUrl(): string;
  /** The audit log of a workspace, oldest first. */
  audit(workspaceId?: string): Promise<readonly AuditEntry[]>;
  /** Connects a workspace to a vendor's demo account like the command line. */
  connect(vendor: VendorId, workspaceId?: string, name?: string): Promise<Connection>;
  stopApp(): Promise<void>;
  startApp(): Promise<void>;
  close(): Promise<void>;
}

const signingSecret = "demo-signing-secret-5c1f0f9a";
const appToken = "xapp-demo-0123456789";
/** How long the harness waits for a vendor, and the app by default, in milliseconds. */
const harnessPatientMs = 10_000;

/** Builds the harness: first the fakes, then the real app, with its first workspace connected to the vendors. */
export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const {
    mode = "http",
    workspaces = [demoWorkspace],
    connected = storyVendors,
    accounts = demoAccount,
    outsideNow,
  } = options;
  const [first] = workspaces;
  if (!first) throw new Error("the harness needs a workspace");
  const slack = await startSlackSandbox({
    signingSecret,
    appToken,
    clientId: oauthSettings.SLACK_CLIENT_ID,
    clientSecret: oauthSettings.SLACK_CLIENT_SECRET,
    emoji: emojiByName,
    workspaces: [...workspaces],
    ...(outsideNow ? { now: outsideNow } : {}),
    ...(options.triggerLifetimeMs === undefined ? {} : { triggerLifetimeMs: options.triggerLifetimeMs }),
    ...(options.tokenRotation ? { tokenRotation: options.tokenRotation } : {}),
  });
  // Keys that look like a vendor's and appear nowhere else, so that a leak would be found.
  const keyOf = (id: VendorId): string => `${accounts(id).key}_${randomBytes(12).toString("hex")}`;
  const keys = eachVendor(keyOf);
  const vendorClock = outsideNow ? { now: () => outsideNow().getTime() } : {};
  const vendors = await eachVendorAtOnce(async (id) =>
    startVendorSandbox(id, { accounts: [{ ...accounts(id), key: keys[id] }], ...vendorClock }),
  );
  const folder = await mkdtemp(join(tmpdir(), "patchbay-"));
  const environment = {
    ...(mode === "socket" ? { SLACK_APP_TOKEN: appToken } : { SLACK_SIGNING_SECRET: signingSecret }),
    ...(workspaces.length === 1 ? { SLACK_BOT_TOKEN: first.botToken } : oauthSettings),
    SLACK_API_URL: slack.apiUrl,
    HOST: "127.0.0.1",
    PORT: "0",
    DATABASE_PATH: join(folder, "patchbay.db"),
    CREDENTIAL_KEYS: `demo:${randomBytes(32).toString("base64")}`,
    ...Object.fromEntries(vendorIds.map((id) => [`${id.toUpperCase()}_API_URL`, vendors[id].url])),
    LOG_LEVEL: "error",
    ...options.environment,
  };
  const settings = readConfig(environment, "slack");
  // A test may give the app a short time limit for vendors. Setup must not be affected by it.
  const patient = { ...settings, vendorTimeoutMs: Math.max(settings.vendorTimeoutMs, harnessPatientMs) };
  const { logTo, monotonicMs, wait, patientMs = harnessPatientMs } = options;
  const infra = await connectInfrastructure(patient, {
    lock: false,
    now: options.now,
    monotonicMs,
    wait,
    patientMs,
    ...(logTo ? { logTo } : {}),
  });
  const connect: Harness["connect"] = async (vendor, workspaceId = first.teamId, name = `${vendor} demo`) =>
    connectVendor(infra.contextFor(workspaceId, { kind: "cli", osUser: "demo" }), {
      vendor,
      name,
      credentials: { api_key: keys[vendor] },
    });
  for (const { teamId, botToken, botId, botUserId } of workspaces.length === 1 ? [] : workspaces) {
    const installation = {
      team: { id: teamId },
      enterprise: undefined,
      user: { id: "U0ADMIN01", token: undefined, scopes: undefined },
      bot: { token: botToken, scopes: [], id: botId, userId: botUserId },
      authVersion: "v2",
      isEnterpriseInstall: false,
    };
    await infra.installations.save(teamId, installation, new Date(0));
  }
  const added = connected.map(async (vendor) => [
    vendor,
    await addConnection(infra, first.teamId, vendor, keys),
  ]);
  const connections: Partial<Record<VendorId, Connection>> = Object.fromEntries(await Promise.all(added));
  let running: AppServers | undefined;
  const startHere = async (): Promise<AppServers> => {
    const app: Running = await startApp(settings, {
      ...options,
      patientMs,
      processMetrics: false,
      ...(options.now && !options.isClockSkewed ? { isClockSkewed: () => false } : {}),
    });
    const apiUrl = app.apiPort === undefined ? undefined : `http://127.0.0.1:${app.apiPort}`;
    return { url: `http://127.0.0.1:${app.port}`, apiUrl, stop: async () => app.stop() };
  };
  const start = async (): Promise<void> => {
    running = options.startServers ? await options.startServers(environment) : await startHere();
    if (mode === "http") slack.connect(`${running.url}/slack/events`);
  };
  const stop = async (): Promise<void> => {
    await running?.stop();
    running = undefined;
  };
  await start();
  return {
    slack,
    vendors,
    settings,
    environment,
    infra,
    connections,
    folder,
    keys,
    secrets: [
      ...workspaces.map(({ botToken }) => botToken),
      ...Object.values(keys),
      signingSecret,
      appToken,
      environment.CREDENTIAL_KEYS.split(":")[1] ?? "",
    ],
    url: () => running?.url ?? "",
    apiUrl: () => running?.apiUrl ?? "",
    audit: async (workspaceId = first.teamId) =>
      (await infra.store.workspace(workspaceId).audit.entries({ limit: 1000 })).toReversed(),
    connect,
    startApp: start,
    stopApp: stop,
    close: async () => {
      await stop();
      await infra.close();
      await Promise.all([slack.close(), ...Object.values(vendors).map(async (vendor) => vendor.close())]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Adds a connection as `connectVendor` records it, without the request that tests the key: the fake knows it. */
async function addConnection(
  { store, newId }: Infrastructure,
  workspaceId: string,
  vendor: VendorId,
  keys: Readonly<Record<VendorId, string>>,
): Promise<Connection> {
  const connection = { vendor, name: `${vendor} demo`, credentials: { api_key: keys[vendor] } };
  return store.workspace(workspaceId).connections.add(connection, ({ id, name }) => ({
    kind: "connection.added",
    connection: { id, vendor, name },
    actor: { kind: "cli", osUser: "demo" },
    requestId: newId("req"),
    outcome: "applied",
  }));
}

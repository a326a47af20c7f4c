import type { AlertSource } from "../../domain/alerts/hook.ts";
import type { VendorId } from "../../sandbox/vendors/index.ts";
import { randomBytes } from "node:crypto";
import { eachVendor, vendorIds, vendors } from "../../vendors/index.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import { connectVendor } from "../../operations/connections/connect-vendor.ts";
import { savePlan } from "../../operations/failover/save-plan.ts";
import { defaultPatientMs } from "../../operations/shared/context.ts";
import { startDemoReplicas } from "../replicas/demo-replicas.ts";
import { startHarness, type Harness } from "../harness.ts";
import { storyVendors } from "../story-vendors.ts";
import { accountTables, auditLines, type Owner } from "./inspector-data.ts";
import { demoAlerts } from "./demo-alerts.ts";
import { holdingMessagePlan } from "./failover-plan.ts";
import { faultNames, orderFaults } from "./faults.ts";
import { believableAccount } from "./numbers.ts";
import { livePast } from "./seed-history.ts";
import { pageWorkspaces } from "./people.ts";
import { playCalls } from "./play-calls.ts";
import { requestLogOf, type RequestLog } from "./request-log.ts";
import type { HarnessOptions } from "../harness-options.ts";
import type { AlertAct, InspectorData, FaultName, ReplicaAct } from "./inspector-types.ts";

/** The harness behind the page, fully set up. A reset replaces it. */
export interface DemoSession {
  readonly harness: Harness;
  readonly requestLog: RequestLog;
  inspectorData(): Promise<InspectorData>;
  /** The current number of phone numbers of the first workspace. */
  ownNumbers(): number;
  setFaults(vendor: VendorId, names: readonly FaultName[]): void;
  /** Sends an alert to the app like a source, or a forged one. */
  sendAlert(source: AlertSource, act: AlertAct): Promise<void>;
  /** Stops the app like a crash or a deployment, or starts it again. */
  runApp(running: boolean): Promise<void>;
  /** Kills, pauses, stops or starts one of several replicas. */
  actOnReplica(name: string, act: ReplicaAct): Promise<void>;
  /** Calls the listener after anything that may change what is shown. */
  listen(listener: () => void): void;
  close(): Promise<void>;
}

/** How to set up a demo session. */
export interface DemoSessionOptions {
  /** The phone numbers of the first workspace over all vendors; 22 at each by default. */
  readonly numbers?: number | undefined;
  /** The number of servers on one PostgreSQL; one in this process on SQLite by default. */
  readonly replicas?: number | undefined;
  /** Whether the HTTP API is on; off by default. Not for several servers. */
  readonly hasApi?: boolean | undefined;
  /** Where to look for PostgreSQL's programs. */
  readonly path?: string | undefined;
  /** See `DemoReplicasOptions`. */
  readonly compiledReplica?: string | undefined;
  /** The app's time limit for vendors, in milliseconds; 5,000 by default. */
  readonly vendorTimeoutMs?: number | undefined;
  /** The app's clock and the interval at which expiries are checked; the system's and the app's own by default. */
  readonly time?: Pick<HarnessOptions, "now" | "timedEveryMs">;
}

const minExpiryMs = 60_000;
/** Less than what the failover plan needs at a vendor, and more than what a visitor changes by hand. */
const updateLimit = { burst: 4, perSecond: 1, silent: true, updatesOnly: true };
const [first, second] = pageWorkspaces;
const secondHas: ReadonlySet<VendorId> = new Set(storyVendors.filter((_, index) => index % 3 === 0));

/** Sets up fakes, the real app, two workspaces with their own accounts, and a short history. */
export async function startDemoSession(options: DemoSessionOptions = {}): Promise<DemoSession> {
  const { numbers = 22 * vendorIds.length, vendorTimeoutMs = 5000 } = options;
  if (!first || !second) throw new Error("the page has two workspaces");
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const replicas =
    options.replicas === undefined
      ? undefined
      : await startDemoReplicas({
          count: options.replicas,
          path: options.path ?? "",
          minExpiryMs,
          onChange: tell,
          compiledReplica: options.compiledReplica,
        });
  const harness = await startHarness({
    ...(replicas ? { startServers: async (environment) => replicas.startServers(environment) } : {}),
    workspaces: pageWorkspaces.map(({ seed }) => seed),
    connected: [],
    ...options.time,
    patientMs: defaultPatientMs,
    // Short enough to watch a reminder and a revert.
    minExpiryMs,
    environment: {
      ...replicas?.environment,
      VENDOR_TIMEOUT_MS: String(vendorTimeoutMs),
      ...(options.hasApi ? { API_PORT: "0" } : {}),
      LOG_LEVEL: "silent",
    },
    accounts: (vendor) =>
      believableAccount(vendor, {
        key: `${vendor}_live`,
        seed: 1 + vendorIds.indexOf(vendor),
        numbers: Math.floor((numbers + vendorIds.indexOf(vendor)) / vendorIds.length),
        withDemo: true,
      }),
  });
  const owners = new Map<string, Owner>();
  const own = (vendor: VendorId, key: string, owner: Owner) => owners.set(`${vendor} ${key}`, owner);
  const ownerOf = (vendor: VendorId, key: string): Owner =>
    owners.get(`${vendor} ${key}`) ?? { name: "?", spare: false };
  const connect = async (team: string, vendor: VendorId, name: string, key: string): Promise<Connection> => {
    const ctx = harness.infra.contextFor(team, { kind: "cli", osUser: "demo" });
    return connectVendor(ctx, { vendor, name, credentials: { api_key: key } });
  };
  const connected: Connection[] = [];
  for (const vendor of vendorIds) {
    own(vendor, harness.keys[vendor], { name: first.info.name, spare: false });
    connected.push(
      await connect(first.info.id, vendor, `${vendors[vendor].title} prod`, harness.keys[vendor]),
    );
    if (secondHas.has(vendor)) {
      const key = `${vendor}_nord_${randomBytes(12).toString("hex")}`;
      harness.vendors[vendor].addAccount(
        believableAccount(vendor, { key, seed: 91, numbers: 8, prefix: "Nordlicht ", firstDigits: 63 }),
      );
      own(vendor, key, { name: second.info.name, spare: false });
      await connect(second.info.id, vendor, `${vendors[vendor].title} Nordlicht`, key);
    }
    const key = `${vendor}_spare_${randomBytes(4).toString("hex")}`;
    harness.vendors[vendor].addAccount(
      believableAccount(vendor, { key, seed: 47, numbers: 4, prefix: "Spare ", firstDigits: 29 }),
    );
    own(vendor, key, { name: "nobody yet", spare: true });
  }
  const secrets = vendorIds.flatMap((vendor) => harness.vendors[vendor].accounts().map(({ key }) => key));
  const teamOf = (userId: string): string =>
    pageWorkspaces.find(({ info }) => info.people.some(({ id }) => id === userId))?.info.id ?? "";
  await livePast(harness, teamOf);
  await savePlan(
    harness.infra.contextFor(first.info.id, { kind: "cli", osUser: "ada" }),
    holdingMessagePlan(
      harness,
      connected.filter(({ vendor }) => storyVendors.includes(vendor)),
    ),
  );
  harness.vendors.oneinbox.limitRate(updateLimit);

  const faults = eachVendor((): readonly FaultName[] => []);
  harness.slack.listen(tell);
  for (const vendor of vendorIds) harness.vendors[vendor].listen(tell);
  const callers = playCalls(harness);
  let appRunning = true;
  const alerts = demoAlerts({
    harness,
    teamId: first.info.id,
    channelId: "C0VOICE01",
    plan: "holding-message",
  });
  return {
    harness: harness,
    requestLog: requestLogOf(harness, secrets),
    inspectorData: async () => ({
      appRunning,
      replicas: appRunning ? (replicas?.rows() ?? []) : [],
      faults: { ...faults },
      alerts: alerts.rows(),
      accounts: accountTables(harness, ownerOf),
      audit: await auditLines(
        harness,
        pageWorkspaces.map(({ info }) => info.id),
      ),
    }),
    ownNumbers: () =>
      accountTables(harness, ownerOf)
        .filter(({ owner }) => owner === first.info.name)
        .reduce((sum, account) => sum + account.numbers.length, 0),
    setFaults: (vendor, names) => {
      faults[vendor] = faultNames.filter((name) => names.includes(name));
      orderFaults(harness.vendors[vendor], faults[vendor]);
      tell();
    },
    sendAlert: async (source, act) => {
      if (!appRunning) throw new Error("The app is stopped: nothing answers. Start it under Faults.");
      await alerts.send(source, act);
      tell();
    },
    runApp: async (running) => {
      if (running === appRunning) return;
      appRunning = running;
      await (running ? harness.startApp() : harness.stopApp());
      tell();
    },
    actOnReplica: async (name, act) => {
      if (!replicas) throw new Error("The app is one process here.");
      await replicas.act(name, act);
      tell();
    },
    listen: (listener) => {
      listeners.add(listener);
    },
    close: async () => {
      listeners.clear();
      callers.stop();
      await harness.close();
      await replicas?.close();
    },
  };
}

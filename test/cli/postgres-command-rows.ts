import { join } from "node:path";
import { onTestFinished } from "vitest";
import { startApp } from "../../src/app.ts";
import { startHarness } from "../../src/demo/harness.ts";
import { failoverOf, runStepOf } from "../support/failover/run-steps.ts";
import { workspace, type Ran } from "./cli-harness.ts";
import {
  apiRows,
  controlRows,
  importPlan,
  inWorkspace,
  plain,
  reads,
  type Prepared,
  type Row,
} from "./postgres-rows.ts";

/** What each command does on PostgreSQL. */
export const commandRows: Readonly<Record<string, Row>> = {
  start: { run: started, exitCode: 0, out: /^$/u },
  connect: {
    run: async ({ harness }) => harness.connect("Second"),
    exitCode: 0,
    out: /^Connected Second \(cartesia\)/u,
  },
  connections: reads(/"name":"Prod"/u, "connections"),
  "connections test": {
    run: plain("connections", "test", "Prod", ...inWorkspace),
    exitCode: 0,
    out: /is healthy, and its key works/u,
  },
  "connections remove": {
    run: plain("connections", "remove", "Prod", ...inWorkspace, "--yes"),
    exitCode: 0,
    out: /^Removed .*Prod.* and its key\. Nothing changed at the vendor\./u,
  },
  number: reads(/^Usage: patchbay number/u, "number", "--help"),
  "number list": reads(/^\+1 713 555 0169 +Claims +nobody +Prod /mu, "number", "list"),
  "number show": reads(/^Answered by: Roadside assistance$/mu, "number", "show", "0152", ...inWorkspace),
  "number agents": reads(/^Dispatch +agent_7hN4pZc2 +Prod$/mu, "number", "agents", "Prod"),
  "number history": reads(/"changes":\[\]/u, "number", "history", "--json"),
  "number status": reads(/^All clear: nothing needs attention\.$/mu, "number", "status"),
  "number reassign": {
    run: plain("number", "reassign", "0152", "Dispatch", "--yes"),
    exitCode: 0,
    out: /^Reassigned Roadside .*: agent: Roadside assistance → Dispatch$/mu,
  },
  "number detach": {
    run: plain("number", "detach", "0152", "--yes"),
    exitCode: 0,
    out: /^Callers reach no agent\.$/mu,
  },
  "number rename": {
    run: plain("number", "rename", "0152", "Desk", "--yes"),
    exitCode: 0,
    out: /^Renamed Roadside .*: name: Roadside → Desk$/mu,
  },
  "number edit": {
    run: plain("number", "edit", "0152", "provider=ap_9dK2mQx7", "--yes"),
    exitCode: 0,
    out: /^Edited Roadside .*: provider: Twilio …0f2b · us1 → Twilio …a2f1 · us1$/mu,
  },
  "number runbook": {
    run: plain("number", "runbook", "0152", "https://wiki.example.com/runbooks/roadside"),
    exitCode: 0,
    out: /^Roadside \(\+1 214 555 0152\) at Prod links to https:\/\/wiki\.example\.com\/runbooks\/roadside\.$/mu,
  },
  "number undo": {
    run: async ({ harness }) => {
      await harness.run(["number", "detach", "0152", "--yes"]);
      return harness.run(["number", "undo", "0152", "--yes", "--json"]);
    },
    exitCode: 0,
    out: /"outcome":"applied".*"change":"reassign"/u,
  },
  audit: reads(/"kind":"connection\.added"/u, "audit"),
  "audit verify": reads(
    /^T0DESK001: intact; 2 entries, matches the checkpoint at entry 2 /u,
    "audit",
    "verify",
  ),
  "audit export": reads(/"kind":"checkpoints\.accepted"/u, "audit", "export", "--format", "jsonl"),
  "audit retire": {
    run: async ({ harness, ownerUrl, folder }) => {
      harness.environment["DATABASE_URL"] = ownerUrl;
      return harness.run(["audit", "retire", "--before", "2020-01", "--output", folder]);
    },
    exitCode: 0,
    out: /^There are no entries from before 2020-01\.$/mu,
  },
  "audit hold": {
    run: plain("audit", "hold", "on", ...inWorkspace, "--because", "case 4711"),
    exitCode: 0,
    out: /^T0DESK001 is under a legal hold/mu,
  },
  erase: {
    run: plain("erase", "U0NOBODY", ...inWorkspace),
    exitCode: 1,
    out: /T0DESK001 does not know U0NOBODY\. Nothing was erased\./u,
  },
  evidence: reads(
    /"name":"break-glass","rows":\[\]/u,
    "evidence",
    ...inWorkspace,
    "--from",
    "2026-01-01",
    "--to",
    "2026-02-01",
    "--json",
  ),
  "audit accept": reads(
    /^Nothing to accept: the audit log matches its checkpoints\.$/mu,
    "audit",
    "accept",
    "--reason",
    "nothing new",
  ),
  backup: {
    run: async ({ harness, folder }) => harness.run(["backup", join(folder, "copy.db")]),
    exitCode: 1,
    out: /copies a SQLite file\. For PostgreSQL use pg_dump, or your provider's backups\. Then restore a copy and check it: DATABASE_URL=postgres:\/\/…\/copy patchbay audit verify --public-key audit-key\.pub$/mu,
  },
  migrate: {
    run: async ({ harness, ownerUrl }) => {
      harness.environment["DATABASE_URL"] = ownerUrl;
      return harness.run(["migrate", "--grant-to", "patchbay_test_app"]);
    },
    exitCode: 0,
    out: /the schema was already up to date\. patchbay_test_app has the rights of the server\.$/mu,
  },
  ...controlRows,
  ...apiRows,
  "failover import": {
    run: importPlan,
    exitCode: 0,
    out: /^Saved prod-down, revision 1: 1 number\.$/mu,
  },
  "failover export": {
    run: async (given) => {
      await importPlan(given);
      return given.harness.run(["failover", "export", "prod-down", ...inWorkspace]);
    },
    exitCode: 0,
    out: /^ +connection: Prod$/mu,
  },
  "failover status": {
    run: async (given) => {
      const infra = await given.harness.deps().openInfrastructure({ create: false });
      const { runs } = infra.store.workspace(workspace);
      await runs.show(failoverOf("run_1", [runStepOf("pn_1")]));
      const actor = { kind: "cli", osUser: "ops" } as const;
      await runs.begin("run_1", { userId: "U1" }, { kind: "failover.begun", actor, requestId: "req_1" });
      await infra.close();
      return given.harness.run(["failover", "status", ...inWorkspace]);
    },
    exitCode: 0,
    out: /^\{.*"run":"run_1".*"state":"running".*"changed":0.*"of":1.*"name":"prod"/u,
  },
  keys: reads(/k1 .*newest, encrypts/u, "keys"),
  "keys status": reads(/2 encrypted with k1, the newest\.$/mu, "keys", "status"),
  "keys rotate": {
    run: async ({ harness }) => {
      const { CREDENTIAL_KEYS: old = "" } = harness.environment;
      harness.environment["CREDENTIAL_KEYS"] = `k2:${Buffer.alloc(32, 2).toString("base64")},${old}`;
      return harness.run(["keys", "rotate"]);
    },
    exitCode: 0,
    out: /^2 re-encrypted from k1 to k2$/mu,
  },
  doctor: reads(
    /^ok {4}database: opens, schema is up to date, is writable$(?![\s\S]*(?:FAIL|audit log))/mu,
    "doctor",
  ),
};

/** Starts a server beside that of the harness, and stops it again. */
async function started({ harness }: Prepared): Promise<Ran> {
  const { DATABASE_URL: url = "", AUDIT_SIGNING_KEY_PATH: key = "" } = harness.environment;
  const environment = {
    DATABASE_PATH: "",
    DATABASE_URL: url,
    AUDIT_SIGNING_KEY_PATH: key,
    LOG_LEVEL: "silent",
  };
  const app = await startHarness({ connected: [], environment });
  onTestFinished(async () => app.close());
  let isUp = (): void => undefined;
  const up = new Promise<void>((resolve) => (isUp = resolve));
  const start = async () => {
    const running = await startApp(app.settings, { processMetrics: false });
    isUp();
    return running;
  };
  return harness.run(["start"], { given: { start, untilAskedToEnd: async () => up } });
}

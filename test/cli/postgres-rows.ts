import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { workspace, type CliHarness, type Ran } from "./cli-harness.ts";

/** A database with the connection `Prod` and signed entries, and what the command line needs. */
export interface Prepared {
  readonly harness: CliHarness;
  readonly ownerUrl: string;
  readonly folder: string;
}

export interface Row {
  readonly run: (prepared: Prepared) => Promise<Ran>;
  readonly exitCode: number;
  readonly out: RegExp;
  /** Whether it leaves everything as it is, so that others can use the same database. */
  readonly onlyReads?: true;
}

export const plain =
  (...args: readonly string[]): Row["run"] =>
  async ({ harness }) =>
    harness.run(args);
/** The row of a command that leaves everything as it is. */
export const reads = (out: RegExp, ...args: readonly string[]): Row => ({
  run: plain(...args),
  exitCode: 0,
  out,
  onlyReads: true,
});
/** The row of a command that is refused, since what it names is not there. */
const refused = (out: RegExp, ...args: readonly string[]): Row => ({ ...reads(out, ...args), exitCode: 3 });
export const inWorkspace = ["--workspace", workspace];

/** The last of several commands. */
const after =
  (before: readonly (readonly string[])[], ...args: readonly string[]): Row["run"] =>
  async ({ harness }) => {
    for (const each of before) await harness.run(each);
    return harness.run(args);
  };

const because = ["--because", "tried"];
const incident = ["incident", "start", "INC-1"];
const noRequest = /^patchbay: There is no such request for approval\./mu;

/** Saves a plan that switches one number to another agent. */
async function savePlan({ harness, folder }: Prepared): Promise<void> {
  const file = join(folder, "switch.yaml");
  writeFileSync(
    file,
    `plan: switch
title: Switch
tiers:
  - name: all
    numbers:
      - {number: pn_B6d1Vz5H, connection: Prod, to: agent_7hN4pZc2}
`,
  );
  await harness.run(["failover", "import", file, ...inWorkspace]);
}

const withPlan =
  (...args: readonly string[]): Row["run"] =>
  async (given) => {
    await savePlan(given);
    return given.harness.run(["failover", ...args]);
  };
const noRun = /^patchbay: No run of the plan switch is going on\./mu;

/** What the commands about freezes, approvals, incidents and failovers do on PostgreSQL. */
export const controlRows: Readonly<Record<string, Row>> = {
  freeze: {
    run: plain("freeze", "0152", ...because),
    exitCode: 0,
    out: /^Roadside .* is frozen by cli:ops /u,
  },
  unfreeze: {
    run: after([["freeze", "0152", ...because]], "unfreeze", "0152"),
    exitCode: 0,
    out: /^Roadside .* can be changed again\./u,
  },
  approve: refused(noRequest, "approve", "apr_none", "--yes"),
  decline: refused(noRequest, "decline", "apr_none"),
  withdraw: refused(noRequest, "withdraw", "apr_none"),
  incident: reads(/^Usage: patchbay incident/u, "incident", "--help"),
  "incident start": { run: plain(...incident), exitCode: 0, out: /^INC-1 is open\.$/mu },
  "incident list": {
    run: after([incident], "incident", "list"),
    exitCode: 0,
    out: /^INC-1: started by cli:ops/u,
  },
  "incident show": { run: after([incident], "incident", "show", "INC-1"), exitCode: 0, out: /, open$/mu },
  "incident end": {
    run: after([incident], "incident", "end", "INC-1"),
    exitCode: 0,
    out: /^INC-1 has ended\.$/mu,
  },
  "incident revert": {
    run: after(
      [incident, ["number", "detach", "0152", "--yes", "--incident", "INC-1"]],
      "incident",
      "revert",
      "INC-1",
      "--yes",
    ),
    exitCode: 0,
    out: /^The revert of INC-1 is over: 1 of 1 changed\.$/mu,
  },
  failover: {
    run: withPlan("switch", "--yes", ...because),
    exitCode: 0,
    out: /^Failover switch is through.*: 1 of 1 changed\.$/mu,
  },
  "failover practice": {
    run: withPlan("practice", "switch", "--yes", ...because),
    exitCode: 0,
    out: /^The practice of switch is through.*: 1 of 1 changed\.$/mu,
  },
  "failover back": {
    run: async (given) => {
      await withPlan("switch", "--yes", ...because)(given);
      return given.harness.run(["failover", "back", "switch", "--yes"]);
    },
    exitCode: 0,
    out: /^The fail-back of switch is over: 1 of 1 changed\.$/mu,
  },
  "failover drill": {
    run: withPlan("drill", "switch"),
    exitCode: 0,
    out: /^Drilled switch, revision 1: 1 of 1 /mu,
  },
  "failover pause": { run: withPlan("pause", "switch"), exitCode: 3, out: noRun },
  "failover resume": { run: withPlan("resume", "switch"), exitCode: 3, out: noRun },
  "failover stop": { run: withPlan("stop", "switch"), exitCode: 3, out: noRun },
  "failover remove": {
    run: withPlan("remove", "switch", "--yes"),
    exitCode: 0,
    out: /^The failover plan switch was removed\.$/mu,
  },
};

/** What the commands about routes, tokens and webhooks do on PostgreSQL. */
export const apiRows: Readonly<Record<string, Row>> = {
  routes: reads(/^Usage: patchbay routes/u, "routes", "--help"),
  "routes export": reads(/pn_B6d1Vz5H/u, "routes", "export"),
  "routes apply": refused(/nowhere\.yaml/u, "routes", "apply", "--file", "/nowhere.yaml", "--yes"),
  "routes plan": {
    run: async ({ harness, folder }) => {
      const file = join(folder, "routes.yaml");
      writeFileSync(file, (await harness.run(["routes", "export"])).out);
      return harness.run(["routes", "plan", "--file", file, "--json"]);
    },
    exitCode: 0,
    out: /./u,
  },
  completion: reads(/^complete .* patchbay$/mu, "completion", "bash"),
  "audit tail": reads(/connection\.added/u, "audit", "tail"),
  tokens: reads(/^Usage: patchbay tokens/u, "tokens", "--help"),
  "tokens list": reads(/"tokens":\[\]/u, "tokens", "list", "--json"),
  "tokens make": { run: plain("tokens", "make", "ci", "--scope", "read"), exitCode: 0, out: /./u },
  "tokens revoke": refused(/^patchbay: /u, "tokens", "revoke", "nothing"),
  hooks: reads(/^Usage: patchbay hooks/u, "hooks", "--help"),
  "hooks list": reads(/"hooks":\[\]/u, "hooks", "list", "--json"),
  "hooks add": { run: plain("hooks", "add", "Grafana", "--source", "grafana"), exitCode: 0, out: /^pbh_/u },
  "hooks secret": refused(/^patchbay: /u, "hooks", "secret", "hook_none"),
  "hooks remove": refused(/^patchbay: /u, "hooks", "remove", "hook_none"),
  webhooks: reads(/^Usage: patchbay webhooks/u, "webhooks", "--help"),
  "webhooks list": reads(/"webhooks":\[\]/u, "webhooks", "list", "--json"),
  "webhooks add": { run: plain("webhooks", "add", "https://hooks.example.com/x"), exitCode: 0, out: /./u },
  "webhooks rotate": refused(/^patchbay: /u, "webhooks", "rotate", "whk_none"),
  "webhooks remove": refused(/^patchbay: /u, "webhooks", "remove", "whk_none"),
  "webhooks filter": refused(/^patchbay: /u, "webhooks", "filter", "whk_none", "change.*"),
  "webhooks resume": refused(/^patchbay: /u, "webhooks", "resume", "whk_none"),
};

/** Imports a plan of one number. */
export async function importPlan({ harness, folder }: Prepared): Promise<Ran> {
  const file = join(folder, "plan.yaml");
  writeFileSync(
    file,
    `plan: prod-down
title: Prod cannot speak
tiers:
  - name: all
    numbers:
      - {number: pn_1, connection: Prod, to: agent_b}
`,
  );
  return harness.run(["failover", "import", file, ...inWorkspace]);
}

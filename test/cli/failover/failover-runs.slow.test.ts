import { describe, expect, it } from "vitest";
import { drillDocument, planListDocument } from "../../../src/cli/failover/plan-commands.ts";
import { runDocument, runResultDocument } from "../../../src/cli/runs/run-document.ts";
import { isUpdate } from "../../../src/sandbox/vendors/index.ts";
import { cli, operator, teamId } from "../../support/fixtures.ts";
import {
  addMany,
  answeredBy,
  savePlanOfMany,
  type ManyNumbers,
} from "../../support/failover/plan-of-many.ts";
import { onRecord } from "../../support/record.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { places, startAppAndCli, type AppAndCli, type Place } from "../control/app-and-cli.ts";

const because = ["--because", "callers hear silence"];

interface Planned extends AppAndCli {
  readonly many: ManyNumbers;
  switched(): number;
  failover(...args: readonly string[]): ReturnType<AppAndCli["run"]>;
}

/** A plan that switches four numbers, the first one in a tier of its own. */
async function startPlanned(place: Place = "the server"): Promise<Planned> {
  const system = await startAppAndCli("the server", { runsEveryMs: 20 });
  const { app } = system;
  const many = addMany(app, "cartesia", 4);
  await savePlanOfMany(app, app.infra.store.workspace(teamId), "cartesia-down", [many]);
  if (place === "the command itself") await app.stopApp();
  return {
    ...system,
    many,
    switched: () => answeredBy(app, many, many.after),
    failover: async (...args) => system.run(["failover", ...args]),
  };
}

const updates = ({ app }: AppAndCli) => app.vendors.cartesia.requests.filter(isUpdate);

describe.each(places)("patchbay failover, run by %s", (place) => {
  it("shows what a plan would do, and changes nothing unless that is confirmed", async () => {
    const system = await startPlanned(place);
    const { exitCode, out, err } = await system.failover("cartesia-down", "--for", "2h", ...because);
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: "" });
    expect(err).toMatch(
      /^Failover cartesia-down: 4 numbers, takes a few seconds at the vendors' rate limits$/mu,
    );
    expect(err).toContain("Callers hear nothing.\nRunbook: https://wiki.example.com/down\n");
    expect(err).toContain(
      "4 will be switched\n1 number first (canary); then the other 3 (rest). They stay switched for 2 h.\n",
    );
    expect(err).toContain("Nothing was changed. Run it again and answer y, or add --yes.");
    expect(updates(system)).toEqual([]);
  });

  it("switches every number, follows that to its end, and takes it back", async () => {
    const system = await startPlanned(place);
    const { exitCode, out, err } = await system.failover("cartesia-down", "--yes", ...because);
    expect(out).toMatch(
      /^Failover cartesia-down is through, and its numbers stay switched until 20\S+Z: 4 of 4 changed\.\n/u,
    );
    expect({ exitCode, switched: system.switched() }).toEqual({ exitCode: 0, switched: 4 });
    expect(err).toMatch(/^\d of 4 changed$/mu);
    expect(out).toContain("To take it back: patchbay failover back cartesia-down");
    expect(await onRecord(system.app, { kind: "failover.begun" })).toMatchObject({
      actor: { kind: "cli", osUser: "ops" },
      reason: "callers hear silence",
    });
    expect((await onRecord(system.app, { kind: "change.requested" })).actor).toEqual({
      kind: "cli",
      osUser: "ops",
    });
    const listed = planListDocument.parse(JSON.parse((await system.failover("--json")).out));
    expect(listed.plans).toMatchObject([
      { plan: "cartesia-down", runbook: "https://wiki.example.com/down", numbers: 4, run: { state: "held" } },
    ]);
    const back = await system.failover("back", "cartesia-down", "--yes", "--json");
    expect(back.exitCode).toBe(0);
    expect(runResultDocument.parse(JSON.parse(back.out))).toMatchObject({
      outcome: "applied",
      run: { kind: "back", state: "done", of: 4, changed: 4 },
    });
    expect(system.switched()).toBe(0);
  });

  it("exits with 6 when it pauses, names the number, and goes on from there", async () => {
    const system = await startPlanned(place);
    system.app.vendors.cartesia.fault({ kind: "status", status: 422 }, { on: "write", times: 1 });
    const { exitCode, out, err } = await system.failover("cartesia-down", "--yes", ...because);
    expect(exitCode).toBe(6);
    expect(err).not.toContain("is paused");
    expect(out).toMatch(
      /^Failover cartesia-down is paused: 0 of 4 changed, 1 not\.\nA number of the first tier failed\.\n/u,
    );
    expect(out).toContain("To continue: patchbay failover resume cartesia-down.");
    const steered = await system.failover("pause", "cartesia-down");
    expect(steered.exitCode).toBe(3);
    expect(steered.err).toContain(
      "Failover cartesia-down is paused, so there is nothing to pause.\nNothing was changed. To continue it: `patchbay failover resume cartesia-down`. To end it: `patchbay failover stop cartesia-down`.\n",
    );
    const resumed = await system.failover("resume", "cartesia-down", "--json");
    expect(resumed.exitCode).toBe(6);
    expect(runResultDocument.parse(JSON.parse(resumed.out))).toMatchObject({
      outcome: "partly",
      run: { state: "held", of: 4, changed: 3, failed: 1 },
    });
    expect(updates(system)).toHaveLength(4);
    for (const word of ["pause", "resume"]) {
      const { exitCode: code, err: words } = await system.failover(word, "cartesia-down");
      expect(code).toBe(3);
      expect(words).toContain(
        `is through, so there is nothing to ${word}.\nNothing was changed. To take it back: \`patchbay failover back cartesia-down\`. To end it as it is: \`patchbay failover stop cartesia-down\`.\n`,
      );
    }
  });

  it("is stopped, and what it has not changed stays", async () => {
    const system = await startPlanned(place);
    system.app.vendors.cartesia.fault({ kind: "status", status: 422 }, { on: "write", times: 1 });
    await system.failover("cartesia-down", "--yes", ...because);
    const stopped = await system.failover("stop", "cartesia-down", "--json", ...because);
    expect(stopped.exitCode).toBe(0);
    expect(runDocument.parse(JSON.parse(stopped.out))).toMatchObject({ state: "stopped", changed: 0 });
    const again = await system.failover("stop", "cartesia-down");
    expect(again.exitCode).toBe(3);
    expect(again.err).toContain("No run of the plan cartesia-down is going on.");
  });

  it("names the rules that do not allow it, and overrides one by its name, with a reason", async () => {
    const system = await startPlanned(place);
    const { app, many } = system;
    const scopes = [{ connectionId: app.connections.cartesia?.id ?? "" }];
    const demand = {
      kind: "at_most",
      atMost: { numbers: 1 },
      agentId: many.after,
      agentName: "Other",
    } as const;
    const details = { rule: "rul_1", title: "Capacity", demand: "" };
    await app.infra.store
      .workspace(teamId)
      .rules.set(
        { id: "rul_1", title: "Capacity", scopes, demand },
        { kind: "rule.set", actor: cli, requestId: "req_rule", details },
      );
    const refused = await system.failover("cartesia-down", "--yes", ...because);
    expect(refused.exitCode).toBe(3);
    expect(refused.err).toContain("Rule “Capacity” does not allow it: ");
    expect(refused.err).toContain(
      'Override each with --override "…", if you may, and say why with --because.',
    );
    const unknown = await system.failover("cartesia-down", "--yes", "--override", "Nope", ...because);
    expect(unknown.err).toContain("No rule “Nope” speaks against this.");
    const noReason = await system.failover("cartesia-down", "--yes", "--override", "capacity");
    expect(noReason.err).toContain("An override needs a reason.");
    expect(noReason.err).toContain('Give the reason with --because "…", and run it again.');
    expect(updates(system)).toEqual([]);
    const { exitCode } = await system.failover(
      "cartesia-down",
      "--yes",
      "--override",
      "capacity",
      ...because,
    );
    expect({ exitCode, switched: system.switched() }).toEqual({ exitCode: 0, switched: 4 });
    expect(await onRecord(app, { kind: "rule.overridden" })).toMatchObject({
      reason: "callers hear silence",
    });
    expect((await onRecord(app, { kind: "failover.begun" })).details).toMatchObject({ overrode: "rul_1" });
  });

  it("practises with the first tier alone", async () => {
    const system = await startPlanned(place);
    const short = await system.failover("practice", "cartesia-down", "--for", "2h", "--yes", ...because);
    expect(short.err).toContain("The numbers of a practice stay switched for between 1 minute and an hour.");
    const { exitCode, err } = await system.failover("practice", "cartesia-down", "--yes", ...because);
    expect(err).toContain("Practice, for real: the first tier is switched, and put back by itself.");
    expect({ exitCode, switched: system.switched() }).toEqual({ exitCode: 0, switched: 1 });
  });

  it("drills a plan, on record, and changes nothing", async () => {
    const system = await startPlanned(place);
    const { exitCode, out } = await system.failover("drill", "cartesia-down");
    expect(exitCode).toBe(0);
    expect(out).toContain(
      "Drilled cartesia-down, revision 1: 4 of 4 numbers can be switched now. Nothing was changed.",
    );
    system.app.vendors.cartesia.fault(
      { kind: "status", status: 503 },
      { on: ({ method }) => method === "GET" },
    );
    const drilled = drillDocument.parse(
      JSON.parse((await system.failover("drill", "cartesia-down", "--json")).out),
    );
    expect(drilled).toMatchObject({ isGreen: false, ready: 0, of: 4 });
    expect(drilled.left.every(({ verdict, why }) => verdict === "unread" && why !== undefined)).toBe(true);
    expect(updates(system)).toEqual([]);
  });

  it("removes a plan once that is confirmed", async () => {
    const system = await startPlanned(place);
    expect((await system.failover("remove", "cartesia-down")).exitCode).toBe(3);
    const removed = await system.failover("remove", "cartesia-down", "--yes");
    expect(removed).toMatchObject({ exitCode: 0, out: "The failover plan cartesia-down was removed.\n" });
    expect(await system.failover()).toMatchObject({ exitCode: 0, out: "" });
    const gone = await system.failover("cartesia-down", "--yes", ...because);
    expect(gone.exitCode).toBe(3);
  });

  it("is refused to a shell that acts for nobody if numbers are protected, and to a guest", async () => {
    const system = await startPlanned(place);
    await protectNumber(system.app, undefined);
    const { exitCode, err } = await system.failover("cartesia-down", "--yes", ...because);
    expect(exitCode).toBe(3);
    expect(err).toContain("4 need approval");
    expect(err).toContain("a person has to ask for the approval of this run");
    expect((await system.failover("cartesia-down", "--yes", "--as", "U0GUEST01", ...because)).exitCode).toBe(
      3,
    );
    expect(updates(system)).toEqual([]);
  });
});

it("asks for the approval of a whole run, and begins it once another system user approves", async () => {
  const system = await startPlanned();
  await protectNumber(system.app, undefined);
  const asked = await system.failover("cartesia-down", "--yes", "--json", "--as", operator, ...because);
  expect(asked.exitCode).toBe(5);
  const { approval } = runResultDocument.parse(JSON.parse(asked.out));
  const id = approval?.id ?? "";
  expect((await system.run(["approve", id, "--yes"])).exitCode).toBe(3);
  const approved = await system.run(["approve", id, "--yes"], { given: { osUser: () => "root" } });
  expect(approved.exitCode).toBe(0);
  expect(approved.out).toContain("begins. To follow it: patchbay failover status");
  await onRecord(system.app, { kind: "failover.held" });
  expect(system.switched()).toBe(4);
});

it("leaves a run that is left with Ctrl-C to the next server, and says so", async () => {
  const system = await startPlanned("the command itself");
  const { app, cli: line } = system;
  let open = (): void => undefined;
  const until = new Promise<void>((resolve) => (open = resolve));
  app.vendors.cartesia.fault({ kind: "hold", until }, { on: "write", times: 1 });
  let interrupt = (): void => undefined;
  const onInterrupt = (act: () => void) => {
    interrupt = act;
    return () => undefined;
  };
  const running = line.run(["failover", "cartesia-down", "--yes", ...because], { given: { onInterrupt } });
  await app.slack.eventually("the PATCH", async () => updates(system).length === 1);
  interrupt();
  open();
  const { exitCode, out, err } = await running;
  expect(exitCode).toBe(6);
  expect(err).toContain("The run has begun. It goes on in the server, or with the next one.");
  expect(err).toContain("To stop it, use its buttons in Slack, or patchbay failover stop for a failover.");
  expect(out).toContain("No server carries it out now. The next server goes on with it.");
  expect(updates(system)).toHaveLength(1);
  await app.startApp();
  await onRecord(app, { kind: "failover.held" });
  expect(system.switched()).toBe(4);
  expect(
    (await app.audit()).filter(({ kind }) => kind === "change.requested").map(({ actor }) => actor),
  ).toEqual(Array.from({ length: 4 }, () => ({ kind: "cli", osUser: "ops" })));
  expect(updates(system)).toHaveLength(4);
});

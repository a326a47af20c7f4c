import { describe, expect, it } from "vitest";
import { runResultDocument } from "../../../src/cli/runs/run-document.ts";
import { cli, operator, teamId } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { places } from "../control/app-and-cli.ts";
import { because, startPlanned, updates } from "./planned-failover.ts";

describe.each(places)("patchbay failover, run by %s", (place) => {
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

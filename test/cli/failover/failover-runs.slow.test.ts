import { describe, expect, it } from "vitest";
import { drillDocument, planListDocument } from "../../../src/cli/failover/plan-commands.ts";
import { runDocument, runResultDocument } from "../../../src/cli/runs/run-document.ts";
import { onRecord } from "../../support/record.ts";
import { places } from "../control/app-and-cli.ts";
import { because, startPlanned, updates } from "./planned-failover.ts";

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
});

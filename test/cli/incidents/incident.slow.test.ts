import { describe, expect, it } from "vitest";
import {
  incidentListDocument,
  incidentPageDocument,
  oneIncidentDocument,
} from "../../../src/cli/incidents/incident-commands.ts";
import { runResultDocument } from "../../../src/cli/runs/run-document.ts";
import { isUpdate } from "../../../src/sandbox/vendors/index.ts";
import { assistance, cli, roadside, teamId } from "../../support/fixtures.ts";
import { places, startAppAndCli, type AppAndCli } from "../control/app-and-cli.ts";

const updates = ({ app }: AppAndCli) => app.vendors.cartesia.requests.filter(isUpdate);
const kinds = async ({ app }: AppAndCli) => (await app.audit()).map(({ kind }) => kind);

/** An incident for which one number was reassigned, and one detached. */
async function startedIncident(system: AppAndCli): Promise<void> {
  const { run } = system;
  const started = await run(["incident", "start", "inc-7", "Calls", "drop", "--json"]);
  expect(oneIncidentDocument.parse(JSON.parse(started.out)).incident).toMatchObject({
    key: "INC-7",
    title: "Calls drop",
    startedBy: "cli:ops",
  });
  const incident = ["--incident", "INC-7", "--yes"];
  expect((await run(["number", "reassign", "0152", "Dispatch", ...incident])).exitCode).toBe(0);
  expect((await run(["number", "rename", "0152", "Night desk", ...incident])).exitCode).toBe(0);
}

describe.each(places)("patchbay incident, run by %s", (place) => {
  it("starts, lists, shows and ends an incident", async () => {
    const system = await startAppAndCli(place);
    const { run } = system;
    expect(await run(["incident", "list"])).toMatchObject({ out: "", err: "No incident is open.\n" });
    await startedIncident(system);
    const listed = incidentListDocument.parse(JSON.parse((await run(["incident", "list", "--json"])).out));
    expect(listed.incidents).toMatchObject([{ key: "INC-7" }]);
    const shown = await run(["incident", "show", "inc-7", "--limit", "1"]);
    expect(shown.out).toMatch(/^INC-7 \(Calls drop\): started by cli:ops at 20\S+Z, open\n/u);
    expect(shown.out).toContain("applied  rename Roadside");
    expect(shown.err).toMatch(/^To see earlier ones: --before \d+\n$/u);
    const all = incidentPageDocument.parse(
      JSON.parse((await run(["incident", "show", "INC-7", "--json"])).out),
    );
    expect(all.changes.map(({ change }) => change)).toEqual(["rename", "reassign"]);
    expect((await run(["incident", "close", "INC-7"])).out).toBe("INC-7 (Calls drop) has ended.\n");
    const again = await run(["incident", "end", "INC-7"]);
    expect(again.exitCode).toBe(3);
    expect(again.err).toContain("INC-7 has ended already.\nNothing was changed. There is nothing to do.\n");
    const taken = await run(["incident", "start", "INC-7"]);
    expect(taken.err).toContain("has ended.\nNothing was changed. Start another one with another key.\n");
    expect((await run(["incident", "show", "INC-99"])).exitCode).toBe(3);
  });

  it("reverts what an incident changed, as it was shown, and says what became of it", async () => {
    const system = await startAppAndCli(place);
    await startedIncident(system);
    const before = updates(system).length;
    const no = await system.run(["incident", "revert", "INC-7"]);
    expect(no).toMatchObject({ exitCode: 3, out: "" });
    expect(no.err).toContain("agent: Dispatch → Roadside assistance");
    expect(no.err).toContain("2 will be put back");
    expect(updates(system)).toHaveLength(before);
    const { exitCode, out } = await system.run(["incident", "revert", "INC-7", "--yes"]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^The revert of INC-7 is over: 2 of 2 changed\.\nrev_\w+\n$/u);
    expect(system.app.vendors.cartesia.effective(roadside).agentId).toBe(assistance);
    const reverted = (await system.app.audit()).find(({ kind }) => kind === "incident.reverted");
    expect(reverted).toMatchObject({ actor: { kind: "cli", osUser: "ops" } });
    const rest = await system.run(["incident", "revert", "INC-7", "--yes", "--json"]);
    expect(rest.exitCode).toBe(3);
    expect(JSON.parse(rest.out)).toMatchObject({ problem: { code: "nothing_to_change" } });
    expect(rest.err).toContain("No number can be reverted now.");
  });

  it("counts a single number as one", async () => {
    const { run } = await startAppAndCli(place);
    await run(["incident", "start", "INC-8"]);
    await run(["number", "detach", "0152", "--yes", "--incident", "INC-8"]);
    const { err } = await run(["incident", "revert", "INC-8", "--yes"]);
    expect(err).toContain("The revert of INC-8: 1 number, takes");
  });

  it("exits with 6 if a number could not be put back, names it, and asks the vendor no more", async () => {
    const system = await startAppAndCli(place);
    await startedIncident(system);
    const { cartesia } = system.app.vendors;
    cartesia.fault({ kind: "status", status: 422 }, { on: "write", times: 1 });
    const { exitCode, out } = await system.run(["incident", "revert", "INC-7", "--yes", "--json"]);
    expect(exitCode).toBe(6);
    const result = runResultDocument.parse(JSON.parse(out));
    expect(result).toMatchObject({ outcome: "partly", run: { of: 2, changed: 1, failed: 1, state: "done" } });
    expect(result.run.steps).toMatchObject([{ outcome: "refused", number: { id: roadside } }]);
    expect(updates(system)).toHaveLength(4);
  });

  it("is refused to a guest, on record", async () => {
    const system = await startAppAndCli(place);
    await startedIncident(system);
    const { exitCode } = await system.run(["incident", "revert", "INC-7", "--yes", "--as", "U0GUEST01"]);
    expect(exitCode).toBe(3);
    expect(await kinds(system)).not.toContain("incident.reverted");
    expect((await system.app.audit()).at(-1)).toMatchObject({ problem: { code: "not_allowed" } });
  });
});

it("names the rules that do not allow a revert as a whole, and overrides one, with a reason", async () => {
  const system = await startAppAndCli("the server");
  await startedIncident(system);
  const scopes = [{ connectionId: system.app.connections.cartesia?.id ?? "" }];
  const demand = {
    kind: "at_most",
    atMost: { numbers: 0 },
    agentId: assistance,
    agentName: "Roadside assistance",
  } as const;
  const entry = {
    actor: cli,
    requestId: "req_rule",
    details: { rule: "rul_1", title: "Nobody", demand: "" },
  };
  await system.app.infra.store
    .workspace(teamId)
    .rules.set({ id: "rul_1", title: "Nobody", scopes, demand }, { ...entry, kind: "rule.set" });
  const before = updates(system).length;
  const revert = ["incident", "revert", "INC-7", "--yes"];
  const refused = await system.run(revert);
  expect(refused.exitCode).toBe(3);
  expect(refused.err).toContain("Rule “Nobody” does not allow it: at most 0 may be on Roadside assistance");
  expect(refused.err).toContain("Override each with --override");
  expect(updates(system)).toHaveLength(before);
  const override = ["--override", "nobody", "--because", "the agent fails"];
  expect((await system.run([...revert, ...override])).exitCode).toBe(0);
  const all = await system.app.audit();
  expect(all.find(({ kind }) => kind === "rule.overridden")).toMatchObject({ reason: "the agent fails" });
  const begun = all.find(({ kind }) => kind === "incident.reverted");
  expect(begun?.details).toMatchObject({ overrode: "rul_1", changes: "2" });
});

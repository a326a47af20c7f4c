import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { routesInPlaceDocument } from "../../../src/cli/routes/apply-routes.ts";
import { pendingRunApprovals } from "../../../src/operations/history/pending-approvals.ts";
import { until } from "../../support/until.ts";
import { places, startAppAndCli, type AppAndCli } from "../control/app-and-cli.ts";

const roadside = "pn_B6d1Vz5H";
const fleet = "pn_H3k7Ry4N";
const [operator, admin] = ["U0OPER001", "U0ADMIN01"] as const;

const routeOf = (number: string, agent: string) =>
  `  - number: ${number}\n    connection: cartesia demo\n    agent: ${agent}\n`;
const both = `routes:\n${routeOf(roadside, "agent_7hN4pZc2")}${routeOf(fleet, "agent_2mB6tYf1")}`;

async function apply(system: AppAndCli, text: string, ...more: readonly string[]) {
  const file = join(dirname(system.cli.environment["DATABASE_PATH"] ?? ""), "routes.yaml");
  writeFileSync(file, text);
  const given = { builtCommit: () => "4fT9sKx2LmQz0000" };
  return system.cli.run(["routes", "apply", "-f", file, ...more], { given });
}

const writes = ({ app }: AppAndCli) =>
  app.vendors.cartesia.requests.filter(({ method }) => method !== "GET").map(({ path }) => path);

const entries = async ({ app }: AppAndCli, kind: string) =>
  (await app.audit()).filter((entry) => entry.kind === kind);

/** Approves the open request in another shell, in the name of a person. */
async function approve({ app, cli }: AppAndCli, as: string) {
  const [approval] = await app.infra.store.workspace("T0PATCH01").approvals.inState("open");
  if (!approval) throw new Error("approval was asked for");
  return cli.run(["approve", approval.id, "--as", as, "--yes"], { given: { osUser: () => "lead" } });
}

describe.each(places)("patchbay routes apply --yes, run by %s", (place) => {
  it("makes the changes as one run, and touches nothing that the file does not name", async () => {
    const system = await startAppAndCli(place);
    const { exitCode, err } = await apply(system, both, "--yes", "--because", "the new agents are live");
    expect({ exitCode, err }).toMatchObject({ exitCode: 0 });
    expect(err).toContain(
      "Roadside (+1 214 555 0152) at cartesia demo: agent: Roadside assistance → Dispatch",
    );
    expect(writes(system)).toHaveLength(2);
    expect(writes(system)).toEqual(
      expect.arrayContaining([expect.stringContaining(roadside), expect.stringContaining(fleet)]),
    );
    expect(await entries(system, "failover.begun")).toMatchObject([
      {
        actor: { kind: "cli", osUser: "ops" },
        reason: "the new agents are live",
        details: { kind: "routes", source: "CI (commit 4fT9sKx2LmQz)", changes: "2" },
      },
    ]);
    expect(await entries(system, "change.outcome")).toMatchObject([
      { outcome: "applied" },
      { outcome: "applied" },
    ]);
    const inPlace = await apply(system, both, "--yes", "--json");
    expect(routesInPlaceDocument.parse(JSON.parse(inPlace.out))).toMatchObject({ numbers: 2 });
    const again = await apply(system, both, "--yes");
    expect(again).toMatchObject({
      exitCode: 0,
      out: "",
      err: "No change: all of the 2 numbers of the file are as wanted.\n",
    });
    expect(writes(system)).toHaveLength(2);
  });

  it("ends with 6 and names what was held back, because the file is not in place then", async () => {
    const system = await startAppAndCli(place);
    expect((await system.run(["freeze", roadside, "--because", "on air", "--for", "1h"])).exitCode).toBe(0);
    const applied = await apply(system, both, "--yes");
    expect(applied).toMatchObject({ exitCode: 6, out: expect.stringContaining("1 of 1 changed") });
    expect(applied.out).toMatch(/Roadside .*frozen/u);
    expect(applied.err).not.toContain("is over");
    expect(writes(system)).toEqual([expect.stringContaining(fleet)]);
  });

  it("refuses a shell that acts for nobody to propose, because a person has to ask", async () => {
    const system = await startAppAndCli(place);
    const { exitCode, err } = await apply(system, both);
    expect(exitCode).toBe(3);
    expect(err).toContain("A person has to ask for the approval of this run.");
    expect(err).toContain("--as");
    expect(writes(system)).toEqual([]);
  });
});

describe("a proposal", () => {
  it("is one message in Slack, is approved as a whole, and is then carried out", async () => {
    const system = await startAppAndCli("the server");
    const proposed = await apply(system, both, "--as", operator, "--json");
    expect(proposed.exitCode).toBe(5);
    expect(JSON.parse(proposed.out)).toMatchObject({
      outcome: "asked",
      run: { kind: "routes", state: "shown", needApproval: 2, of: 2 },
    });
    expect(writes(system)).toEqual([]);
    const { slack } = system.app;
    const words = "CI wants 2 changes, from commit 4fT9sKx2LmQz";
    await slack.eventually("the proposal", () => JSON.stringify(slack.directMessages(admin)).includes(words));

    expect((await approve(system, admin)).exitCode).toBe(0);
    await until("both changes", async () => (await entries(system, "change.outcome")).length === 2);
    expect(writes(system)).toHaveLength(2);
    expect(await entries(system, "change.requested")).toMatchObject([
      { details: { approvedBy: admin, for: operator } },
      { details: { approvedBy: admin, for: operator } },
    ]);
  });

  it("is called by what it wants where it waits, and belongs to no plan", async () => {
    const system = await startAppAndCli("the server");
    await apply(system, both, "--as", operator);
    const words = "CI wants 2 changes, from commit 4fT9sKx2LmQz";
    expect((await system.run(["number", "status"])).out).toContain(words);
    const workspace = system.app.infra.store.workspace("T0PATCH01");
    const asking = { workspace, now: () => new Date(), actor: { kind: "system", job: "test" } } as const;
    const ofPlan = { slug: "routes", revision: 1, title: "Routes" };
    const failover = { id: "run_other", terms: { plan: ofPlan, tiers: [] } };
    expect(await pendingRunApprovals(asking, failover)).toEqual([]);
    expect((await approve(system, admin)).err).toContain(`${words}\n2 changes, 2 of them need approval\n`);
  });

  it("does not overwrite what moved between the plan and the approval, and says so", async () => {
    const system = await startAppAndCli("the server");
    await apply(system, both, "--as", operator);
    await system.run(["number", "reassign", roadside, "Holding message", "--yes"]);
    expect((await approve(system, admin)).exitCode).toBe(0);
    const refusals = async () => entries(system, "change.refused");
    await until("the refusal", async () => (await refusals()).length === 1);
    expect(await refusals()).toMatchObject([
      { problem: { code: "conflict" }, number: { numberId: roadside } },
    ]);
    await until("the other change", async () => (await entries(system, "change.outcome")).length === 2);
    const { runs } = system.app.infra.store.workspace("T0PATCH01");
    const [begun] = await entries(system, "failover.begun");
    await until("the end", async () => (await runs.get(begun?.details?.run ?? "")).state === "done");
    const results = (await runs.get(begun?.details?.run ?? "")).steps.map(({ key, result }) => [
      key.numberId,
      result?.outcome,
      result?.code,
    ]);
    expect(results).toEqual([
      [roadside, "refused", "conflict"],
      [fleet, "applied", undefined],
    ]);
  });

  it("is not approved by the person in whose name it was made", async () => {
    const system = await startAppAndCli("the server");
    await apply(system, both, "--as", admin);
    expect((await approve(system, admin)).exitCode).toBe(3);
    expect(writes(system)).toEqual([]);
  });

  it("is not made by somebody who may not change numbers, nor from a file that is wrong", async () => {
    const system = await startAppAndCli("the server");
    expect((await apply(system, both, "--as", "U0GUEST01")).exitCode).toBe(3);
    const wrong = await apply(system, `routes:\n${routeOf("pn_gone", "agent_7hN4pZc2")}`, "--yes");
    expect(wrong).toMatchObject({ exitCode: 3, out: "" });
    expect(wrong.err).toContain("routes.yaml:2:13: Cartesia has no number with this id.");
    expect(writes(system)).toEqual([]);
  });
});

import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { demoWorkspace } from "../../src/demo/demo-workspace.ts";
import { revokeToken } from "../../src/operations/tokens/manage-tokens.ts";
import { press, sendInteraction } from "../support/forged-requests.ts";
import { onRecord } from "../support/record.ts";
import { freezeAll } from "../support/restrictions.ts";
import { dispatch, roadside, startApi, workspace, type ApiHarness } from "./api-harness.ts";
import type { ApiClient } from "./api-client.ts";

const fleetDesk = "pn_H3k7Ry4N";
const secondAdmin = { id: "U0ADMIN02", name: "abe", isAdmin: true };
const options = {
  runsEveryMs: 20,
  approvalsEveryMs: 20,
  workspaces: [{ ...demoWorkspace, users: [...demoWorkspace.users, secondAdmin] }],
};

const routesTo = (agent: string | null, ...numbers: readonly string[]) =>
  numbers.map((number) => ({ number, connection: "cartesia demo", agent }));

const applied = (routes: unknown, key: string = randomUUID(), more = {}) => ({
  headers: { "idempotency-key": key },
  body: { routes, source: "CI", commit: "4fT9sKx2LmQz", reason: "deploy 41", ...more },
});

/** Waits until a run has this state, as the API shows it. */
async function runIs({ app }: ApiHarness, client: ApiClient, id: string, state: string) {
  await app.slack.eventually(`a run that is ${state}`, async () => {
    const shown = await client.call("showRun", { path: { id } });
    return shown.body.state === state;
  });
  return (await client.call("showRun", { path: { id } })).body;
}

it("shows what differs between routes and the numbers, and changes nothing", async () => {
  const api = await startApi(options);
  const client = await api.client({ scope: "read" });
  const plan = await client.call("planRoutes", {
    body: { routes: [...routesTo(dispatch, roadside), ...routesTo("agent_5kR9wXd8", fleetDesk)] },
  });
  expect(plan).toMatchObject({ status: 200, body: { numbers: 2 } });
  expect(plan.body.changes).toContainEqual(
    expect.objectContaining({ now: { agent: "agent_5kR9wXd8" }, wanted: { agent: dispatch } }),
  );
  expect((await client.call("applyRoutes", applied(routesTo(dispatch, roadside)))).status).toBe(403);
  expect(api.updates()).toEqual([]);
});

it("carries routes out as one run with the scope change, in the token's name", async () => {
  const api = await startApi(options);
  const client = await api.client({ name: "deploy" });
  const begun = await client.call("applyRoutes", applied(routesTo(dispatch, roadside), "key-1"));
  expect(begun).toMatchObject({ status: 202, body: { kind: "routes", of: 1, reason: "deploy 41" } });
  expect(begun.headers.get("location")).toBe(`/v1/runs/${begun.body.id}`);
  const done = await runIs(api, client, begun.body.id, "done");
  expect(done).toMatchObject({ changed: 1, failed: 0, steps: [{ outcome: "applied" }] });
  const change = await client.call("showChange", { path: { id: done.steps[0].change } });
  expect(change.body).toMatchObject({ outcome: "applied", by: "token:deploy for U0ADMIN01" });
  const ended = (await api.app.audit()).find(({ kind }) => kind === "routes.applied");
  expect(ended?.details).toMatchObject({ run: begun.body.id, kind: "routes", changed: "1", of: "1" });
  expect(api.updates()).toHaveLength(1);

  const repeat = await client.call("applyRoutes", applied(routesTo(dispatch, roadside), "key-1"));
  expect(repeat).toMatchObject({ status: 202, body: begun.body });
  const other = await client.call("applyRoutes", applied(routesTo(null, roadside), "key-1"));
  expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
  const same = await client.call("applyRoutes", applied(routesTo(dispatch, roadside)));
  expect(same).toMatchObject({ status: 200, body: { numbers: 1 } });
  expect(api.updates()).toHaveLength(1);
});

it("makes one proposal with the scope propose, which somebody else approves as a whole", async () => {
  const api = await startApi(options);
  const { app } = api;
  const client = await api.client({ name: "ci", scope: "propose" });
  const asked = await client.call("applyRoutes", applied(routesTo(dispatch, roadside, fleetDesk)));
  expect(asked).toMatchObject({
    status: 202,
    body: { state: "asked", approval: { id: expect.stringMatching(/^apr_/u) } },
  });
  await app.slack.eventually("the proposal", () =>
    app.slack.directMessages(secondAdmin.id).some(({ text }) => text.includes("CI")),
  );
  const requests = (await app.audit()).filter(({ kind }) => kind === "approval.requested");
  expect(requests).toHaveLength(1);
  expect(api.updates()).toEqual([]);
  const by = { userId: secondAdmin.id, teamId: workspace, installedIn: workspace };
  await sendInteraction(app, press(by, "approve", asked.body.approval.id));
  await onRecord(app, { kind: "approval.approved" });
  const done = await runIs(api, client, asked.body.id, "done");
  expect(done.changed).toBe(done.of);
});

it("changes nothing more once the token of a run is revoked", async () => {
  const api = await startApi(options);
  const { app } = api;
  const client = await api.client({ name: "ci" });
  const reader = await api.client({ name: "reader", scope: "read" });
  let letGo = (): void => undefined;
  const until = new Promise<void>((resolve) => (letGo = resolve));
  const reads = () => app.vendors.cartesia.requests.filter(({ path }) => path.includes(roadside)).length;
  // Its first read is that of the plan, and the next one that of the run's step.
  app.vendors.cartesia.fault(
    { kind: "hold", until },
    { on: ({ path }) => path.includes(roadside) && reads() > 1, times: 1 },
  );
  const { body } = await client.call("applyRoutes", applied(routesTo(dispatch, roadside)));
  await app.slack.eventually("the read of its step", () => reads() > 1);
  await revokeToken(app.infra.contextFor(workspace, { kind: "cli", osUser: "ops" }), "ci");
  letGo();
  await app.slack.eventually("the pause of the run", async () => {
    const { state } = (await reader.call("showRun", { path: { id: body.id } })).body;
    return state === "paused" || api.updates().length > 0;
  });
  expect(api.updates()).toEqual([]);
  const refused = (await app.audit()).find(({ kind }) => kind === "change.refused");
  expect(refused).toMatchObject({ actor: { kind: "token", name: "ci" }, problem: { code: "not_allowed" } });
});

it("names everything that is wrong with routes, and begins nothing", async () => {
  const api = await startApi(options);
  const client = await api.client();
  const [route] = routesTo(dispatch, roadside);
  const twice = await client.call("applyRoutes", applied([route, route]));
  expect(twice).toMatchObject({
    status: 422,
    body: { code: "invalid_routes", errors: [{ in: "body", at: "/routes/1/number" }] },
  });
  const unknown = await client.call("planRoutes", {
    body: { routes: [{ ...route, connection: "Nowhere" }] },
  });
  expect(unknown.body.errors).toMatchObject([{ at: "/routes/0/connection" }]);
  const extra = await client.call("planRoutes", { body: { routes: [{ ...route, agnt: "x" }] } });
  expect(extra).toMatchObject({ status: 422, body: { code: "malformed" } });
  const empty = await client.call("planRoutes", {
    body: { routes: [{ number: roadside, connection: "cartesia demo" }] },
  });
  expect(empty).toMatchObject({ status: 422, body: { code: "invalid_routes" } });
  expect(api.updates()).toEqual([]);
});

it("does not see the connections that a token does not reach", async () => {
  const api = await startApi({ ...options, connected: ["cartesia", "dialnexa"] });
  const client = await api.client({ connectionIds: [api.app.connections.dialnexa?.id ?? ""] });
  const refused = await client.call("planRoutes", { body: { routes: routesTo(dispatch, roadside) } });
  expect(refused.body.errors).toMatchObject([{ at: "/routes/0/connection" }]);
});

it("begins no run of numbers that are frozen", async () => {
  const api = await startApi(options);
  const client = await api.client();
  await freezeAll(api.app, "U0ADMIN01", "freeze all because we migrate");
  const refused = await client.call("applyRoutes", applied(routesTo(dispatch, roadside)));
  const detail = expect.stringContaining("all numbers are frozen. Why: we migrate");
  expect(refused).toMatchObject({ status: 423, body: { code: "frozen", detail } });
  expect(api.updates()).toEqual([]);
});

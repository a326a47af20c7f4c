import { expect, it } from "vitest";
import { answerOfChange } from "../../src/api/changes/answer-of-change.ts";
import { changeResource, findChange } from "../../src/api/changes/change-resource.ts";
import { fingerprintOf } from "../../src/api/server/once.ts";
import { revokeToken } from "../../src/operations/tokens/manage-tokens.ts";
import { requested } from "../store/events.ts";
import { silentPlan } from "../support/failover/silent-plan.ts";
import { admin, dispatch, roadside, startApi, workspace, type ApiHarness } from "./api-harness.ts";

const change = (api: ApiHarness, etag: string) => ({
  headers: { "if-match": etag, "idempotency-key": "key-1" },
  body: {
    number: { connection: api.connectionId, id: roadside },
    change: { kind: "reassign", agent: dispatch },
  },
});

it("never says that a change was not sent whose request is on record", async () => {
  let passedMs = 0;
  const api = await startApi({ now: () => new Date(Date.now() + passedMs) });
  const client = await api.client();
  const { tokens, idempotencyKeys, audit } = api.app.infra.store.workspace(workspace);
  const [token] = await tokens.list();
  const sent = change(api, '"x"');
  const fingerprint = fingerprintOf(['"x"', sent.body]);
  await idempotencyKeys.claim({ tokenId: token?.id ?? "", key: "key-1", changeId: "chg_1", fingerprint });
  // The server ends here, with or without the record.
  await audit.append(
    requested(1, { actor: admin, number: { connectionId: api.connectionId, numberId: roadside } }),
  );
  const early = await client.call("postChange", sent);
  expect(early).toMatchObject({ status: 409, body: { code: "request_running" } });
  passedMs = 10 * 60_000;
  const later = await client.call("postChange", sent);
  expect(later).toMatchObject({ status: 202, body: { id: "chg_1", outcome: "pending" } });
  expect(api.updates()).toEqual([]);
});

it("changes nothing with a token that is revoked in the middle of a request", async () => {
  const api = await startApi();
  const client = await api.client({ name: "ci" });
  const path = { connection: api.connectionId, id: roadside };
  const etag = (await client.call("showNumber", { path })).headers.get("etag") ?? "";
  const { vendors, slack, infra } = api.app;
  const reads = (): number => vendors.cartesia.requests.length;
  let letGo = (): void => undefined;
  vendors.cartesia.fault(
    { kind: "hold", until: new Promise<void>((resolve) => (letGo = resolve)) },
    { on: "read", times: 1 },
  );
  const before = reads();
  const refused = client.call("postChange", change(api, etag));
  await slack.eventually("the read before the change", async () => reads() > before);
  await revokeToken(infra.contextFor(workspace, { kind: "cli", osUser: "ops" }), "ci");
  letGo();
  expect(await refused).toMatchObject({ status: 403, body: { detail: "This token was revoked." } });
  expect(api.updates()).toEqual([]);
});

it("keeps no idempotency key for a token without the right to change numbers", async () => {
  const api = await startApi();
  const client = await api.client({}, { kind: "user", userId: "U0GUEST01", workspaceId: workspace });
  expect((await client.call("postChange", change(api, '"x"'))).status).toBe(403);
  const { tokens, idempotencyKeys } = api.app.infra.store.workspace(workspace);
  const [token] = await tokens.list();
  const mine = { tokenId: token?.id ?? "", key: "key-1", changeId: "chg_1", fingerprint: "f1" };
  expect(await idempotencyKeys.claim(mine)).toBeUndefined();
});

it("shows a change of a connection that the token does not reach as one that does not exist", async () => {
  const api = await startApi({ connected: ["cartesia", "dialnexa"] });
  const { audit } = api.app.infra.store.workspace(workspace);
  await audit.append(requested(1, { number: { connectionId: api.connectionId, numberId: roadside } }));
  const client = await api.client({ connectionIds: [api.app.connections.dialnexa?.id ?? ""] });
  const [beyond, none] = await Promise.all(
    ["chg_1", "chg_none"].map(async (id) => client.call("showChange", { path: { id } })),
  );
  expect(beyond?.body).toEqual({ ...none?.body, requestId: beyond?.body.requestId });
});

it("answers for a failover plan that the token does not reach as for none, and names no other plan", async () => {
  const api = await startApi({ connected: ["cartesia", "dialnexa"] });
  await silentPlan(api.app, [[roadside]]);
  const client = await api.client({ connectionIds: [api.app.connections.dialnexa?.id ?? ""] });
  const [beyond, none] = await Promise.all(
    ["silent", "silen"].map(async (plan) => client.call("drillPlan", { path: { plan } })),
  );
  expect(none).toMatchObject({ status: 404 });
  expect(none?.body).not.toHaveProperty("nearest");
  expect(beyond?.body).toEqual({ ...none?.body, requestId: beyond?.body.requestId });
});

it("answers 422 with the change if the vendor made only half of it, because it was sent", async () => {
  const api = await startApi();
  const ctx = api.app.infra.contextFor(workspace, admin);
  await ctx.workspace.audit.append(requested(1));
  const { change: recorded } = await findChange(ctx, "chg_1");
  const problem = { code: "vendor_ignored", message: "It did half." };
  const half = changeResource.parse({ ...recorded, outcome: "refused", problem });
  expect(answerOfChange({ requestId: "req_1" }, half)).toMatchObject({ status: 422, body: { change: half } });
});

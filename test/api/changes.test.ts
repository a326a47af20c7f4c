import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { demoWorkspace } from "../../src/demo/demo-workspace.ts";
import { press, sendInteraction } from "../support/forged-requests.ts";
import { onRecord, toldDirectly } from "../support/record.ts";
import { freezeAll, protectNumber } from "../support/restrictions.ts";
import { admin, dispatch, roadside, startApi, workspace, type ApiHarness } from "./api-harness.ts";
import type { ApiClient } from "./api-client.ts";

const secondAdmin = { id: "U0ADMIN02", name: "abe", isAdmin: true };
const withSecondAdmin = { ...demoWorkspace, users: [...demoWorkspace.users, secondAdmin] };

const number = ({ connectionId }: ApiHarness) => ({ connection: connectionId, id: roadside });

async function etagOf(api: ApiHarness, client: ApiClient): Promise<string> {
  const { headers } = await client.call("showNumber", { path: number(api) });
  return headers.get("etag") ?? "";
}

const reassign = (api: ApiHarness, etag: string, key: string = randomUUID(), more = {}) => ({
  headers: { "if-match": etag, "idempotency-key": key },
  body: { number: number(api), change: { kind: "reassign", agent: dispatch }, reason: "it loops", ...more },
});

it("changes a number as its If-Match says, proves it and records who did it", async () => {
  const api = await startApi();
  const client = await api.client({ name: "deploy" });
  const shown = await client.call("showNumber", { path: number(api) });
  const etag = shown.headers.get("etag") ?? "";
  const changed = await client.call("postChange", reassign(api, etag));
  expect(changed).toMatchObject({
    status: 200,
    body: {
      outcome: "applied",
      kind: "reassign",
      by: "token:deploy for U0ADMIN01",
      before: { agent: shown.body.state.agent },
      after: { agent: dispatch },
      reason: "it loops",
    },
  });
  expect(api.updates()).toHaveLength(1);
  expect(changed.headers.get("etag")).toBe(await etagOf(api, client));
  expect(changed.headers.get("location")).toBe(`/v1/changes/${changed.body.id}`);
  expect((await client.call("showChange", { path: { id: changed.body.id } })).body).toEqual(changed.body);
  expect((await api.app.audit()).slice(-2)).toMatchObject([
    { kind: "change.requested", actor: { kind: "token", name: "deploy" }, reason: "it loops" },
    { kind: "change.outcome", outcome: "applied", details: { token: expect.stringMatching(/^tok_/u) } },
  ]);
});

it("answers 409 with both states, and sends nothing, if the number has moved", async () => {
  const api = await startApi();
  const client = await api.client();
  const etag = await etagOf(api, client);
  api.app.vendors.cartesia.changeNumber(roadside, { agent: null });
  const refused = await client.call("postChange", reassign(api, etag));
  expect(refused).toMatchObject({
    status: 409,
    body: {
      type: "urn:patchbay:problem:conflict",
      seen: { agent: "agent_5kR9wXd8" },
      now: { agent: null },
      requestId: refused.headers.get("x-request-id"),
    },
  });
  expect(api.updates()).toEqual([]);
  const again = await client.call("postChange", reassign(api, await etagOf(api, client)));
  expect(again.status).toBe(200);
});

/** The methods of the requests about the number that have reached the vendor since so many. */
const methodsSince = ({ app }: ApiHarness, count: number): string[] =>
  app.vendors.cartesia.requests
    .slice(count)
    .filter(({ path }) => path.includes(roadside))
    .map(({ method }) => method);

it("reads the number once before it changes it, and changes nothing if it is not as If-Match says", async () => {
  const api = await startApi();
  const client = await api.client();
  const etag = await etagOf(api, client);
  const { requests } = api.app.vendors.cartesia;
  const before = requests.length;
  const changed = await client.call("postChange", reassign(api, etag));
  expect(changed.status).toBe(200);
  expect(methodsSince(api, before).slice(0, 2)).toEqual(["GET", "PATCH"]);

  const after = requests.length;
  // A field that the change would not write counts too: the ETag stands for all of them.
  api.app.vendors.cartesia.changeNumber(roadside, { label: "Renamed" });
  const refused = await client.call("postChange", {
    headers: { "if-match": changed.headers.get("etag") ?? "", "idempotency-key": "key-2" },
    body: { number: number(api), change: { kind: "detach" } },
  });
  expect(refused).toMatchObject({
    status: 409,
    body: { code: "conflict", seen: { name: "Roadside" }, now: { name: "Renamed", agent: dispatch } },
  });
  expect(methodsSince(api, after)).toEqual(["GET"]);
  expect((await api.app.audit()).at(-1)).toMatchObject({
    kind: "change.refused",
    problem: { code: "conflict" },
    wanted: { agent: null },
    actor: { kind: "token" },
  });
});

it("takes an ETag that it does not remember, and refuses one that the number does not have", async () => {
  const api = await startApi();
  const client = await api.client();
  const etag = await etagOf(api, client);
  await api.app.stopApp();
  await api.app.startApp();
  const other = await api.clientWith(client.secret);
  const stale = await other.call("postChange", reassign(api, '"never-sent"', "key-1"));
  expect(stale).toMatchObject({ status: 409, body: { code: "conflict", now: { name: "Roadside" } } });
  expect(stale.body.seen).toBeUndefined();
  expect((await api.app.audit()).at(-1)).toMatchObject({ kind: "change.refused" });
  expect((await other.call("postChange", reassign(api, etag, "key-2"))).status).toBe(200);
});

it("answers a repeat as the first request, and another request with that key by 422", async () => {
  const api = await startApi();
  const client = await api.client();
  const etag = await etagOf(api, client);
  const first = await client.call("postChange", reassign(api, etag, "key-1"));
  const repeat = await client.call("postChange", reassign(api, etag, '"key-1"'));
  expect(repeat).toMatchObject({ status: 200, body: first.body });
  expect(repeat.headers.get("idempotent-replayed")).toBe("true");
  for (const name of ["content-type", "etag", "location"])
    expect(repeat.headers.get(name)).toBe(first.headers.get(name));
  const other = await client.call("postChange", reassign(api, etag, "key-1", { reason: "another" }));
  expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
  expect(api.updates()).toHaveLength(1);
  // Another token has keys of its own.
  const stale = await (await api.client()).call("postChange", reassign(api, etag, "key-1"));
  expect(stale.status).toBe(409);
});

it("makes a change once if it is sent twice at the same time, and says so to the other one", async () => {
  const api = await startApi();
  const client = await api.client();
  const etag = await etagOf(api, client);
  let letGo = (): void => undefined;
  api.app.vendors.cartesia.fault(
    { kind: "hold", until: new Promise<void>((resolve) => (letGo = resolve)) },
    { on: "write", times: 1 },
  );
  const first = client.call("postChange", reassign(api, etag, "key-1"));
  await api.app.slack.eventually("the update", async () => api.updates().length === 1);
  const second = await client.call("postChange", reassign(api, etag, "key-1"));
  expect(second).toMatchObject({
    status: 409,
    body: { code: "request_running", change: expect.stringMatching(/^chg_/u) },
  });
  expect(second.headers.get("retry-after")).toBe("2");
  letGo();
  expect((await first).status).toBe(200);
  expect((await client.call("postChange", reassign(api, etag, "key-1"))).status).toBe(200);
  expect(api.updates()).toHaveLength(1);
});

it("begins no change that has waited for so long that its key counts as lost", async () => {
  let passedMs = 0;
  const api = await startApi({ now: () => new Date(Date.now() + passedMs) });
  const client = await api.client();
  const etag = await etagOf(api, client);
  const { cartesia } = api.app.vendors;
  let letGo = (): void => undefined;
  const until = new Promise<void>((resolve) => (letGo = resolve));
  cartesia.fault({ kind: "hold", until }, { on: "read", times: 1 });
  const before = cartesia.requests.length;
  const first = client.call("postChange", reassign(api, etag, "key-1"));
  await api.app.slack.eventually("the read", () => cartesia.requests.length > before);
  passedMs = 121_000;
  const second = await client.call("postChange", reassign(api, etag, "key-1"));
  expect(second).toMatchObject({ status: 409, body: { code: "request_lost" } });
  letGo();
  expect(await first).toMatchObject({
    status: 503,
    body: { detail: "This change waited for too long, so it was not begun." },
  });
  expect(api.updates()).toEqual([]);
});

it("answers a refusal again, but lets what could not be read be sent again with the same key", async () => {
  const api = await startApi();
  const client = await api.client();
  const etag = await etagOf(api, client);
  api.app.vendors.cartesia.fault({ kind: "status", status: 404 }, { on: "read" });
  expect((await client.call("postChange", reassign(api, etag, "key-1"))).status).toBe(404);
  api.app.vendors.cartesia.clearFaults();
  expect((await client.call("postChange", reassign(api, etag, "key-1"))).status).toBe(404);
  api.app.vendors.cartesia.fault({ kind: "html" }, { on: "read" });
  expect((await client.call("postChange", reassign(api, etag, "key-2"))).status).toBe(502);
  api.app.vendors.cartesia.clearFaults();
  expect((await client.call("postChange", reassign(api, etag, "key-2"))).status).toBe(200);
});

it("answers 202 for an outcome that nobody knows, and never sends it again", async () => {
  const api = await startApi({ pause: async () => undefined });
  const client = await api.client();
  const etag = await etagOf(api, client);
  api.app.vendors.cartesia.fault({ kind: "drop-after" }, { on: "write", times: 1 });
  api.app.vendors.cartesia.fault(
    { kind: "html" },
    { on: ({ method }) => method === "GET" && api.updates().length > 0 },
  );
  const unknown = await client.call("postChange", reassign(api, etag, "key-1"));
  expect(unknown).toMatchObject({ status: 202, body: { outcome: "unknown" } });
  expect((await client.call("postChange", reassign(api, etag, "key-1"))).body).toEqual(unknown.body);
  expect(api.updates()).toHaveLength(1);
});

it("answers 422 with the change if the vendor refuses it", async () => {
  const api = await startApi();
  const client = await api.client();
  api.app.vendors.cartesia.fault({ kind: "status", status: 422, body: {} }, { on: "write", times: 1 });
  expect(await client.call("postChange", reassign(api, await etagOf(api, client)))).toMatchObject({
    status: 422,
    body: { code: "vendor_refused", change: { outcome: "refused", by: "token:token-1 for U0ADMIN01" } },
  });
});

it("answers 423 for a frozen number, with who froze it and why", async () => {
  const api = await startApi();
  const client = await api.client();
  const etag = await etagOf(api, client);
  await freezeAll(api.app, "U0ADMIN01", "freeze all because we migrate");
  expect(await client.call("postChange", reassign(api, etag))).toMatchObject({
    status: 423,
    body: {
      code: "frozen",
      detail: expect.stringContaining("The person who froze it, or an admin, can unfreeze it."),
      freeze: { by: "U0ADMIN01@T0PATCH01", reason: "we migrate" },
    },
  });
  expect((await client.call("showNumber", { path: number(api) })).body).toMatchObject({
    frozen: { reason: "we migrate" },
  });
  expect(api.updates()).toEqual([]);
});

it("lets no program change a number while automation is off", async () => {
  const api = await startApi();
  const client = await api.client();
  const etag = await etagOf(api, client);
  await api.app.infra.store
    .workspace(workspace)
    .rules.closeGate(
      { by: admin, reason: "we migrate", at: new Date(0).toISOString() },
      { kind: "gate.closed", actor: admin, requestId: "req_gate", details: { gate: "automation" } },
    );
  const proposer = await api.client({ scope: "propose" });
  for (const each of [client, proposer])
    expect(await each.call("postChange", reassign(api, etag))).toMatchObject({
      status: 403,
      body: { code: "ruled_out", detail: expect.stringContaining("we migrate") },
    });
  expect(api.updates()).toEqual([]);
});

it.each([
  ["a protected number", "change", true],
  ["a token that only proposes", "propose", false],
] as const)(
  "asks people in Slack for %s, and the change is made when one approves",
  async (_what, scope, isProtected) => {
    const api = await startApi({ approvalsEveryMs: 20, workspaces: [withSecondAdmin] });
    const { app } = api;
    if (isProtected) await protectNumber(app, roadside);
    const client = await api.client({ name: "ci", scope });
    const asked = await client.call("postChange", reassign(api, await etagOf(api, client), "key-1"));
    expect(asked).toMatchObject({
      status: 202,
      body: {
        outcome: "asked",
        approval: { id: expect.stringMatching(/^apr_/u) },
        after: { agent: dispatch },
      },
    });
    expect(api.updates()).toEqual([]);
    const path = { id: asked.body.id };
    expect((await client.call("showChange", { path })).body).toEqual(asked.body);
    const approver = secondAdmin.id;
    await app.slack.eventually("a request in Slack", async () =>
      app.slack.directMessages(approver).some(({ text }) => text.includes("Roadside")),
    );
    // The owner of the token asked, so the owner cannot approve.
    const presses = async (userId: string): Promise<void> => {
      const by = { userId, teamId: workspace, installedIn: workspace };
      await sendInteraction(app, press(by, "approve", asked.body.approval.id));
    };
    await presses(admin.userId);
    await toldDirectly(app, admin.userId, "someone else must decide on it");
    expect(api.updates()).toEqual([]);
    await presses(approver);
    await onRecord(app, { kind: "change.outcome" });
    expect((await client.call("showChange", { path })).body).toMatchObject({ approvedBy: approver });
    expect(api.updates()).toHaveLength(1);
  },
);

it.each([
  ["without If-Match", { "idempotency-key": "key-1" }, 428],
  ["with a weak ETag", { "if-match": 'W/"x"', "idempotency-key": "key-1" }, 400],
  ["with any ETag", { "if-match": "*", "idempotency-key": "key-1" }, 400],
  ["without an idempotency key", { "if-match": '"x"' }, 400],
  ["with a long idempotency key", { "if-match": '"x"', "idempotency-key": "k".repeat(256) }, 400],
])("refuses a change %s", async (_what, headers, status) => {
  const api = await startApi();
  const client = await api.client();
  const { body } = reassign(api, "");
  expect((await client.call("postChange", { headers, body })).status).toBe(status);
});

it.each([
  ["an unknown member", { note: "x" }, "/"],
  ["two expiries", { revertAfterMinutes: 30, revertAt: "2030-01-01T00:00:00Z" }, "/revertAt"],
  ["an expiry of no time", { revertAfterMinutes: 0 }, "/revertAfterMinutes"],
  ["an unknown kind", { change: { kind: "explode" } }, "/change/kind"],
])("refuses a change with %s, and says where", async (_what, more, at) => {
  const api = await startApi();
  const client = await api.client();
  const refused = await client.call("postChange", reassign(api, '"x"', "key-1", more));
  expect(refused.status).toBe(422);
  expect(refused.body.errors).toEqual([expect.objectContaining({ in: "body", at: at === "/" ? "" : at })]);
});

it("refuses half a surrogate pair, which nothing can store", async () => {
  const api = await startApi();
  const client = await api.client();
  const half = await client.call("postChange", reassign(api, '"x"', "key-1", { reason: "\uD83D" }));
  expect(half).toMatchObject({ status: 400, body: { code: "malformed" } });
});

it("makes a temporary change, and edits the vendor's own fields by their ids", async () => {
  const api = await startApi();
  const client = await api.client();
  const temporary = await client.call(
    "postChange",
    reassign(api, await etagOf(api, client), "key-1", { revertAfterMinutes: 30 }),
  );
  expect(temporary.body.until).toMatch(/^\d{4}-/u);
  expect((await client.call("showNumber", { path: number(api) })).body.temporary).toMatchObject([
    { change: temporary.body.id, by: "token:token-1 for U0ADMIN01" },
  ]);
  const edit = { change: { kind: "edit", fields: { colour: "red" } } };
  expect(
    await client.call("postChange", reassign(api, await etagOf(api, client), "key-2", edit)),
  ).toMatchObject({ status: 422, body: { code: "invalid_input", field: "change.fields.colour" } });
});

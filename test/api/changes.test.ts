import { expect, it } from "vitest";
import { demoWorkspace } from "../../src/demo/demo-workspace.ts";
import { press, sendInteraction } from "../support/forged-requests.ts";
import { onRecord, toldDirectly } from "../support/record.ts";
import { protectNumber } from "../support/restrictions.ts";
import {
  admin,
  dispatch,
  etagOf,
  reassign,
  roadside,
  roadsideOf,
  startApi,
  type ApiHarness,
  workspace,
} from "./api-harness.ts";

const secondAdmin = { id: "U0ADMIN02", name: "abe", isAdmin: true };

const withSecondAdmin = { ...demoWorkspace, users: [...demoWorkspace.users, secondAdmin] };

it("changes a number as its If-Match says, proves it and records who did it", async () => {
  const api = await startApi();
  const client = await api.client({ name: "deploy" });
  const shown = await client.call("showNumber", { path: roadsideOf(api) });
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
    body: { number: roadsideOf(api), change: { kind: "detach" } },
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

it("makes a temporary change, and edits the vendor's own fields by their ids", async () => {
  const api = await startApi();
  const client = await api.client();
  const temporary = await client.call(
    "postChange",
    reassign(api, await etagOf(api, client), "key-1", { revertAfterMinutes: 30 }),
  );
  expect(temporary.body.until).toMatch(/^\d{4}-/u);
  expect((await client.call("showNumber", { path: roadsideOf(api) })).body.temporary).toMatchObject([
    { change: temporary.body.id, by: "token:token-1 for U0ADMIN01" },
  ]);
  const edit = { change: { kind: "edit", fields: { colour: "red" } } };
  expect(
    await client.call("postChange", reassign(api, await etagOf(api, client), "key-2", edit)),
  ).toMatchObject({ status: 422, body: { code: "invalid_input", field: "change.fields.colour" } });
});

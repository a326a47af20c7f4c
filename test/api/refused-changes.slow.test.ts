import { expect, it } from "vitest";
import { freezeAll } from "../support/restrictions.ts";
import { admin, etagOf, reassign, roadsideOf, startApi, workspace } from "./api-harness.ts";

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
  expect((await client.call("showNumber", { path: roadsideOf(api) })).body).toMatchObject({
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

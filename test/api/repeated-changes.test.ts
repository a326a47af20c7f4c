import { expect, it } from "vitest";
import { etagOf, reassign, startApi } from "./api-harness.ts";

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

import { expect, it } from "vitest";
import { mostPerMinute } from "../../src/api/server/api-server.ts";
import { revokeToken } from "../../src/operations/tokens/manage-tokens.ts";
import { minute } from "../support/fixtures.ts";
import { onRecord } from "../support/record.ts";
import { roadside, roadsideOf, startApi, workspace, type ApiHarness } from "./api-harness.ts";

const dayMs = 24 * 60 * 60_000;
const proposal = (api: ApiHarness) => ({
  headers: { "if-match": '"x"', "idempotency-key": "key-1" },
  body: { number: roadsideOf(api), change: { kind: "detach" } },
});

it("refuses a token that is unknown or revoked in the same words, and sends nothing", async () => {
  const api = await startApi();
  const client = await api.client({ name: "ci" });
  expect((await client.call("listNumbers")).status).toBe(200);
  await revokeToken(api.app.infra.contextFor(workspace, { kind: "cli", osUser: "ops" }), "ci");
  const revoked = await client.call("postChange", proposal(api));
  const unknown = await (await api.clientWith(`pbt_${"a".repeat(43)}`)).call("postChange", proposal(api));
  for (const { status, body, headers } of [revoked, unknown]) {
    expect(status).toBe(401);
    expect(body).toMatchObject({
      code: "unauthorized",
      detail: "This token is unknown, revoked or expired.",
    });
    expect(headers.get("www-authenticate")).toBe('Bearer realm="patchbay", error="invalid_token"');
  }
  expect(api.updates()).toEqual([]);
});

it("refuses a token from the moment it expires, and then removes it on the record", async () => {
  let passedMs = 0;
  const api = await startApi({
    now: () => new Date(Date.now() + passedMs),
    approvalsEveryMs: dayMs,
    apiTokensEveryMs: dayMs,
  });
  const { tokens } = api.app.infra.store.workspace(workspace);
  const client = await api.client({ name: "ci", days: 1 });
  passedMs = dayMs - minute;
  expect((await client.call("listNumbers")).status).toBe(200);
  passedMs = dayMs;
  expect((await client.call("listNumbers")).status).toBe(401);
  // Nobody has removed it yet: the next start does.
  expect(await tokens.list()).toHaveLength(1);
  await api.app.stopApp();
  await api.app.startApp();
  expect(await onRecord(api.app, { kind: "token.expired" })).toMatchObject({
    actor: { kind: "system", job: "tokens" },
    details: { name: "ci" },
  });
  expect(await tokens.list()).toEqual([]);
});

it("refuses what is beyond the scope, and records that", async () => {
  const api = await startApi();
  const client = await api.client({ name: "dashboard", scope: "read" });
  expect((await client.call("showNumber", { path: roadsideOf(api) })).status).toBe(200);
  expect(await client.call("postChange", proposal(api))).toMatchObject({
    status: 403,
    body: { code: "not_allowed", field: "scope" },
  });
  expect(await onRecord(api.app, { kind: "action.refused" })).toMatchObject({
    actor: { kind: "token", name: "dashboard" },
  });
});

it("has no more rights than its owner has now", async () => {
  const api = await startApi();
  const guest = await api.client({}, { kind: "user", userId: "U0GUEST01", workspaceId: workspace });
  const operator = await api.client({}, { kind: "user", userId: "U0OPER001", workspaceId: workspace });
  expect((await guest.call("showNumber", { path: roadsideOf(api) })).status).toBe(403);
  const shown = await operator.call("showNumber", { path: roadsideOf(api) });
  const headers = { "if-match": shown.headers.get("etag") ?? "", "idempotency-key": "key-1" };
  expect((await guest.call("postChange", { ...proposal(api), headers })).status).toBe(403);
  expect((await operator.call("postChange", { ...proposal(api), headers })).status).toBe(200);
});

it("reaches its connections only, as if there were no others", async () => {
  const api = await startApi({ connected: ["cartesia", "dialnexa"] });
  const other = api.app.connections.dialnexa?.id ?? "";
  const client = await api.client({ connectionIds: [other] });
  const listed = await client.call("listNumbers", { query: { limit: "500" } });
  const connections = listed.body.numbers.map(
    ({ connection }: { connection: { id: string } }) => connection.id,
  );
  expect(new Set(connections)).toEqual(new Set([other]));
  expect((await client.call("showNumber", { path: roadsideOf(api) })).status).toBe(404);
  expect((await client.call("postChange", proposal(api))).status).toBe(404);
});

it("reaches nothing of another workspace", async () => {
  const api = await startApi();
  const theirs = await api.app.connect("cartesia", "T0OTHER01", "Theirs");
  const client = await api.client();
  const path = { connection: theirs.id, id: roadside };
  const unreached = { status: 404, body: { field: "connection" } };
  expect(await client.call("showNumber", { path })).toMatchObject(unreached);
  const { headers, body } = proposal(api);
  expect(await client.call("postChange", { headers, body: { ...body, number: path } })).toMatchObject(
    unreached,
  );
  expect((await client.call("listNumbers", { query: { filter: "Theirs" } })).body.total).toBe(0);
  expect(api.updates()).toEqual([]);
});

it("limits the requests of a token, and says when to try again", async () => {
  const api = await startApi();
  const client = await api.client();
  const beside = await api.client();
  for (let n = 0; n < mostPerMinute; n += 1)
    expect((await client.call("showChange", { path: { id: "chg_none" } })).status).toBe(404);
  const refused = await client.call("showChange", { path: { id: "chg_none" } });
  expect(refused).toMatchObject({ status: 429, body: { code: "too_many_requests" } });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await beside.call("listNumbers")).status).toBe(200);
});

it.each(["?token=", "?access_token=", "?x="])("refuses a token in the URL: %s", async (query) => {
  const api = await startApi();
  const { secret } = await api.client();
  const response = await fetch(`${api.app.apiUrl()}/v1/numbers${query}${secret}`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: "token_in_url" });
});

it("writes no token to the log, the audit log or the database, wherever it was sent", async () => {
  let logged = "";
  const api = await startApi({
    logTo: { write: (text) => (logged += text) },
    environment: { LOG_LEVEL: "trace" },
  });
  const { secret, call } = await api.client();
  await call("listNumbers");
  for (const headers of [{ authorization: `Basic ${secret}` }, { authorization: `Bearer ${secret}x` }])
    expect((await fetch(`${api.app.apiUrl()}/v1/numbers`, { headers })).status).toBe(401);
  await fetch(`${api.app.apiUrl()}/v1/${secret}?token=${secret}`);
  await fetch(`${api.app.apiUrl()}/v1/changes`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({ [secret]: secret }),
  });
  expect(logged).toContain("api request");
  expect(logged).not.toContain(secret);
  expect(JSON.stringify(await api.app.audit())).not.toContain(secret);
  expect(JSON.stringify(await api.app.infra.store.workspace(workspace).tokens.list())).not.toContain(secret);
});

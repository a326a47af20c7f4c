import { once } from "node:events";
import { connect } from "node:net";
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { problemSchema } from "../../src/api/openapi/problem-schema.ts";
import { apiRoutes } from "../../src/api/routes.ts";
import { apiServer } from "../../src/api/server/api-server.ts";
import { seenStates } from "../../src/api/server/etag.ts";
import { isDatabaseFault } from "../../src/database-fault.ts";
import { noTracer } from "../../src/domain/ports/tracer.ts";
import { listening } from "../../src/http/limited-server.ts";
import { newTokenSecret } from "../../src/operations/tokens/token-secret.ts";
import { savePlanOfMany } from "../support/failover/plan-of-many.ts";
import { admin, dispatch, roadside, startApi, workspace } from "./api-harness.ts";

it("serves a valid OpenAPI 3.1 document to everybody, with every route", async () => {
  const api = await startApi();
  const response = await fetch(`${api.app.apiUrl()}/v1/openapi.json`);
  const document = z
    .looseObject({ openapi: z.string(), paths: z.record(z.string(), z.looseObject({})) })
    .parse(await response.json());
  expect(document.openapi).toBe("3.1.0");
  expect(await new Validator().validate(document)).toMatchObject({ valid: true });
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(operations).toEqual(apiRoutes.map(({ method, path }) => `${method} ${path}`));
});

it.each<readonly [string, string, RequestInit, number, string]>([
  ["a path that does not exist", "/v1/agents", {}, 404, "no_such_path"],
  ["a method that a path does not have", "/v1/numbers", { method: "DELETE" }, 405, "method_not_allowed"],
  ["a path that is not encoded", "/v1/changes/%E0%A4", {}, 400, "malformed"],
  [
    "a body that is no JSON",
    "/v1/changes",
    { body: "{", headers: { "content-type": "application/json" } },
    400,
    "malformed",
  ],
  [
    "a body of another type",
    "/v1/changes",
    { body: "a=b", headers: { "content-type": "text/plain" } },
    415,
    "unsupported_media_type",
  ],
  [
    "a body of another charset",
    "/v1/changes",
    { body: "{}", headers: { "content-type": "application/json; charset=utf-16" } },
    415,
    "unsupported_media_type",
  ],
  [
    "a body that says that it is UTF-8, and has no key",
    "/v1/changes",
    { body: "{}", headers: { "content-type": 'application/json; charset="UTF-8"' } },
    422,
    "malformed",
  ],
  [
    "a long body",
    "/v1/changes",
    { body: "x".repeat(70_000), headers: { "content-type": "application/json" } },
    413,
    "too_long",
  ],
  ["a parameter that does not exist", "/v1/numbers?agent=x", {}, 422, "malformed"],
  ["a parameter given twice", "/v1/numbers?limit=1&limit=2", {}, 422, "malformed"],
  ["a page of no size", "/v1/numbers?limit=0", {}, 422, "malformed"],
])("answers %s as a problem", async (_what, path, init, status, code) => {
  const api = await startApi();
  const { secret } = await api.client();
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${secret}`);
  const response = await fetch(`${api.app.apiUrl()}${path}`, {
    ...init,
    method: init.method ?? (init.body === undefined ? "GET" : "POST"),
    headers,
  });
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(await response.json()).toMatchObject({ status, code });
  expect(response.status).toBe(status);
});

it("logs a caller that hangs up in the middle of a body as such, and not as a bug", async () => {
  let logged = "";
  const api = await startApi({
    logTo: { write: (text) => (logged += text) },
    environment: { LOG_LEVEL: "info" },
  });
  const { secret } = await api.client();
  const socket = connect(Number(new URL(api.app.apiUrl()).port), "127.0.0.1");
  const head = [
    "POST /v1/changes HTTP/1.1",
    "host: api",
    `authorization: Bearer ${secret}`,
    "content-type: application/json",
    "content-length: 100",
    "expect: 100-continue",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  await once(socket, "data");
  socket.write('{"number":');
  socket.destroy();
  await api.app.slack.eventually("the request in the log", async () => logged.includes("postChange"));
  expect(logged).toMatch(/"status":400/u);
  expect(logged).not.toContain("api request failed");
});

it("asks strangers for a token, and tells them nothing else", async () => {
  const api = await startApi();
  for (const path of ["/v1/numbers", "/v1/agents", "/"]) {
    const response = await fetch(`${api.app.apiUrl()}${path}`);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="patchbay"');
  }
});

it("lists numbers by a filter and in pages, those without an agent first", async () => {
  const api = await startApi();
  const client = await api.client({ scope: "read" });
  const all = await client.call("listNumbers");
  expect(all.body).toMatchObject({ workspace: "T0PATCH01", total: all.body.numbers.length, offset: 0 });
  const [first, second] = all.body.numbers;
  expect((await client.call("listNumbers", { query: { limit: "1", offset: "1" } })).body.numbers).toEqual([
    second,
  ]);
  expect((await client.call("listNumbers", { query: { filter: first.name } })).body.numbers).toEqual([first]);
});

const linked = z.array(z.object({ id: z.string(), runbook: z.string().optional() }));

it("shows the runbooks of numbers and of plans, and nothing for those without", async () => {
  const api = await startApi();
  const { app, connectionId } = api;
  await savePlanOfMany(app, app.infra.store.workspace(workspace), "down", [
    { vendor: "cartesia", ids: [roadside, "pn_W5q1Cm6D"], before: "", after: dispatch },
  ]);
  const url = "https://wiki.example.com/roadside";
  const key = { connectionId, numberId: roadside };
  await app.infra.store
    .workspace(workspace)
    .runbooks.set({ key, url }, { kind: "runbook.set", actor: admin, requestId: "req_1", details: { url } });
  const client = await api.client({ scope: "read" });
  const { numbers } = (await client.call("listNumbers", { query: { limit: "500" } })).body;
  expect(linked.parse(numbers).filter(({ runbook }) => runbook)).toEqual([{ id: roadside, runbook: url }]);
  const path = { connection: connectionId, id: roadside };
  expect((await client.call("showNumber", { path })).body.runbook).toBe(url);
  expect((await client.call("listPlans")).body.plans).toMatchObject([
    { slug: "down", runbook: "https://wiki.example.com/down" },
  ]);
});

it("is off without a port", async () => {
  const api = await startApi({ environment: { API_PORT: "" } });
  expect(api.app.apiUrl()).toBe("");
});

it.each([
  ["PostgreSQL restarts", Object.assign(new Error("terminating connection"), { code: "57P01" }), 503],
  ["a read is not answered", new Error("Query read timeout"), 503],
  ["SQLite cannot read its disk", Object.assign(new Error("disk"), { code: "SQLITE_IOERR_READ" }), 503],
  ["a statement is wrong", Object.assign(new Error("syntax"), { code: "42601" }), 500],
])("says what to do if %s", async (_what, failure, status) => {
  const unused = (): never => {
    throw new Error("nothing is reached after the token");
  };
  const server = apiServer({
    store: { tokenByHash: async () => Promise.reject(failure), workspace: unused },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    tracer: noTracer,
    rates: { add: unused },
    routes: apiRoutes,
    document: "{}",
    isDatabaseFault,
    seenStates: seenStates(),
    onRefused: () => undefined,
    now: () => new Date(0),
    newId: (prefix) => `${prefix}_1`,
    contextFor: unused,
    askApprovers: unused,
    carryOutRun: unused,
    track: () => undefined,
  });
  onTestFinished(() => void server.close());
  const port = await listening(server, "127.0.0.1", 0);
  const headers = { authorization: `Bearer ${newTokenSecret()}` };
  const response = await fetch(`http://127.0.0.1:${port}/v1/numbers`, { headers });
  expect(response.status).toBe(status);
  expect(response.headers.get("retry-after")).toBe(status === 503 ? "2" : null);
  const problem = problemSchema.parse(await response.json());
  expect(problem.detail).toContain("Send the same request again");
});

import { env, stdout } from "node:process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { etagOf } from "../../src/api/server/etag.ts";
import { dispatch, roadside, startApi, type ApiHarness } from "./api-harness.ts";

/** `npm run fuzz` sends them all. */
const runs = env["FUZZ"] === "whole" ? 2_000 : 500;
const seed = 16;
/** Also on a busy machine, in milliseconds. */
const timeout = runs * 300;
/** Below the limit of a token for a minute. */
const perToken = 50;
const sideBySide = 20;

interface FuzzedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const agents = ["agent_5kR9wXd8", dispatch, "agent_none", ""];
const etags = agents.map((agent) => etagOf({ agent, "field.provider": "ap_9dK2mQx7", name: "Roadside" }));
const visible = fc.string({
  minLength: 1,
  maxLength: 30,
  unit: fc.constantFrom(...Array.from("abcXYZ0189-_~'!*()")),
});

/** Stands for the number's ETag at the moment when the request is sent. */
const liveEtag = "live";

/** Requests that come close to valid ones, and anything at all. */
function requestOf({ connectionId }: ApiHarness): fc.Arbitrary<FuzzedRequest> {
  const connection = fc.constantFrom(connectionId, connectionId, "con_none", "");
  const number = fc.constantFrom(roadside, roadside, "pn_none", "../x", "%00", "💥");
  const change = fc.oneof(
    fc.record({ kind: fc.constant("reassign"), agent: fc.constantFrom(...agents) }),
    fc.record({ kind: fc.constant("detach") }),
    fc.record({ kind: fc.constant("rename"), name: fc.oneof(fc.string(), fc.constant(null)) }),
    fc.record({
      kind: fc.constant("edit"),
      fields: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.constant(null))),
    }),
    fc.jsonValue(),
  );
  const input = fc.oneof(
    fc.record(
      {
        number: fc.record({ connection, id: number }),
        change,
        reason: fc.oneof(fc.string(), fc.constant("it loops")),
        revertAfterMinutes: fc.oneof(fc.integer(), fc.integer({ min: 5, max: 1_440 })),
        incident: fc.string(),
      },
      { requiredKeys: ["number", "change"] },
    ),
    fc.jsonValue(),
  );
  const headers = fc.record(
    {
      "if-match": fc.constantFrom(liveEtag, liveEtag, ...etags, "*", 'W/"x"', '"x"'),
      "idempotency-key": fc.oneof(visible, fc.constantFrom("key-1", '"key-1"', "key-2")),
      "content-type": fc.constantFrom("application/json", "application/json", "text/plain"),
    },
    { requiredKeys: ["content-type"] },
  );
  const post = fc.record({
    method: fc.constant("POST"),
    path: fc.constant("/v1/changes"),
    headers,
    body: fc.oneof(
      { weight: 9, arbitrary: input.map((value) => JSON.stringify(value)) },
      { weight: 1, arbitrary: fc.string() },
    ),
  });
  const valid = fc.record({
    method: fc.constant("POST"),
    path: fc.constant("/v1/changes"),
    headers: fc.record({
      "if-match": fc.constant(liveEtag),
      "idempotency-key": visible,
      "content-type": fc.constant("application/json"),
    }),
    body: fc
      .constantFrom({ kind: "detach" }, ...agents.map((agent) => ({ kind: "reassign", agent })))
      .map((one) => JSON.stringify({ number: { connection: connectionId, id: roadside }, change: one })),
  });
  const segment = fc.oneof(connection, number, visible).map((text) => encodeURIComponent(text));
  const read = fc.record({
    method: fc.constantFrom("GET", "POST", "PUT", "HEAD", "DELETE"),
    path: fc.oneof(
      fc.tuple(segment, segment).map(([one, other]) => `/v1/numbers/${one}/${other}`),
      segment.map((id) => `/v1/changes/${id}`),
      segment.map((plan) => `/v1/plans/${plan}/drill`),
      fc
        .tuple(fc.constantFrom("filter", "limit", "offset", "agent"), segment)
        .map(([name, value]) => `/v1/numbers?${name}=${value}`),
      fc.webPath(),
    ),
    headers,
    body: fc.constant(undefined),
  });
  return fc.oneof(
    { weight: 5, arbitrary: post },
    { weight: 4, arbitrary: read },
    { weight: 1, arbitrary: valid },
  );
}

it(`answers ${runs} fuzzed requests without a 5xx, and records every change`, { timeout }, async () => {
  const api = await startApi({ pause: async () => undefined });
  const { app, updates } = api;
  const reader = await api.client();
  const path = { connection: api.connectionId, id: roadside };
  let live = (await reader.call("showNumber", { path })).headers.get("etag") ?? "";
  const requests = fc.sample(requestOf(api), { numRuns: runs, seed });
  const statuses = new Map<number, number>();
  const broken: string[] = [];
  let secret = "";
  const send = async ({ method, path: at, headers, body }: FuzzedRequest): Promise<void> => {
    const response = await fetch(`${app.apiUrl()}${at.startsWith("/") ? at : `/${at}`}`, {
      method,
      headers: {
        ...headers,
        ...(headers["if-match"] === liveEtag ? { "if-match": live } : {}),
        authorization: `Bearer ${secret}`,
      },
      ...(body === undefined ? {} : { body }),
    });
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    live = response.headers.get("etag") ?? live;
    const text = await response.text();
    if (response.status >= 500) broken.push(`${response.status} ${method} ${at} ${body}: ${text}`);
  };
  for (let at = 0; at < runs; at += sideBySide) {
    if (at % perToken < sideBySide) ({ secret } = await api.client({ name: `fuzz-${at}`, days: 1 }));
    await Promise.all(requests.slice(at, at + sideBySide).map(send));
  }
  expect(broken).toEqual([]);
  // It came past every check, and was stopped by every one.
  for (const status of [200, 400, 404, 409, 422, 428]) expect(statuses.get(status) ?? 0).toBeGreaterThan(0);
  expect(statuses.get(429)).toBeUndefined();
  const recorded = (await app.audit()).filter(({ kind }) => kind === "change.requested");
  expect(updates().length).toBeGreaterThan(0);
  expect(recorded).toHaveLength(updates().length);
  const counts = [...statuses]
    .toSorted(([one], [other]) => one - other)
    .map(([status, count]) => `${status}: ${count}`);
  if (runs === 2_000) stdout.write(`${counts.join(", ")}; ${recorded.length} changes, all on record\n`);
});

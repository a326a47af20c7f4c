import { MockAgent } from "undici";
import { expect, it, onTestFinished } from "vitest";
import { vendorHttp, type VendorHttpOptions } from "../../src/vendors/http.ts";
import { reportedRequests } from "./reported-requests.ts";
import { served } from "./served.ts";
import { problemOf } from "./opened.ts";

const apiKey = "sk_live_4f9a1c77d20b63e8";
const baseUrl = "https://api.acme.test";

const options: VendorHttpOptions = {
  vendor: "Acme",
  baseUrl,
  timeoutMs: 1000,
  apiKey,
  rate: { requests: 100, intervalMs: 10_000, atOnce: 10 },
  readError: (json) => {
    const message = typeof json === "object" && json !== null && "message" in json ? json.message : undefined;
    return typeof message === "string" ? message : undefined;
  },
};

interface Reply {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** Acme, which sends these replies in order and repeats the last one. */
function acme(...replies: readonly Reply[]) {
  const agent = new MockAgent();
  agent.disableNetConnect();
  onTestFinished(async () => agent.close());
  const seen: { method: string; path: string; headers: unknown; body: unknown }[] = [];
  agent
    .get(baseUrl)
    .intercept({ path: () => true, method: () => true })
    .reply(({ method, path, headers, body }) => {
      seen.push({ method, path, headers, body });
      const {
        status,
        body: data = "{}",
        headers: said = {},
      } = replies[Math.min(seen.length, replies.length) - 1] ?? { status: 500 };
      return { statusCode: status, data, responseOptions: { headers: said } };
    })
    .persist();
  return { seen, http: vendorHttp({ ...options, dispatcher: agent }) };
}

it("sends the key as a Bearer token and an update as JSON", async () => {
  const { http, seen } = acme({ status: 200, body: '{"id":"a"}' });
  expect((await http.patch("/numbers/a", { agent: null })).json).toEqual({ id: "a" });
  expect(seen).toEqual([
    {
      method: "PATCH",
      path: "/numbers/a",
      headers: {
        accept: "application/json",
        authorization: `Bearer ${apiKey}`,
        "content-type": "application/json",
        "user-agent": "patchbay",
      },
      body: '{"agent":null}',
    },
  ]);
});

it("leaves undefined values out of the query and encodes the rest", async () => {
  const { http, seen } = acme({ status: 200 });
  await http.getPage("/numbers", { cursor: undefined, after: "a&b=c", limit: 100 });
  expect(seen.map(({ path }) => path)).toEqual(["/numbers?after=a%26b%3Dc&limit=100"]);
});

it("quotes a vendor briefly, without our key and without control characters", async () => {
  const message = `Key "${apiKey}" and ${apiKey.slice(0, 16)}... are bad\u0000\u202e\r\n<b>${"x".repeat(500)}`;
  const { http } = acme({ status: 422, body: JSON.stringify({ message }) });
  const problem = await problemOf(http.patch("/numbers/a", {}));
  expect(problem.code).toBe("vendor_refused");
  expect(problem.details.vendorStatus).toBe(422);
  const quoted = problem.message.replace("Acme refused the request (422): ", "");
  expect(quoted).toMatch(/^Key "\[API key\] and \[API key\] are bad <b>x+$/);
  expect(quoted).toHaveLength(200);
});

it("never quotes a body that is not in the vendor's error format", async () => {
  const { http } = acme({ status: 400, body: "<html>secret stack trace</html>" });
  expect((await problemOf(http.patch("/numbers/a", {}))).message).toBe("Acme refused the request (400).");
});

it("waits as long as it is asked to, if that is short", async () => {
  const { http, seen } = acme({ status: 429, headers: { "retry-after": "0" } }, { status: 200 });
  expect((await http.get("/numbers/a")).status).toBe(200);
  expect(seen).toHaveLength(2);
});

it("says how long the vendor wants it to wait, if that is long, and stops asking", async () => {
  const { http, seen } = acme({ status: 429, headers: { "retry-after": "30" } });
  const problem = await problemOf(http.get("/numbers/a"));
  expect([problem.code, problem.details.retryAfterMs]).toEqual(["rate_limited", 30_000]);
  expect(seen).toHaveLength(1);
});

it("asks a failing vendor three times in all", async () => {
  const { http, seen } = acme({ status: 503, body: "<html>" });
  expect((await problemOf(http.get("/numbers/a"))).code).toBe("vendor_unavailable");
  expect(seen).toHaveLength(3);
});

it("asks three times for a page that is read by POST, with its body, and aborts it", async () => {
  const { http, seen } = acme({ status: 503 });
  const read = http.getPageByPost("/list", { limit: 2 }, { only: "voice" });
  expect((await problemOf(read)).code).toBe("vendor_unavailable");
  expect(seen.map(({ method, path, body }) => [method, path, body])).toEqual(
    Array.from({ length: 3 }, () => ["POST", "/list?limit=2", `{"only":"voice"}`]),
  );
  const aborted = http.getPageByPost("/list", {}, {}, AbortSignal.abort());
  expect((await problemOf(aborted)).code).toBe("vendor_unavailable");
  expect(seen).toHaveLength(3);
});

it("reports a page that is read by POST as a list", async () => {
  const { http } = acme({ status: 200 });
  const told = await reportedRequests(http, async (way) => way.getPageByPost("/list", {}, {}));
  expect(told).toMatchObject([{ method: "list", result: "ok" }]);
});

it.each([429, 500, 503])("sends an update once if the response is %i", async (status) => {
  const { http, seen } = acme({ status, headers: { "retry-after": "0" } }, { status: 200 });
  const problem = await problemOf(http.patch("/numbers/a", {}));
  expect(problem.code).toBe(status === 429 ? "rate_limited" : "outcome_unknown");
  expect(seen).toHaveLength(1);
});

it("stops waiting for the next attempt when its caller aborts", async () => {
  const caller = new AbortController();
  let asked = 0;
  const url = await served((_req, res) => {
    asked += 1;
    res.writeHead(503, { "retry-after": "4" }).end();
    res.once("close", () => setImmediate(() => caller.abort()));
  });
  const begin = performance.now();
  const http = vendorHttp({ ...options, baseUrl: url, timeoutMs: 20_000 });
  expect((await problemOf(http.get("/numbers/a", caller.signal))).code).toBe("vendor_unavailable");
  expect(performance.now() - begin).toBeLessThan(3000);
  expect(asked).toBe(1);
});

it("applies the same time limit to a body that arrives slowly", async () => {
  const url = await served((_req, res) => {
    res.writeHead(200, { "content-type": "application/json" });
    const timer = setInterval(() => res.write(" "), 10);
    res.once("close", () => clearInterval(timer));
  });
  const http = vendorHttp({ ...options, baseUrl: url, timeoutMs: 100 });
  expect((await problemOf(http.patch("/numbers/a", {}))).code).toBe("outcome_unknown");
  expect((await problemOf(http.get("/numbers/a"))).code).toBe("vendor_unavailable");
});

it("abandons an endless response before the time limit", async () => {
  let written = 0;
  const url = await served((_req, res) => {
    const chunk = Buffer.alloc(256 * 1024, " ");
    const more = (): void => {
      while (!res.destroyed && res.write(chunk)) written += chunk.length;
    };
    res.writeHead(200).on("drain", more);
    more();
  });
  const http = vendorHttp({ ...options, baseUrl: url, timeoutMs: 10_000 });
  expect((await problemOf(http.get("/numbers/a"))).code).toBe("vendor_response_unreadable");
  expect(written).toBeLessThan(50 * 1024 * 1024);
});

it("reports half a response as a broken connection", async () => {
  const url = await served((_req, res) => {
    res.writeHead(200, { "content-length": "100" });
    res.write('{"id":');
    setImmediate(() => res.destroy());
  });
  const http = vendorHttp({ ...options, baseUrl: url });
  expect((await problemOf(http.patch("/numbers/a", {}))).code).toBe("outcome_unknown");
  expect((await problemOf(http.get("/numbers/a"))).code).toBe("vendor_unavailable");
});

it("says that nothing was sent to a host that does not exist", async () => {
  const http = vendorHttp({ ...options, baseUrl: "http://patchbay.invalid" });
  const problem = await problemOf(http.patch("/numbers/a", {}));
  expect(problem.code).toBe("vendor_unavailable");
  expect(problem.message).toContain("nothing was sent");
});

it("sends no update that might still be under way when its lock ends", async () => {
  const { http, seen } = acme({ status: 200, body: '{"id":"a"}' });
  const problem = await problemOf(http.patch("/numbers/a", {}, () => options.timeoutMs - 1));
  expect(problem).toMatchObject({
    code: "vendor_unavailable",
    message: "This server was held up, so Patchbay did not send the change.",
  });
  expect(seen).toEqual([]);
  expect((await http.patch("/numbers/a", {}, () => options.timeoutMs)).json).toEqual({ id: "a" });
});

it("reads a response that begins with a byte order mark", async () => {
  const { http } = acme({ status: 200, body: '\ufeff{"id":"ü"}' });
  expect((await http.get("/numbers/a")).json).toEqual({ id: "ü" });
});

it("reports for each attempt who it was for, its result and the vendor's id", async () => {
  const { http } = acme({ status: 503 }, { status: 200, headers: { "x-request-id": "acme-77" } });
  const told = await reportedRequests(http, async (way) => way.get("/numbers/a"));
  const base = { requestId: "req_1", background: false, method: "get", date: undefined };
  expect(told).toMatchObject([
    { ...base, result: "vendor_unavailable", status: 503, vendorRequestId: undefined },
    { ...base, result: "ok", status: 200, vendorRequestId: "acme-77" },
  ]);
});

it.each(["a b", "<script>", "x".repeat(101)])("does not repeat %j as a vendor's id", async (id) => {
  const { http } = acme({ status: 200, headers: { "x-request-id": id } });
  const [told] = await reportedRequests(http, async (way) => way.patch("/numbers/a", {}));
  expect(told).toMatchObject({ method: "patch", vendorRequestId: undefined });
});

import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { vendorHttp, type VendorHttp } from "../../src/vendors/http.ts";
import { machineTimer } from "../../src/vendors/machine-timer.ts";
import { served } from "./served.ts";
import { problemOf } from "./opened.ts";

const page = "<!doctype html><title>Attention required</title><h1>Sorry, you have been blocked</h1>";

/** Acme, which responds to every request in the same way, with that many bytes. */
async function acme(
  status: number,
  body: Buffer | string,
  headers: Record<string, string> = {},
): Promise<{ http: VendorHttp; asked: () => number }> {
  let asked = 0;
  const baseUrl = await served((_req, res) => {
    asked += 1;
    res.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  });
  const http = vendorHttp({
    vendor: "Acme",
    baseUrl,
    timeoutMs: 5000,
    // Retries happen immediately.
    timer: { ...machineTimer, wait: async () => undefined },
    apiKey: "sk_live_4f9a1c77d20b63e8",
    rate: { requests: 100, intervalMs: 10_000, atOnce: 10 },
    readError: (json) => {
      const message =
        typeof json === "object" && json !== null && "message" in json ? json.message : undefined;
      return typeof message === "string" ? message : undefined;
    },
  });
  return { http, asked: () => asked };
}

// B8
it.each([
  ["gzip", gzipSync('{"id":"ü"}')],
  ["x-gzip", gzipSync('{"id":"ü"}')],
  ["br", brotliCompressSync('{"id":"ü"}')],
  ["deflate", deflateSync('{"id":"ü"}')],
  ["deflate", deflateRawSync('{"id":"ü"}')],
  ["GZIP", gzipSync('{"id":"ü"}')],
  ["identity", Buffer.from('{"id":"ü"}')],
  ["deflate, gzip", gzipSync(deflateSync('{"id":"ü"}'))],
])("reads an answer that comes packed by %s without being asked for", async (encoding, body) => {
  const { http } = await acme(200, body, { "content-encoding": encoding });
  expect((await http.get("/numbers/a")).json).toEqual({ id: "ü" });
  expect((await http.patch("/numbers/a", {})).json).toEqual({ id: "ü" });
});

// B8
it("quotes the vendor's refusal from a compressed body", async () => {
  const { http } = await acme(422, gzipSync('{"message":"No such agent"}'), { "content-encoding": "gzip" });
  expect((await problemOf(http.patch("/numbers/a", {}))).message).toBe(
    "Acme refused the request (422): No such agent",
  );
});

// B8
it.each([
  ["gzip", gzipSync(Buffer.alloc(200 * 1024 * 1024))],
  ["br", brotliCompressSync(Buffer.alloc(64 * 1024 * 1024))],
  ["gzip", gzipSync('{"id":"a"}').subarray(0, 12)],
  ["gzip", Buffer.from('{"id":"a"}')],
  ["zstd", Buffer.from("28b52ffd", "hex")],
  ["constructor", Buffer.from('{"id":"a"}')],
])("does not unpack what is too long, broken or packed by something else (%s)", async (encoding, body) => {
  const { http } = await acme(200, body, { "content-encoding": encoding });
  expect((await problemOf(http.get("/numbers/a"))).code).toBe("vendor_response_unreadable");
  expect((await problemOf(http.patch("/numbers/a", {}))).code).toBe("outcome_unknown");
});

// B9
it.each([401, 403, 404, 405, 407, 413, 451])(
  "blames neither key nor number for a page that something else answered with %i",
  async (status) => {
    for (const body of [page, "", "{}", '{"success":false}', "Forbidden"]) {
      const { http, asked } = await acme(status, body, { "content-type": "text/html" });
      const read = await problemOf(http.get("/numbers/a"));
      expect(read).toMatchObject({ code: "vendor_unavailable", details: { vendorStatus: status } });
      expect(read.message).toContain("A proxy answered instead of Acme");
      expect(asked()).toBe(3);
      // A filter's response says nothing about what happened before it.
      expect((await problemOf(http.patch("/numbers/a", {}))).code).toBe("outcome_unknown");
    }
  },
);

// B9
it.each([
  [401, "credentials_rejected"],
  [403, "credentials_rejected"],
  [404, "vendor_refused"],
  [405, "vendor_refused"],
  [413, "vendor_refused"],
] as const)("believes the API itself when it answers %i", async (status, code) => {
  const { http } = await acme(status, '{"message":"No"}');
  expect((await problemOf(http.get("/numbers/a"))).code).toBe(code);
  expect((await problemOf(http.patch("/numbers/a", {}))).code).toBe(code);
});

// B9
it("treats any 429 as a rate limit, and waits as long as it says", async () => {
  const { http } = await acme(429, page, { "content-type": "text/html", "retry-after": "30" });
  for (const asking of [http.get("/numbers/a"), http.patch("/numbers/a", {})]) {
    const expected = { code: "rate_limited", details: { retryAfterMs: 30_000 } };
    expect(await problemOf(asking)).toMatchObject(expected);
  }
});

// B9
it("reports an unknown outcome if something else answers an update with 503", async () => {
  const { http } = await acme(503, page, { "content-type": "text/html", "retry-after": "30" });
  expect((await problemOf(http.patch("/numbers/a", {}))).code).toBe("outcome_unknown");
  expect(await problemOf(http.get("/numbers/a"))).toMatchObject({
    code: "vendor_unavailable",
    details: { retryAfterMs: 30_000 },
  });
});

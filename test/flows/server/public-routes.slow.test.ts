import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { webServer } from "../../../src/slack/server/web-server.ts";
import { alpha, bravo } from "../../support/neighbours.ts";
import { patient } from "../../support/fixtures.ts";

const quietLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({
    workspaces: [alpha, bravo],
    connected: [],
    environment: { LOG_LEVEL: "silent" },
    slowRequestLimits: { headersTimeout: 300, requestTimeout: 600, connectionsCheckingInterval: 50 },
  });
});
afterEach(async () => {
  await harness.close();
});

describe("a response on a public path", () => {
  it.each([
    ["GET", "/slack/install", 200],
    ["GET", "/slack/oauth_redirect", 400],
    ["POST", "/slack/events", 401],
    ["GET", "/healthz", 200],
    ["GET", "/nothing", 404],
  ])("to %s %s lets nothing be loaded or framed, and names no server", async (method, path, status) => {
    const { status: found, headers } = await fetch(harness.url() + path, { method });
    expect(found).toBe(status);
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'.*frame-ancestors 'none'$/u);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("server")).toBeNull();
    expect(headers.get("x-powered-by")).toBeNull();
  });
});

describe("a request of another form", () => {
  it.each(["/slack/install", "/slack/oauth_redirect"])("installs nothing at %s but by GET", async (path) => {
    const { status, headers } = await fetch(harness.url() + path, { method: "POST" });
    expect(status).toBe(405);
    expect(headers.get("set-cookie")).toBeNull();
  });

  it("may name the origin before the path, as proxies do", async () => {
    const answer = await raw(
      "GET http://patchbay.example.com/healthz?x=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*\nok\n/u);
  });
});

describe("a request that is too long", () => {
  it("is refused before it is read if its headers say so", async () => {
    const answer = await raw("POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 1000001\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*longer than 1000000 bytes[\s\S]*nothing was changed/u);
  });

  it("is refused as soon as it is too long otherwise", async () => {
    const chunk = `${(600_000).toString(16)}\r\n${"a".repeat(600_000)}\r\n`;
    const head = `POST /slack/events HTTP/1.1\r\nhost: x\r\n${signed()}transfer-encoding: chunked\r\n\r\n`;
    expect(await raw(head + chunk + chunk)).toMatch(/^HTTP\/1\.1 413 [\s\S]*It was not read/u);
  });
});

describe("a request that does not arrive completely", () => {
  it.each([
    ["its headers", "POST /slack/events HTTP/1.1\r\nhost: x\r\nx-slow:"],
    ["its body", `POST /slack/events HTTP/1.1\r\nhost: x\r\n${signed()}content-length: 100\r\n\r\nhalf`],
    ["the body of a page", "GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf"],
    ["a refused body", "POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf"],
  ])("is cut off in the middle of %s, and the server serves others meanwhile", async (_what, text) => {
    const slow = raw(text);
    expect((await fetch(`${harness.url()}/healthz`)).status).toBe(200);
    expect(await slow).toMatch(/^(HTTP\/1\.1 (200|401|408) [\s\S]*)?$/u);
  });
});

// C5
describe("a connection that is idle", () => {
  it("is served after longer than a slow request may take, before its first request and between two", async () => {
    const request = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let answer = "";
    const socket = connect(Number(new URL(harness.url()).port), "127.0.0.1");
    socket.setEncoding("utf8").on("data", (data: string) => (answer += data));
    let wasEnded = false;
    socket.on("close", () => (wasEnded = true));
    for (const count of [1, 2]) {
      // Connections that are slow with a request are opened later and ended meanwhile: so it was looked at all.
      await raw("POST /slack/events HTTP/1.1\r\nhost: x\r\nx-slow:");
      await raw(`POST /slack/events HTTP/1.1\r\nhost: x\r\n${signed()}content-length: 100\r\n\r\nhalf`);
      socket.write(request);
      await vi.waitFor(() => expect(answer.match(/\nok\n/gu)).toHaveLength(count), patient);
    }
    expect(wasEnded).toBe(false);
    socket.destroy();
  });

  it("stays open longer than at a load balancer", () => {
    const server = webServer({ log: quietLog, routes: [], slack: undefined, installing: undefined });
    expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
    expect(server.headersTimeout).toBeGreaterThan(server.keepAliveTimeout);
    expect(server.requestTimeout).toBeGreaterThan(server.headersTimeout);
    server.emit("close");
  });
});

// D10
describe("a path", () => {
  it.each([
    "/slack/events/",
    "//slack/events",
    "/slack//events//",
    "/Slack/Events",
    "/slack/events?x=1",
    "/slack/events/?",
  ])("of Slack's requests may be written %s", async (path) => {
    expect((await fetch(harness.url() + path, { method: "POST" })).status).toBe(401);
  });

  it.each(["/healthz/", "//readyz", "/Metrics", "/slack/install/", "/SLACK/install?x=1"])(
    "of a page may be written %s, and is answered to HEAD as well",
    async (path) => {
      expect((await fetch(harness.url() + path)).status).toBe(200);
      const head = await fetch(harness.url() + path, { method: "HEAD" });
      expect([head.status, await head.text()]).toEqual([200, ""]);
    },
  );

  it("of the redirect from Slack may end with a slash", async () => {
    expect((await fetch(`${harness.url()}/slack/oauth_redirect/?code=x`)).status).toBe(400);
  });

  it("says which methods it allows", async () => {
    const allowed = async (path: string, method: string) => {
      const { status, headers } = await fetch(harness.url() + path, { method });
      return [status, headers.get("allow")];
    };
    expect(await allowed("/slack/events", "GET")).toEqual([405, "POST"]);
    expect(await allowed("/healthz", "POST")).toEqual([405, "GET, HEAD"]);
    expect(await allowed("/slack/oauth_redirect", "HEAD")).toEqual([405, "GET"]);
    expect(await allowed("/nothing", "PATCH")).toEqual([404, null]);
  });
});

// A15
it("counts refused requests by reason", async () => {
  const count = async (reason: string) => {
    const text = await (await fetch(`${harness.url()}/metrics`)).text();
    return Number(
      new RegExp(`patchbay_http_refused_total\\{reason="${reason}"\\} (\\d+)`, "u").exec(text)?.[1],
    );
  };
  expect([await count("unsigned"), await count("slow"), await count("too_long")]).toEqual([0, 0, 0]);
  await raw("POST /slack/events HTTP/1.1\r\nhost: x\r\nx-slow:");
  await raw("POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 1000001\r\n\r\n");
  await fetch(`${harness.url()}/slack/events`, { method: "POST" });
  expect([await count("unsigned"), await count("slow"), await count("too_long")]).toEqual([1, 1, 1]);
});

describe("a request that could be read as two", () => {
  it.each([
    ["both lengths", "content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["two lengths", "content-length: 4\r\ncontent-length: 5\r\n\r\nabcde"],
    ["an obscured coding", "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n"],
    ["a folded header", "x-a: b\r\n c\r\ncontent-length : 4\r\n\r\nabcd"],
  ])("is refused for %s", async (_why, rest) => {
    const smuggled = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    const answer = await raw(`POST /slack/events HTTP/1.1\r\nhost: x\r\n${rest}${smuggled}`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /u);
    expect(answer.match(/HTTP\/1\.1 /gu)).toHaveLength(1);
  });
});

/** Headers of a signature that is not good, and that only the body can tell. */
function signed(): string {
  return `x-slack-signature: v0=${"0".repeat(64)}\r\nx-slack-request-timestamp: ${Math.floor(Date.now() / 1000)}\r\n`;
}

/** Sends bytes as they are, and resolves to all that came back once the server has closed the connection. */
async function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(new URL(harness.url()).port), "127.0.0.1", () => socket.write(text));
    socket.setEncoding("utf8");
    socket.on("data", (data: string) => (answer += data));
    // A server that closes during a write resets the connection.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer));
  });
}

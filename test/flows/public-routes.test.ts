import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHouse, type House } from "../../src/demo/house.ts";
import { alpha, bravo } from "../support/neighbours.ts";

let house: House;
beforeEach(async () => {
  house = await startHouse({
    workspaces: [alpha, bravo],
    connected: [],
    environment: { LOG_LEVEL: "silent" },
    patience: { headersTimeout: 300, requestTimeout: 600, connectionsCheckingInterval: 50 },
  });
});
afterEach(async () => {
  await house.close();
});

describe("an answer on a public path", () => {
  it.each([
    ["GET", "/slack/install", 200],
    ["GET", "/slack/oauth_redirect", 400],
    ["POST", "/slack/events", 401],
    ["GET", "/healthz", 200],
    ["GET", "/nothing", 404],
  ])("to %s %s lets nothing be loaded or framed, and names no server", async (method, path, status) => {
    const { status: found, headers } = await fetch(house.url() + path, { method });
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
    const { status, headers } = await fetch(house.url() + path, { method: "POST" });
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
  it("is answered in words before it is read, when it says so", async () => {
    const answer = await raw("POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 1000001\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*longer than 1000000 bytes[\s\S]*nothing was changed/u);
  });

  it("is answered in words as soon as it is, when it does not say", async () => {
    const chunk = `${(600_000).toString(16)}\r\n${"a".repeat(600_000)}\r\n`;
    const head = "POST /slack/events HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    expect(await raw(head + chunk + chunk)).toMatch(/^HTTP\/1\.1 413 [\s\S]*It was not read/u);
  });
});

describe("a request that does not come in", () => {
  it.each([
    ["its headers", "POST /slack/events HTTP/1.1\r\nhost: x\r\nx-slow:"],
    ["its body", "POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf"],
  ])("is cut off in the middle of %s, and the server serves others meanwhile", async (_what, text) => {
    const slow = raw(text);
    expect((await fetch(`${house.url()}/healthz`)).status).toBe(200);
    expect(await slow).toMatch(/^(HTTP\/1\.1 408 [\s\S]*)?$/u);
  });
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

/** Sends bytes as they are, and resolves to all that came back once the server has closed the connection. */
async function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(new URL(house.url()).port), "127.0.0.1", () => socket.write(text));
    socket.setEncoding("utf8");
    socket.on("data", (data: string) => (answer += data));
    // A server that closes while it is being written to resets the connection.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer));
  });
}

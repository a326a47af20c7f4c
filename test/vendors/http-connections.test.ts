import dns from "node:dns";
import net from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { expect, it, onTestFinished, vi } from "vitest";
import type { VendorRequest } from "../../src/domain/vendor/vendor-request.ts";
import { vendorHttp, type VendorHttp } from "../../src/vendors/http.ts";
import { reportedRequests } from "./reported-requests.ts";
import { portOf, selfSigned } from "./served.ts";
import { problemOf } from "./opened.ts";

const acme = (baseUrl: string, timeoutMs = 1000): VendorHttp =>
  vendorHttp({
    vendor: "Acme",
    baseUrl,
    timeoutMs,
    apiKey: "sk_live_4f9a1c77d20b63e8",
    rate: { requests: 100, intervalMs: 10_000, atOnce: 10 },
    readError: () => undefined,
  });

/** A port where nothing listens. */
async function closedPort(): Promise<number> {
  const server = net.createServer();
  const port = await portOf(server);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

/** A server that accepts connections and never responds. */
async function silent(): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => void sockets.add(socket));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return portOf(server);
}

/** Makes every host name resolve to these addresses. */
function resolves(addresses: readonly { address: string; family: number }[]): void {
  const before = dns.lookup;
  onTestFinished(() => void Reflect.set(dns, "lookup", before));
  Reflect.set(dns, "lookup", (_name: string, _options: unknown, done: (...found: unknown[]) => void) => {
    process.nextTick(done, null, addresses);
  });
}

// B7
it("says that nothing was sent if no address of a host could be reached", async () => {
  const port = await closedPort();
  resolves([
    { address: "127.0.0.1", family: 4 },
    { address: "::1", family: 6 },
  ]);
  const problem = await problemOf(acme(`http://api.acme.test:${port}`).patch("/a", {}));
  expect(problem.code).toBe("vendor_unavailable");
  expect(problem.message).toContain("nothing was sent");
});

// B7
it("gives each address of a host a fair part of the time limit", async () => {
  const connect = vi.spyOn(net, "connect");
  await problemOf(acme(`http://127.0.0.1:${await closedPort()}`, 10_000).patch("/a", {}));
  const [options] = connect.mock.calls[0] ?? [];
  expect(options).toMatchObject({ autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 2500 });
});

// B7
it("says that nothing was sent if no secure connection was made", async () => {
  const problem = await problemOf(acme(`https://127.0.0.1:${await silent()}`, 200).patch("/a", {}));
  expect(problem.code).toBe("vendor_unavailable");
  expect(problem.message).toContain("nothing was sent");
});

// B7
it("reports an unknown outcome if an update was sent and not answered", async () => {
  const problem = await problemOf(acme(`http://127.0.0.1:${await silent()}`, 200).patch("/a", {}));
  expect(problem.code).toBe("outcome_unknown");
});

/** What is logged about one update. */
async function loggedOf(http: VendorHttp): Promise<VendorRequest | undefined> {
  return (await reportedRequests(http, async () => http.patch("/a", {})))[0];
}

// O10
it("reports an untrusted certificate, and that nothing was sent", async () => {
  const port = await portOf(createTlsServer(selfSigned));
  const http = acme(`https://127.0.0.1:${port}`);
  const problem = await problemOf(http.patch("/a", {}));
  expect(problem.code).toBe("vendor_unavailable");
  expect(problem.message).toMatch(/nothing was sent/u);
  expect(problem.message).toMatch(/its certificate is self-signed, DEPTH_ZERO_SELF_SIGNED_CERT/u);
  expect(await loggedOf(http)).toMatchObject({
    fault: "DEPTH_ZERO_SELF_SIGNED_CERT",
    result: "vendor_unavailable",
  });
});

// O10
it("reports a host name that does not resolve", async () => {
  const http = acme("http://patchbay.invalid");
  expect((await problemOf(http.get("/a"))).message).toMatch(
    /(?:its name does not resolve, ENOTFOUND|the name server does not answer, EAI_AGAIN)/u,
  );
  expect((await loggedOf(http))?.fault).toMatch(/ENOTFOUND|EAI_AGAIN/u);
});

// O10
it("reports a port where nothing listens, and one without TLS", async () => {
  const nobody = await problemOf(acme(`http://127.0.0.1:${await closedPort()}`).patch("/a", {}));
  expect(nobody.message).toContain("nothing listens there, ECONNREFUSED");
  const plain = net.createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const wrong = await problemOf(acme(`https://127.0.0.1:${await portOf(plain)}`).patch("/a", {}));
  expect(wrong.message).toMatch(/nothing was sent/u);
  expect(wrong.message).toMatch(/no secure connection could be made, (?:ERR_SSL|EPROTO)/u);
});

import { networkInterfaces } from "node:os";
import { request, type Server } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import type { Replicas } from "../src/domain/ports/replicas.ts";
import { healthRoutes } from "../src/health.ts";
import { listening } from "../src/http/limited-server.ts";
import { webServer } from "../src/slack/server/web-server.ts";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

// A20
it("shows metrics and causes to this machine, and to no request that a proxy has passed on", async () => {
  const { get } = await served();
  expect(await get("/metrics")).toEqual([200, "patchbay 1\n"]);
  expect(await get("/readyz")).toEqual([503, "not connected to Slack\n"]);
  for (const header of [
    "x-forwarded-for",
    "x-forwarded-proto",
    "forwarded",
    "x-real-ip",
    "via",
    "cf-connecting-ip",
  ]) {
    expect((await get("/metrics", { [header]: "192.0.2.1" }))[0]).toBe(403);
    expect(await get("/readyz", { [header]: "192.0.2.1" })).toEqual([503, "not ready\n"]);
  }
});

// A20
it("shows no metrics to a request for another host from a proxy without headers", async () => {
  const { server } = await served();
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const statusFor = async (host: string): Promise<number | undefined> => {
    const asked = request({ port, host: "127.0.0.1", path: "/metrics", headers: { host } });
    return new Promise((resolve, reject) => {
      asked.on("error", reject).on("response", (answer) => resolve(answer.resume().statusCode));
      asked.end();
    });
  };
  for (const host of ["patchbay.example.com", "127.0.0.1.example.com", "192.0.2.1:3000"])
    expect(await statusFor(host)).toBe(403);
  for (const host of ["localhost:3000", "127.0.0.1", "[::1]:3000"]) expect(await statusFor(host)).toBe(200);
});

// A20
it("shows metrics and causes to the person who has the token, and metrics to nobody else", async () => {
  const { get } = await served({ metricsToken: "a-metrics-token-0123" });
  const through = { "x-forwarded-for": "192.0.2.1" };
  for (const authorization of ["Bearer a-metrics-token-0123", "bearer a-metrics-token-0123"]) {
    expect(await get("/metrics", { ...through, authorization })).toEqual([200, "patchbay 1\n"]);
    expect(await get("/readyz", { ...through, authorization })).toEqual([503, "not connected to Slack\n"]);
  }
  for (const authorization of ["Bearer a-metrics-token-012", "Basic a-metrics-token-0123", ""])
    expect((await get("/metrics", { authorization }))[0]).toBe(401);
  expect((await get("/metrics"))[0]).toBe(401);
});

// A20
it("shows no metrics to another address", async ({ skip }) => {
  const address = Object.values(networkInterfaces())
    .flat()
    .find((each) => each?.family === "IPv4" && !each.internal)?.address;
  if (address === undefined) return skip("this machine has no address but its own");
  const { get } = await served({ host: "0.0.0.0", reach: address });
  expect((await get("/metrics"))[0]).toBe(403);
  expect(await get("/readyz")).toEqual([503, "not ready\n"]);
  expect(await get("/healthz")).toEqual([200, "ok\n"]);
});

// A15
it("checks once for simultaneous requests", async () => {
  let looks = 0;
  let answer = (): void => undefined;
  const waiting = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const checkWritable = async (): Promise<void> => {
    looks += 1;
    await waiting;
  };
  const { get, server } = await served({ checkWritable });
  const asked = Array.from({ length: 20 }, async () => get("/readyz"));
  await new Promise<void>((resolve) => {
    let came = 0;
    server.on("request", () => {
      came += 1;
      if (came === 20) resolve();
    });
  });
  answer();
  for (const each of asked) expect(await each).toEqual([503, "not connected to Slack\n"]);
  expect(looks).toBe(1);
  await get("/readyz");
  expect(looks).toBe(2);
});

it("lists the servers on the database where it names causes", async () => {
  const replica = { id: "rep_1", version: "1.2.3", startedAt: new Date(0), seenMsAgo: 2_400 };
  const { get } = await served({ live: async () => [replica] });
  const line = "server rep_1, version 1.2.3, started 1970-01-01T00:00:00.000Z, seen 2 s ago\n";
  expect(await get("/readyz")).toEqual([503, `not connected to Slack\n${line}`]);
  expect(await get("/readyz", { via: "1.1 proxy" })).toEqual([503, "not ready\n"]);
});

/** A server with nothing but these routes. */
async function served({
  metricsToken,
  host = "127.0.0.1",
  reach = host,
  checkWritable = async () => undefined,
  live,
}: {
  metricsToken?: string;
  host?: string;
  reach?: string;
  checkWritable?: () => Promise<void>;
  live?: Replicas["live"];
} = {}) {
  const routes = healthRoutes({
    store: { checkWritable, faults: async () => [] },
    checkpoints: undefined,
    ...(live ? { replicas: { live } } : {}),
    metrics: { text: async () => "patchbay 1\n", contentType: "text/plain", watch: () => undefined },
    log: quiet,
    clock: { isSkewed: () => false, offsetMs: () => 0 },
    metricsToken,
    connected: () => false,
  });
  const server: Server = webServer({ log: quiet, routes, slack: undefined, installing: undefined });
  const port = await listening(server, host, 0);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    server,
    get: async (path: string, headers: Readonly<Record<string, string>> = {}) => {
      const answer = await fetch(`http://${reach}:${port}${path}`, { headers });
      return [answer.status, await answer.text()];
    },
  };
}

import { EventEmitter, once } from "node:events";
import { createServer, ServerResponse, type RequestListener } from "node:http";
import { env } from "node:process";
import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { startDemoSession } from "../../src/demo/page/demo-session.ts";
import { activityLog } from "../../src/demo/replicas/activity.ts";
import { replicaProgram, startDemoReplicas } from "../../src/demo/replicas/demo-replicas.ts";
import { startRoundRobin } from "../../src/demo/replicas/round-robin.ts";
import { findPostgres, postgresMissing } from "../../src/sandbox/postgres/find-postgres.ts";
import { freePort } from "../../src/sandbox/postgres/local-postgres.ts";
import { bundled } from "../support/run/bundled.ts";
import { patient } from "../support/fixtures.ts";

const path = env["PATH"] ?? "";
const missing = findPostgres(path) === undefined;

async function answering(name: string): Promise<number> {
  return listening((request, response) => {
    request.resume();
    response.end(name);
  });
}

async function listening(handle: RequestListener): Promise<number> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

test("sends requests to each replica in turn, and skips one that accepts none", async () => {
  const ports = [await answering("A"), await freePort(), await answering("B")];
  const served = vi.fn<(port: number) => void>();
  const balancer = await startRoundRobin(() => ports, served);
  onTestFinished(async () => balancer.close());
  const ask = async () => (await fetch(balancer.url, { method: "POST", body: "x" })).text();
  const answers = [await ask(), await ask(), await ask()];
  expect(new Set(answers)).toEqual(new Set(["A", "B"]));
  expect(served).toHaveBeenCalledTimes(3);
  balancer.only(ports[2]);
  expect([await ask(), await ask()]).toEqual(["B", "B"]);
  ports.length = 0;
  balancer.only(undefined);
  expect((await fetch(balancer.url)).status).toBe(503);
});

test("waits for the requests that are at a replica", async () => {
  const asked = new EventEmitter<{ asked: [ServerResponse] }>();
  const port = await listening((_, response) => asked.emit("asked", response));
  const balancer = await startRoundRobin(() => [port]);
  onTestFinished(async () => balancer.close());
  await balancer.drained(port);
  const arrived = once(asked, "asked");
  const answer = fetch(balancer.url);
  const response = z.instanceof(ServerResponse).parse((await arrived)[0]);
  const drained = vi.fn<() => void>();
  const waiting = balancer.drained(port).then(drained);
  await balancer.drained(port + 1);
  await setImmediate();
  expect(drained).not.toHaveBeenCalled();
  response.end("late");
  await waiting;
  expect(await (await answer).text()).toBe("late");
});

test("reads from a replica's log what it did", () => {
  const changed = vi.fn<() => void>();
  const log = activityLog(changed);
  const time = "2026-03-01T00:00:00.000Z";
  log.take(
    "A",
    JSON.stringify({ time, msg: "vendor request", method: "patch", vendor: "cartesia", result: "ok" }),
  );
  log.take("A", JSON.stringify({ time, msg: "change", changeId: "chg_1", outcome: "applied" }));
  log.take("A", JSON.stringify({ time, msg: "something else" }));
  log.take("A", "not JSON");
  log.served("A");
  expect(log.of("A")).toEqual({
    requests: 1,
    did: [
      { at: time, text: "change chg_1: applied" },
      { at: time, text: "patch at cartesia: ok" },
    ],
  });
  expect(changed).toHaveBeenCalledTimes(3);
});

test.runIf(missing)("says what is missing on a machine without PostgreSQL", async () => {
  const options = { count: 3, path, minExpiryMs: 1, onChange: () => undefined };
  await expect(startDemoReplicas(options)).rejects.toThrow(postgresMissing);
});

test.skipIf(missing)(
  `kills a replica and starts it again${missing ? ` (skipped: ${postgresMissing})` : ""}`,
  { timeout: 120_000 },
  async () => {
    const session = await startDemoSession({
      replicas: 1,
      path,
      compiledReplica: bundled(replicaProgram),
    });
    onTestFinished(async () => session.close());
    const states = async () =>
      (await session.inspectorData()).replicas.map(({ name, state }) => `${name} ${state}`);
    expect(await states()).toEqual(["A running"]);
    const [before] = (await session.inspectorData()).replicas;
    expect(before?.did.some(({ text }) => text.startsWith("change chg_"))).toBe(true);
    await session.actOnReplica("A", "kill");
    expect(await states()).toEqual(["A killed"]);
    await expect(session.actOnReplica("A", "pause")).rejects.toThrow("there is no replica A that runs");
    // PostgreSQL notices the end of the process a moment later.
    await vi.waitFor(async () => session.actOnReplica("A", "start"), patient);
    expect(await states()).toEqual(["A running"]);
    await session.actOnReplica("A", "pause");
    expect(await states()).toEqual(["A frozen"]);
    await session.actOnReplica("A", "resume");
    await session.actOnReplica("A", "restart");
    const [after] = (await session.inspectorData()).replicas;
    expect(after?.state).toBe("running");
    expect(after?.pid).not.toBe(before?.pid);
  },
);

import { createServer, connect, type Server, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { serverLimits } from "../../../src/postgres/connection/pool.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { databaseStore } from "../../../src/store/store.ts";
import { testSeal } from "../../sqlite/support.ts";
import { requested, testSources } from "../../store/events.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

function storeAt(url: string) {
  return databaseStore(postgresQueries(testConnections(url, serverLimits)), testSeal("k1"), testSources());
}

const notRecorded = (why: string) => ({
  code: "not_recorded",
  message: `Patchbay's database could not be written: ${why}.`,
});

describe.skipIf(missing !== undefined)(`nothing is recorded halfway on PostgreSQL${skipped}`, () => {
  test("that may only be read", async () => {
    const { owner, app } = await testPostgres();
    const { pool } = testConnections(owner);
    await pool.query("REVOKE INSERT ON audit_entries FROM patchbay_test_app");
    const { audit } = storeAt(app).workspace("T1");
    await expect(audit.append(requested(1))).rejects.toMatchObject(
      notRecorded("Patchbay's role may not write to it"),
    );
    await pool.query("GRANT INSERT ON audit_entries TO patchbay_test_app");
    await expect(audit.append(requested(1))).resolves.toMatchObject({ position: 1 });
  });

  test("that another transaction holds", async () => {
    const { owner, app } = await testPostgres();
    const store = storeAt(app);
    const { audit } = store.workspace("T1");
    await audit.append(requested(1));
    const client = await testConnections(owner).pool.connect();
    await client.query("BEGIN");
    await client.query("LOCK TABLE audit_entries IN ACCESS EXCLUSIVE MODE");
    await expect(audit.append(requested(2))).rejects.toMatchObject({ code: "not_recorded" });
    await client.query("ROLLBACK");
    client.release();
    await expect(audit.append(requested(2))).resolves.toMatchObject({ position: 2 });
  });

  test("that has gone, that refuses the user, that is not there", async () => {
    const { app } = await testPostgres();
    const at = (change: (url: URL) => void) => {
      const url = new URL(app);
      change(url);
      return storeAt(url.href).workspace("T1").audit.append(requested(1));
    };
    await expect(at((url) => (url.port = "1"))).rejects.toMatchObject(
      notRecorded("it does not answer at its address"),
    );
    await expect(at((url) => (url.username = "nobody_here"))).rejects.toMatchObject(
      notRecorded("it refuses Patchbay's user or password"),
    );
    await expect(at((url) => (url.pathname = "/no_such_database"))).rejects.toMatchObject(
      notRecorded("there is no such database"),
    );
  });

  test("whose connections were all closed: the next write uses a new one", async () => {
    const { owner, app } = await testPostgres();
    const store = storeAt(app);
    await store.workspace("T1").audit.append(requested(1));
    await testConnections(owner).pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'patchbay_test_app' AND datname = current_database()",
    );
    await expect(store.workspace("T1").audit.append(requested(2))).resolves.toMatchObject({ position: 2 });
    expect(await store.workspace("T1").audit.entries({ limit: 10 })).toHaveLength(2);
  });

  test("that is cut off in the middle of a write, and recovers without a restart", async () => {
    const { app } = await testPostgres();
    const { url, cut, repair } = await cutter(app);
    const store = storeAt(url);
    await store.workspace("T1").audit.append(requested(1));
    cut();
    await expect(store.workspace("T1").audit.append(requested(2))).rejects.toMatchObject({
      code: "not_recorded",
    });
    await expect(store.checkWritable()).rejects.toMatchObject({ code: "not_recorded" });
    await repair();
    await expect(store.workspace("T1").audit.append(requested(2))).resolves.toMatchObject({ position: 2 });
    await expect(store.checkWritable()).resolves.toBeUndefined();
  });

  test("rolls back what was written together with an entry that is refused", async () => {
    const { owner, app } = await testPostgres();
    const workspace = storeAt(app).workspace("T1");
    await testConnections(owner).pool.query("ALTER TABLE audit_entries DISABLE TRIGGER audit_chained");
    const by = { kind: "system", job: "x" } as const;
    const freeze = { title: "all", by, reason: "x", at: "2026-03-01T00:00:00.000Z" };
    const event = { kind: "freeze.set", actor: by, requestId: "req_1" } as const;
    await expect(workspace.freezes.set(freeze, event)).rejects.toMatchObject({ code: "not_recorded" });
    expect(await workspace.freezes.list()).toEqual([]);
  });
});

/** A path to a database that can be cut: open connections end, and new ones are refused. */
async function cutter(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const server: Server = createServer((from) => {
    const to = connect(Number(port), hostname);
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => sockets.delete(socket));
    }
    from.pipe(to).pipe(from);
  });
  const listen = async (at: number) =>
    new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve));
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens nowhere");
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(cut);
  const url = new URL(target);
  url.port = String(address.port);
  return { url: url.href, cut, repair: async () => listen(address.port) };
}

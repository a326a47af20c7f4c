import { describe, expect, test } from "vitest";
import { postgresQueries } from "../../src/postgres/connection/postgres-queries.ts";
import { databaseStore } from "../../src/store/store.ts";
import { testSeal } from "../sqlite/support.ts";
import { requested, testSources } from "../store/events.ts";
import { missing, skipped, testConnections, testPostgres } from "./support.ts";

const by = { kind: "system", job: "x" } as const;
const event = <Kind extends "incident.started" | "incident.reverted">(kind: Kind) =>
  ({ kind, actor: by, requestId: "req_1" }) as const;
const incident = (key: string, channelId?: string) => ({
  key,
  title: undefined,
  channelId,
  startedBy: by,
  startedAt: "2026-03-01T00:00:00.000Z",
});

/**
 * A store, and a session that writes past the turns of a workspace, as another version of Patchbay may: it holds an
 * uncommitted row until the store's write waits for it.
 */
async function withOtherWriter() {
  const { owner, app } = await testPostgres();
  const { pool } = testConnections(owner);
  const workspace = databaseStore(
    postgresQueries(testConnections(app)),
    testSeal("k1"),
    testSources(),
  ).workspace("T1");
  const whileWriting = async <T>(sql: string, write: () => Promise<T>): Promise<PromiseSettledResult<T>> => {
    const other = await pool.connect();
    await other.query("BEGIN");
    await other.query(sql);
    const writing = Promise.allSettled([write()]);
    const waits =
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while ((await pool.query(waits)).rowCount === 0);
    await other.query("COMMIT");
    other.release();
    const [result] = await writing;
    return result;
  };
  return { workspace, whileWriting };
}

const reason = (result: PromiseSettledResult<unknown>): unknown =>
  result.status === "rejected" ? result.reason : "nothing was refused";

describe.skipIf(missing !== undefined)(`what is there once on PostgreSQL${skipped}`, () => {
  test("an incident in a channel: the second is refused in the words of the check", async () => {
    const { workspace, whileWriting } = await withOtherWriter();
    const insert = `INSERT INTO incidents VALUES
      ('T1', 'INC-1', NULL, 'C1', 'system:x', '2026-03-01T00:00:00.000Z', NULL, NULL, NULL)`;
    const refused = await whileWriting(insert, async () =>
      workspace.incidents.start(incident("INC-2", "C1"), event("incident.started")),
    );
    expect(reason(refused)).toMatchObject({
      code: "invalid_input",
      message: "INC-1 is open in this conversation. End it first, or start elsewhere.",
    });
  });

  test("an incident's name", async () => {
    const { workspace, whileWriting } = await withOtherWriter();
    const insert = `INSERT INTO incidents VALUES
      ('T1', 'INC-1', NULL, 'C1', 'system:x', '2026-03-01T00:00:00.000Z', NULL, NULL, NULL)`;
    const refused = await whileWriting(insert, async () =>
      workspace.incidents.start(incident("INC-1"), event("incident.started")),
    );
    expect(reason(refused)).toMatchObject({ message: "INC-1 was started before and is open." });
  });

  test("the running revert of an incident", async () => {
    const { workspace, whileWriting } = await withOtherWriter();
    const who = { userId: "U1", channelId: "C1" };
    for (const id of ["rev_1", "rev_2"])
      await workspace.runs.show({ id, kind: "revert", incident: "INC-1", by: who, steps: [] });
    const refused = await whileWriting("UPDATE runs SET state = 'running' WHERE id = 'rev_1'", async () =>
      workspace.runs.begin("rev_2", who, event("incident.reverted")),
    );
    expect(reason(refused)).toMatchObject({
      code: "already_requested",
      message: "The revert of INC-1 is being carried out, or has been.",
    });
  });

  test("a connection's name", async () => {
    const { workspace, whileWriting } = await withOtherWriter();
    const insert = `INSERT INTO connections VALUES
      ('T1', 'con_x', 'cartesia', 'Prod', 'prod', 'f', 'k1', '', '2026', '2026')`;
    const refused = await whileWriting(insert, async () =>
      workspace.connections.add({ vendor: "cartesia", name: "prod", credentials: { apiKey: "sk-1" } }),
    );
    expect(reason(refused)).toMatchObject({ message: 'There is a connection called "Prod" already.' });
  });

  test("a row that no check looks for is not recorded, and not tried for ever", async () => {
    const { workspace } = await withOtherWriter();
    await workspace.audit.append(requested(1));
    const twice = workspace.audit.append(requested(2, { changeId: "chg_1" }));
    await expect(twice).rejects.toMatchObject({ code: "not_recorded" });
  });
});

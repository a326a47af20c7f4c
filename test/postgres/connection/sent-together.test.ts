import { describe, expect, test } from "vitest";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { deferred, row, rows, run, send, together } from "../../../src/store/database/database.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

const backend = "SELECT pg_backend_pid() AS pid, clock_timestamp()::TEXT AS at";
const count = "SELECT count(*) AS count FROM outbox";
const insert = "INSERT INTO outbox (workspace_id, place, message, at) VALUES ('T1', '{}', '{}', '')";

async function open() {
  const { app } = await testPostgres();
  return postgresQueries(testConnections(app));
}

describe.skipIf(missing !== undefined)(`statements that are sent together${skipped}`, () => {
  test("answers the same question once for all who ask it at the same moment", async () => {
    const database = await open();
    const ask = async () => database.read(row(backend));
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(second).toEqual(first);
    expect(await ask()).not.toEqual(first);
  });

  test("gives each read of a moment its own answer, also beside one that fails", async () => {
    const database = await open();
    const [one, broken, two] = await Promise.allSettled([
      database.read(row("SELECT 1 AS n")),
      database.read(row("SELECT * FROM no_such_table")),
      database.read(row("SELECT 2 AS n")),
    ]);
    expect(one).toMatchObject({ value: { n: 1 } });
    expect(broken).toMatchObject({ reason: { code: "not_recorded" } });
    expect(two).toMatchObject({ value: { n: 2 } });
  });

  test("writes nothing if a statement fails whose answer nobody waited for", async () => {
    const database = await open();
    const written = database.write(function* () {
      yield* run(insert);
      yield* send("INSERT INTO no_such_table VALUES (1)");
    }, "T1");
    await expect(written).rejects.toMatchObject({ code: "not_recorded" });
    expect(await database.read(row(count))).toEqual({ count: 0 });
  });

  test("sends what nobody waits for after what is written at the same moment", async () => {
    const database = await open();
    const begun: string[] = [];
    const write = async (what: string, options = {}) =>
      database.write(
        function* () {
          begun.push(what);
          yield* run(insert);
        },
        undefined,
        options,
      );
    // Opens a connection.
    await write("record");
    await Promise.all([write("copy of a list", deferred), write("outcome")]);
    expect(begun).toEqual(["record", "outcome", "copy of a list"]);
    expect(await database.read(row(count))).toEqual({ count: 3 });
  });

  test("gives each piece of work that runs side by side its own answers", async () => {
    const database = await open();
    const found = await database.write(
      () =>
        together(
          (function* () {
            yield* send(insert);
            return yield* row(count);
          })(),
          rows("SELECT 7 AS seven"),
          run(insert),
        ),
      "T1",
    );
    expect(found).toEqual([{ count: 2 }, [{ seven: 7 }], 1]);
  });
});

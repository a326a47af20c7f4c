import { describe, expect, test } from "vitest";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { storedSharedCounts } from "../../../src/store/workflow/shared-counts.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

async function twoReplicas() {
  const { owner, app } = await testPostgres();
  const open = () => storedSharedCounts(postgresQueries(testConnections(app)));
  return { one: open(), other: open(), owner: testConnections(owner).pool };
}

const three = { key: "request/U1", most: 3, windowMs: 60_000 };
const five = { key: "request", most: 5, windowMs: 60_000 };

describe.skipIf(missing !== undefined)(`counts of two replicas${skipped}`, () => {
  test("allow as many events together as one replica alone", async () => {
    const { one, other } = await twoReplicas();
    const waits = await Promise.all(
      Array.from({ length: 10 }, async (_, n) => (n % 2 ? one : other).add("T1", [three, five])),
    );
    expect(waits.filter(([person]) => person === undefined)).toHaveLength(3);
    expect(waits.filter(([, workspace]) => workspace === undefined)).toHaveLength(5);
    const [wait = 0] = (await one.add("T1", [three])).map(Number);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60_000);
    expect(await one.add("T2", [three, five])).toEqual([undefined, undefined]);
  });

  test("begin anew when the window is over, and forget windows of others", async () => {
    const { one, other, owner } = await twoReplicas();
    for (let n = 0; n < 4; n += 1) await one.add("T1", [three]);
    await one.add("T2", [five]);
    await owner.query("UPDATE request_counts SET ends_at_ms = 1");
    expect(await other.add("T1", [three])).toEqual([undefined]);
    const { rows } = await owner.query("SELECT workspace_id, count FROM request_counts");
    expect(rows).toEqual([{ workspace_id: "T1", count: 1 }]);
  });
});

import { describe, expect, test, vi } from "vitest";
import { openConnection } from "../../../src/operations/shared/context.ts";
import { missing, skipped, testConnections } from "../support.ts";
import { twoServers } from "./two-servers.ts";

describe.skipIf(missing !== undefined)(`a vendor that two servers ask${skipped}`, () => {
  test("is asked for no list by one server when it has told the other one to wait", async () => {
    const { vendor, contexts, owner, key } = await twoServers();
    const [one, other] = await Promise.all(
      contexts.map(async (ctx) => (await openConnection(ctx, key.connectionId)).account),
    );
    if (!one || !other) throw new Error("there are two servers");
    vendor.fault({ kind: "rate-limit", retryAfter: "seconds", seconds: 60 }, { on: "read" });
    await expect(one.getNumber(key.numberId)).rejects.toMatchObject({ code: "rate_limited" });
    const { pool } = testConnections(owner);
    await vi.waitFor(async () => {
      const { rows } = await pool.query<{ bucket: string }>("SELECT bucket FROM vendor_budgets");
      expect(rows).toHaveLength(1);
      expect(JSON.parse(rows[0]?.bucket ?? "")).toMatchObject({ left: 0, isKnown: true });
    });
    const before = vendor.requests.length;
    await expect(other.listNumbers()).rejects.toMatchObject({ code: "rate_limited" });
    expect(vendor.requests).toHaveLength(before);
    // A person's request is always tried.
    await expect(other.getNumber(key.numberId)).rejects.toMatchObject({ code: "rate_limited" });
    expect(vendor.requests.length).toBeGreaterThan(before);
  });
});

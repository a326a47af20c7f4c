import { describe, expect, test } from "vitest";
import type { Locks } from "../../src/domain/ports/locks.ts";
import type { Lease } from "../../src/domain/shared/lease.ts";

/** Opens locks as all processes that may use one database see them: at least one. */
export type OpenLocks = () => Promise<readonly [Locks, ...Locks[]]>;

/** What all locks guarantee, wherever they are stored. */
export function locksContract(name: string, open: OpenLocks): void {
  describe(`${name} keep the locks' contract`, () => {
    test("run work with the same key one after the other, even after work that failed", async () => {
      const all = await open();
      let running = 0;
      const done: number[] = [];
      const results = await Promise.allSettled(
        Array.from({ length: 24 }, async (_, n) =>
          (all[n % all.length] ?? all[0]).withLock("T1/con_1/num_1", async () => {
            running += 1;
            expect(running).toBe(1);
            await new Promise(setImmediate);
            running -= 1;
            done.push(n);
            if (n % 3 === 0) throw new Error("work that fails");
            return n;
          }),
        ),
      );
      expect(done).toHaveLength(24);
      for (const [n, result] of results.entries())
        expect(result).toMatchObject(
          n % 3 === 0 ? { reason: new Error("work that fails") } : { status: "fulfilled", value: n },
        );
    });

    test("let no work with another key wait", async () => {
      const all = await open();
      const other = all.at(-1) ?? all[0];
      await all[0].withLock("a", async () => {
        expect(await other.withLock("b", async () => "b")).toBe("b");
      });
    });

    test("tell each holder from all others, and how long it holds at least", async () => {
      const all = await open();
      const leases: Lease[] = [];
      for (const locks of [...all, ...all])
        await locks.withLock("a", async (lease) => {
          expect(lease.leftMs()).toBeGreaterThan(0);
          leases.push(lease);
        });
      expect(new Set(leases.map(({ fence }) => fence)).size).toBe(leases.length);
      expect(leases.map(({ key }) => key)).toEqual(leases.map(() => "a"));
    });
  });
}

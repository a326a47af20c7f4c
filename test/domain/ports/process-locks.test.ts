import * as fc from "fast-check";
import { expect, it } from "vitest";
import { processLocks } from "../../../src/domain/ports/locks.ts";
import { locksContract } from "../../store/locks-contract.ts";

locksContract("locks of one process, as with SQLite,", async () => [processLocks()]);

it("runs work with the same key one after the other, in the order asked", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 20 }),
      fc.scheduler(),
      async (keys, later) => {
        const { withLock } = processLocks();
        const running = new Set<string>();
        const done: [string, number][] = [];
        const all = keys.map(async (key, at) =>
          withLock(key, async () => {
            expect(running.has(key)).toBe(false);
            running.add(key);
            await later.schedule(Promise.resolve());
            running.delete(key);
            done.push([key, at]);
            if (at % 3 === 0) throw new Error("one that fails");
            return at;
          }).then(
            (result) => expect(result).toBe(at),
            () => expect(at % 3).toBe(0),
          ),
        );
        await later.waitFor(Promise.all(all));
        for (const key of new Set(keys)) {
          const order = done.filter(([done_]) => done_ === key).map(([, at]) => at);
          expect(order).toEqual(order.toSorted((one, other) => one - other));
        }
        expect(done).toHaveLength(keys.length);
      },
    ),
  );
});

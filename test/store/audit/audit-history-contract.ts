import { expect, test } from "vitest";
import type { OpenStore } from "../contract.ts";
import { outcome, requested } from "../events.ts";

/** What every audit log guarantees about pages and searches. */
export function auditHistoryContract(open: OpenStore): void {
  test("pages through the history without gaps or repetitions while entries are added", async () => {
    const log = (await open()).store.workspace("T1").audit;
    for (let n = 1; n <= 25; n += 1) {
      await log.append(requested(n));
      await log.append(outcome(n, "applied"));
    }
    const seen: (string | undefined)[] = [];
    let beforeSequence: number | undefined;
    for (;;) {
      const page = await log.changes({ limit: 10, beforeSequence });
      if (page.length === 0) break;
      seen.push(...page.map((record) => record.requested.changeId));
      beforeSequence = page.at(-1)?.requested.sequence;
      await log.append(requested(100 + seen.length));
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `chg_${25 - index}`));
  });

  test("returns at most 1,000 entries, and none for a limit below one", async () => {
    const log = (await open()).store.workspace("T1").audit;
    for (let n = 1; n <= 1_001; n += 1) await log.append(requested(n));
    expect(await log.entries({ limit: 5_000 })).toHaveLength(1_000);
    expect(await log.changes({ limit: 5_000 })).toHaveLength(1_000);
    expect(await log.entries({ limit: 0 })).toEqual([]);
    expect(await log.entries({ limit: -1 })).toEqual([]);
  });

  test("separates the histories of two numbers with the same vendor id", async () => {
    const log = (await open()).store.workspace("T1").audit;
    const numbers = ["con_1", "con_2"].map((connectionId) => ({ connectionId, numberId: "num_1" }));
    for (const [n, number] of numbers.entries()) {
      await log.append(requested(n, { number }));
      await log.append({ ...outcome(n, "applied"), number });
    }
    const [first] = numbers;
    const entries = await log.entries({ number: first, limit: 10 });
    expect(entries.map(({ number }) => number?.connectionId)).toEqual(["con_1", "con_1"]);
    expect(await log.changes({ number: first, limit: 10 })).toMatchObject([
      { requested: { changeId: "chg_0" }, outcome: { outcome: "applied" } },
    ]);
  });

  test.each(["555 01", "5550100", "MAIN", "büro", "num_ü", "x\ny", "%", "_"])(
    "finds numbers by text: %j",
    async (numberText) => {
      const log = (await open()).store.workspace("T1").audit;
      const number = { connectionId: "con_1", numberId: "NUM_Ü", e164: "+14155550100", name: "Main Büro" };
      await log.append(requested(1, { number }));
      await log.append({
        kind: "connection.tested",
        actor: { kind: "system", job: "x" },
        requestId: "req_2",
      });
      const found = ["5550100", "MAIN", "büro", "num_ü", "_"].includes(numberText) ? 1 : 0;
      expect(await log.changes({ numberText, limit: 10 })).toHaveLength(found);
      expect(await log.entries({ numberText, limit: 10 })).toHaveLength(found);
    },
  );

  test("returns the entries since a time in any notation, even after the clock was set back", async () => {
    const times = ["00:00:00.000", "00:00:02.500", "00:00:01.000", "00:00:02.000", "00:00:03.000"];
    let n = 0;
    const { store } = await open({
      sources: {
        now: () => new Date(`2026-03-01T${times[n - 1] ?? times[0]}Z`),
        newId: () => `aud_${(n += 1)}`,
      },
    });
    const log = store.workspace("T1").audit;
    for (const index of times.keys()) await log.append(requested(index));
    const since = async (text: string) =>
      (await log.entries({ since: text, limit: 10 })).map(({ at }) => at.slice(11, 23));
    expect(await since("2026-03-01T00:00:02Z")).toEqual(["00:00:03.000", "00:00:02.000", "00:00:02.500"]);
    expect(await since("2026-03-01T01:00:02+01:00")).toHaveLength(3);
    expect(await since("2027-01-01")).toEqual([]);
    await expect(since("yesterday")).rejects.toMatchObject({ code: "invalid_input" });
  });
}

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { voiceOps } from "../../support/fixtures.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, textOf } from "../../support/screen.ts";
import { startFreezeHarness, type FreezeHarness } from "./freeze-harness.ts";

let at: FreezeHarness;
beforeEach(async () => {
  at = await startFreezeHarness();
});
afterEach(async () => {
  await at.harness.close();
});

describe("a frozen scope", () => {
  it.each([
    ["a number", "Roadside"],
    ["a connection", "cartesia demo"],
    ["a connection, said to be one", 'connection "cartesia demo"'],
    ["everything", "all"],
  ])("cannot be changed: %s", async (_what, named) => {
    const told = await at.freezes(at.omar, `${named} because the vendor looks at it`);
    expect(told).toContain("by <@U0OPER001> since");
    expect(told).toContain("Why: the vendor looks at it");
    await at.reassignBy("U0ADMIN01");
    const { problem, outcome } = await onRecord(at.harness, { kind: "change.refused", code: "frozen" });
    expect({ outcome, words: problem?.message }).toEqual({
      outcome: "refused",
      // The reason is in the entry of the freeze, where it can be erased with the person who typed it.
      words: expect.not.stringContaining("the vendor looks at it"),
    });
    expect(at.patches()).toBe(0);
    expect(await onRecord(at.harness, { kind: "freeze.set" })).toMatchObject({ outcome: "applied" });
  });

  it("leaves other numbers alone", async () => {
    await at.freezes(at.omar, "0107 because it is looked at");
    await at.reassignBy("U0OPER001");
    await onRecord(at.harness, { kind: "change.outcome" });
    expect(at.patches()).toBe(1);
  });

  it("shows who froze it, why and until when in a form that was opened before", async () => {
    await at.omar.command("reassign Roadside to Dispatch because it loops", { channelId: voiceOps });
    await formSays(at.harness, at.omar, "After:");
    await at.freezes(at.ada, "Roadside for 2h because we migrate");
    await at.omar.submit();
    const words = textOf(await formSays(at.harness, at.omar, "This number is frozen"));
    expect(words).toMatch(
      /by <@U0ADMIN01> since <!date\^[^>]+>, until <!date\^\d+\^[^>]+>\. Why: we migrate/u,
    );
    expect(words).toContain("Nothing was changed.");
    expect(at.patches()).toBe(0);
  });

  it("can be changed again after it expires, even after a restart", async () => {
    await at.freezes(at.omar, "Roadside for 2h because we migrate");
    await at.harness.stopApp();
    await at.harness.startApp();
    at.passedMs = 2 * 60 * 60_000 - 10_000;
    await at.reassignBy("U0OPER001");
    await onRecord(at.harness, { kind: "change.refused", code: "frozen" });
    at.passedMs = 2 * 60 * 60_000 + 10_000;
    await at.reassignBy("U0OPER001");
    await onRecord(at.harness, { kind: "change.outcome" });
    expect(at.patches()).toBe(1);
  });

  it("stays frozen if its expiry is invalid", async () => {
    await at.freezes(at.omar, "Roadside for 2h because it is looked at");
    at.damage("UPDATE freezes SET until = 'soon'");
    await at.reassignBy("U0OPER001");
    await onRecord(at.harness, { kind: "change.refused", code: "frozen" });
    expect(at.patches()).toBe(0);
  });

  // A database that lost a table takes no entry any more, so only the person and the log can be told.
  it.each(["freezes", "protections"])("cannot be changed if the table of %s is missing", async (table) => {
    at.damage(`DROP TABLE ${table}`);
    await at.reassignBy("U0OPER001");
    await toldDirectly(at.harness, "U0OPER001", "cannot read whether this number is frozen or protected");
    expect(at.patches()).toBe(0);
  });
});

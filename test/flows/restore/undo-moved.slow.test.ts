import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { assistance, holding, incidents, roadside } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person } from "../../support/screen.ts";
import { change, newestChange } from "../../support/undo.ts";
import { blockText, buttonsOf, patchesSince, quiet } from "../../support/words.ts";

let harness: Harness;
let omar: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({ connected: ["cartesia"], logTo: quiet });
  omar = person(harness, "U0OPER001");
});
afterEach(async () => {
  await harness.close();
});

const answers = () => harness.vendors.cartesia.effective(roadside).agentId;
const elsewhere = (agentId: string) =>
  harness.vendors.cartesia.changeNumber(roadside, { agent: { id: agentId } });

describe("an undo of a number that somebody has changed since", () => {
  it("shows before, made and now, sends nothing, and restores anyway as a change of its own", async () => {
    const changeId = await change(harness, omar, "reassign roadside to dispatch");
    elsewhere(holding);
    const from = harness.vendors.cartesia.requests.length;
    await omar.click("undo");
    const moved = await formSays(harness, omar, "has changed since");
    const words = blockText(moved);
    expect(words).toContain("Before:\n*Roadside assistance*");
    expect(words).toContain("That change made:\n*Dispatch*");
    expect(words).toContain("Now:\n*Holding message*");
    expect(words).toContain("It was changed outside Patchbay.");
    expect(words).toContain("Nothing was sent.");
    expect(buttonsOf(moved)).toEqual(["Restore anyway", "Show", "History"]);
    await omar.click("undo_anyway");
    const preview = blockText(await formSays(harness, omar, "overwrites a newer change"));
    expect(preview).toContain("*Now:* *Holding message* answers");
    expect(preview).toContain("*After:* *Roadside assistance* answers");
    expect(patchesSince(harness.vendors.cartesia, from)).toEqual([]);
    await omar.submit();
    await formSays(harness, omar, "confirmed by");
    expect(answers()).toBe(assistance);
    expect(await newestChange(harness)).toMatchObject({
      before: { agent: holding },
      wanted: { agent: assistance },
      details: { undoes: changeId },
    });
  });

  it("names who did it, when it was a later change through Patchbay", async () => {
    const first = await change(harness, omar, "reassign roadside to dispatch");
    const later = await change(harness, person(harness, "U0ADMIN01"), "reassign roadside to holding message");
    await omar.command(`undo ${first}`, { channelId: incidents });
    const words = blockText(await formSays(harness, omar, "has changed since"));
    expect(words).toContain("Changed since by <@U0ADMIN01>");
    expect(words).toContain(later);
  });

  it("is a conflict when it was changed while the form was open, and the newer change stays", async () => {
    const changeId = await change(harness, omar, "reassign roadside to dispatch");
    await omar.click("undo");
    await formSays(harness, omar, "*After:*");
    elsewhere(holding);
    const from = harness.vendors.cartesia.requests.length;
    await omar.submit();
    const words = blockText(await formSays(harness, omar, "has changed since"));
    expect(words).toContain("Now:\n*Holding message*");
    expect(patchesSince(harness.vendors.cartesia, from)).toEqual([]);
    expect(answers()).toBe(holding);
    const refusal = await onRecord(harness, { kind: "change.refused", code: "conflict" });
    expect(refusal.details).toMatchObject({ undoes: changeId });
  });

  it("is a conflict too if it changes again before it is restored anyway", async () => {
    await change(harness, omar, "reassign roadside to dispatch");
    elsewhere(holding);
    await omar.click("undo");
    await formSays(harness, omar, "has changed since");
    await omar.click("undo_anyway");
    await formSays(harness, omar, "overwrites a newer change");
    harness.vendors.cartesia.changeNumber(roadside, { agent: null });
    await omar.submit();
    await onRecord(harness, { kind: "change.refused", code: "conflict" });
    await formSays(harness, omar, "has changed since");
    expect(answers()).toBeNull();
  });

  // E1
  it("keeps the typed reason if it changed while the form was open", async () => {
    await change(harness, omar, "reassign roadside to dispatch");
    await omar.command("undo because it was wrong", { channelId: incidents });
    await formSays(harness, omar, "*After:*");
    elsewhere(holding);
    await omar.submit();
    await formSays(harness, omar, "has changed since");
    await omar.click("undo_anyway");
    expect(JSON.stringify(await formSays(harness, omar, "overwrites a newer change"))).toContain(
      '"initial_value":"it was wrong"',
    );
  });

  it("is not a conflict if only an unaffected field changed", async () => {
    await change(harness, omar, 'rename roadside to "Roads"');
    elsewhere(holding);
    await omar.click("undo");
    await formSays(harness, omar, "*After:*");
    await omar.submit();
    await formSays(harness, omar, "confirmed by");
    expect(harness.vendors.cartesia.effective(roadside)).toEqual({
      agentId: holding,
      name: "Roadside",
    });
  });

  it("is not needed if it is already restored", async () => {
    await change(harness, omar, "reassign roadside to dispatch");
    elsewhere(assistance);
    const from = harness.vendors.cartesia.requests.length;
    await omar.click("undo");
    await formSays(harness, omar, "Nothing to undo");
    expect(patchesSince(harness.vendors.cartesia, from)).toEqual([]);
  });
});

describe("an undo that cannot restore the state", () => {
  it("says that the agent no longer exists, and lets the person choose another one", async () => {
    const changeId = await change(harness, omar, "reassign roadside to dispatch because it loops");
    harness.vendors.cartesia.deleteAgent(assistance);
    await omar.click("undo");
    const form = blockText(await formSays(harness, omar, "cannot answer this number again"));
    expect(form).toContain("*Roadside assistance*");
    expect(form).toContain("Nothing was changed. Choose another agent below.");
    await omar.choose("agent", { text: "Holding message", value: holding });
    await formSays(harness, omar, "*After:*");
    await omar.submit();
    await formSays(harness, omar, "confirmed by");
    expect(answers()).toBe(holding);
    expect(await newestChange(harness)).toMatchObject({ reason: `Instead of undoing ${changeId}` });
  });

  it("shows manual steps if the vendor has no way to write it", async () => {
    await change(harness, omar, 'rename 0141 to "Depot"');
    const from = harness.vendors.cartesia.requests.length;
    await omar.click("undo");
    const words = blockText(await formSays(harness, omar, "*By hand*"));
    expect(words).toContain("Set Name: _empty_");
    expect(words).toContain("Nothing was changed.");
    expect(patchesSince(harness.vendors.cartesia, from)).toEqual([]);
  });

  it("says so while the vendor does not respond, and can be retried in place", async () => {
    await change(harness, omar, "reassign roadside to dispatch");
    harness.vendors.cartesia.fault({ kind: "status", status: 503 });
    await omar.click("undo");
    await formSays(harness, omar, "Nothing was changed.");
    harness.vendors.cartesia.clearFaults();
    await omar.click("undo");
    const form = blockText(await formSays(harness, omar, "*After:*"));
    expect(form).toContain("*After:* *Roadside assistance* answers");
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { extendChange } from "../../../src/operations/expiry/manage-expiry.ts";
import { assistance, dispatch, minute, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { skipWaits } from "../../support/clocks.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { onRecord } from "../../support/record.ts";
import { startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";

let at: TemporaryChangeHarness;
beforeEach(async () => {
  at = await startTemporaryChangeHarness();
});
afterEach(async () => {
  await at.harness.close();
});

const vendor = () => at.harness.vendors.cartesia;
const restart = async (): Promise<void> => {
  await at.harness.stopApp();
  await at.harness.startApp();
};
const said = (words: string): number =>
  at.harness.slack.messages(voiceOps).filter((each) => textOf(each).includes(words)).length;
const refusals = async (): Promise<number> =>
  (await at.harness.audit()).filter(({ kind }) => kind === "change.refused").length;

/** Lets minute after minute pass until something has come about. */
const passUntil = async (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
  await at.harness.slack.eventually(what, async () => {
    at.pass(minute);
    return isSo();
  });
};

describe("over restarts", () => {
  it("extends from now a change that expired while no process ran", async () => {
    await at.reassign();
    await at.harness.stopApp();
    const { contextFor } = at.harness.infra;
    const ctx = contextFor("T0PATCH01", { kind: "cli", osUser: "test" });
    const changeId =
      (await at.harness.audit()).find(({ kind }) => kind === "change.requested")?.changeId ?? "";
    const was = await ctx.workspace.temporaryChanges.find(changeId);
    if (!was) throw new Error("the change has no end");
    const anHourLate = new Date(was.endsAt.getTime() + 60 * minute);
    await extendChange({ ...ctx, now: () => anHourLate }, { changeId, endsAt: was.endsAt });
    const put = await ctx.workspace.temporaryChanges.find(changeId);
    expect(put?.endsAt).toEqual(new Date(anHourLate.getTime() + was.durationMs));
  });

  it("continues at every step, and restores the number once", async () => {
    await at.reassign();
    await restart();
    at.pass(25 * minute);
    await toldInChannel(at.harness, voiceOps, "reverts automatically <!date");
    await restart();
    at.pass(6 * minute);
    await toldInChannel(at.harness, voiceOps, "was restored");
    await restart();
    at.pass(60 * minute);
    expect([said("reverts automatically <!date"), said("was restored"), at.patches().length]).toEqual([
      1, 1, 2,
    ]);
    expect(at.answers()).toBe(assistance);
  });

  it("restores a number that was due while no process ran, and reports the delay", async () => {
    await at.reassign();
    await at.harness.stopApp();
    at.pass(90 * minute);
    await at.harness.startApp();
    const end = await toldInChannel(at.harness, voiceOps, "was restored");
    expect(textOf(end)).toContain("1 h late: it was due");
    expect(said("Then: ")).toBe(0);
  });

  it("sends nothing twice if it stops between the attempt and its outcome", async () => {
    await at.reassign();
    vendor().fault({ kind: "drop-after" }, { on: "write" });
    at.pass(31 * minute);
    await at.harness.slack.eventually("the second update", () => at.patches().length === 2);
    await restart();
    vendor().clearFaults();
    await toldInChannel(at.harness, voiceOps, "was restored");
    expect(at.patches()).toHaveLength(2);
  });

  it("starts the duration of a change once its outcome is known", async () => {
    const omar = person(at.harness, operator);
    await omar.command("reassign Roadside to Dispatch for 30m", { channelId: voiceOps });
    await formSays(at.harness, omar, "*Reverts*");
    vendor().fault({ kind: "drop-before" }, { on: "write" });
    await omar.submit();
    await formSays(at.harness, omar, "Unknown whether");
    at.pass(20 * minute);
    await at.harness.stopApp();
    vendor().clearFaults();
    vendor().changeNumber(roadside, { agent_id: dispatch });
    await at.harness.startApp();
    await toldInChannel(at.harness, voiceOps, "It took effect");
    at.pass(12 * minute);
    await toldInChannel(at.harness, voiceOps, "was restored");
    expect(at.answers()).toBe(assistance);
  });
});

describe("when the vendor fails at the expiry", () => {
  it("retries while it is down, reports that with manual steps, and restores the number later", async () => {
    await at.reassign();
    vendor().fault({ kind: "status", status: 503 }, { on: () => true });
    at.pass(31 * minute);
    await at.harness.slack.eventually("a refused try", async () => (await refusals()) > 0);
    expect(said("was *NOT reverted* yet")).toBe(0);
    await passUntil("loud words", () => said("was *NOT reverted* yet") > 0);
    const loud = await toldInChannel(at.harness, voiceOps, "was *NOT reverted* yet");
    expect(textOf(loud)).toContain("*By hand*, for *Roadside*");
    expect(textOf(loud)).toContain(`Set Agent: *Roadside assistance* (id \`${assistance}\`)`);
    const tries = await refusals();
    await passUntil("more tries", async () => (await refusals()) > tries + 1);
    expect(said("was *NOT reverted* yet")).toBe(1);
    vendor().clearFaults();
    await passUntil("an end", () => said("was restored") > 0);
    const end = await toldInChannel(at.harness, voiceOps, "was restored");
    expect(textOf(end)).toContain("late");
    expect(at.patches()).toHaveLength(2);
  });

  it("gives up after a day, and says so", async () => {
    await at.reassign();
    vendor().fault({ kind: "status", status: 503 }, { on: () => true });
    at.pass(31 * minute);
    await at.harness.slack.eventually("a refused try", async () => (await refusals()) > 0);
    at.pass(25 * 60 * minute);
    const end = await toldInChannel(at.harness, voiceOps, "Patchbay does not retry");
    expect(textOf(end)).toContain("*By hand*");
    await onRecord(at.harness, { kind: "timed.left", code: "vendor_unavailable" });
    vendor().clearFaults();
    at.pass(60 * minute);
    expect(at.patches()).toHaveLength(1);
  });

  it("reports an unknown outcome if the response is lost, sends nothing again, and reports the outcome later", async () => {
    await at.reassign();
    vendor().fault({ kind: "drop-before" }, { on: "write" });
    at.pass(31 * minute);
    await toldInChannel(at.harness, voiceOps, "It is *unknown* whether the number was reverted");
    const { temporaryChanges: temporary } = at.harness.infra.store.workspace("T0PATCH01");
    const looks = async (): Promise<number> => (await temporary.open())[0]?.revision ?? 0;
    const before = await looks();
    await passUntil("more looks", async () => (await looks()) > before + 2);
    expect(at.patches()).toHaveLength(2);
    vendor().clearFaults();
    vendor().changeNumber(roadside, { agent_id: assistance });
    await restart();
    await toldInChannel(at.harness, voiceOps, "was restored");
    expect([said("*unknown* whether"), at.patches().length]).toEqual([1, 2]);
  });

  it("says that the number was not restored if the vendor ignores it", async () => {
    await at.harness.close();
    at = await startTemporaryChangeHarness({ after: skipWaits((ms) => at.pass(ms)) });
    await at.reassign();
    vendor().fault({ kind: "ignore" }, { on: "write" });
    at.pass(31 * minute);
    await toldInChannel(at.harness, voiceOps, "*unknown* whether the number was reverted");
    const end = await toldInChannel(at.harness, voiceOps, "was *NOT reverted*");
    expect(textOf(end)).toContain("not applied as far as the vendor shows");
    expect(textOf(end)).toContain("*By hand*");
    expect(at.patches()).toHaveLength(2);
  });
});

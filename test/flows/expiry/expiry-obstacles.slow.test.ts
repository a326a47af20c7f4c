import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assistance, dispatch, minute, operator, roadside, voiceOps } from "../../support/fixtures.ts";
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
const said = (words: string): number =>
  at.harness.slack.messages(voiceOps).filter((each) => textOf(each).includes(words)).length;

describe("obstacles at the expiry", () => {
  it("says that the agent no longer exists, with manual steps", async () => {
    await at.reassign();
    vendor().deleteAgent(assistance);
    at.pass(31 * minute);
    const end = await toldInChannel(at.harness, voiceOps, "was *NOT reverted*");
    expect(textOf(end)).toContain("it is deleted");
    expect(textOf(end)).toContain("*By hand*");
    expect(at.answers()).toBe(dispatch);
  });

  it("says that the connection no longer exists", async () => {
    await at.reassign();
    const { infra, connections } = at.harness;
    await infra.store.workspace("T0PATCH01").connections.remove(connections.cartesia?.id ?? "");
    at.pass(31 * minute);
    const end = await toldInChannel(at.harness, voiceOps, "was *NOT reverted*");
    expect(textOf(end)).toContain("*By hand*");
    expect(at.patches()).toHaveLength(1);
  });

  it("reverts a change by a person who has lost all permissions", async () => {
    await at.reassign();
    at.harness.slack.fail("users.info", { error: "user_not_found" });
    at.pass(31 * minute);
    await toldInChannel(at.harness, voiceOps, "was restored");
    expect(at.answers()).toBe(assistance);
  });

  it("does nothing, and says so, if the number was already restored elsewhere", async () => {
    await at.reassign();
    vendor().changeNumber(roadside, { agent_id: assistance });
    at.pass(31 * minute);
    await toldInChannel(at.harness, voiceOps, "was already back");
    expect(at.patches()).toHaveLength(1);
  });

  it("says nothing more about a change that was undone before its expiry", async () => {
    const told = await at.reassign();
    const omar = person(at.harness, operator);
    await omar.click("undo", { in: told });
    await formSays(at.harness, omar, "*After:*");
    await omar.submit();
    await at.harness.slack.eventually("the number as before", () => at.answers() === assistance);
    at.pass(40 * minute);
    const { temporaryChanges: temporary } = at.harness.infra.store.workspace("T0PATCH01");
    await at.harness.slack.eventually("no end any more", async () => (await temporary.open()).length === 0);
    expect([said("expired"), said("was restored"), at.patches().length]).toEqual([0, 0, 2]);
  });

  it("refuses an expiry that cannot work, before anything is sent", async () => {
    const omar = person(at.harness, operator);
    await omar.command('rename 0141 to "Named for a while" for 30m', { channelId: voiceOps });
    await formSays(at.harness, omar, "*Reverts*");
    await omar.submit();
    await formSays(
      at.harness,
      omar,
      "This change cannot revert automatically, because the number could not be restored",
    );
    expect(at.patches()).toEqual([]);
    await onRecord(at.harness, { kind: "change.refused", code: "unsupported" });
  });

  it("reverts the newer of two changes of one number first, whichever expires first", async () => {
    await at.reassign();
    const ada = person(at.harness, "U0ADMIN01");
    await ada.command("detach Roadside for 1h because of callers", { channelId: voiceOps });
    await formSays(at.harness, ada, "*Reverts*");
    await ada.submit();
    await formSays(at.harness, ada, "Detached by");
    at.pass(35 * minute);
    const waits = await toldInChannel(at.harness, voiceOps, "a newer one by <@U0ADMIN01> has superseded it");
    expect(textOf(waits)).toContain("The number reverts then");
    expect(at.patches()).toHaveLength(2);
    at.pass(30 * minute);
    await at.harness.slack.eventually("both ends", () => said("was restored") === 2);
    expect(at.patches()).toHaveLength(4);
    expect(at.answers()).toBe(assistance);
  });

  it("posts later what Slack does not accept at the expiry", async () => {
    await at.reassign();
    at.pass(25 * minute);
    await toldInChannel(at.harness, voiceOps, "reverts automatically <!date");
    at.harness.slack.fail("chat.postMessage", { error: "fatal_error" });
    at.pass(6 * minute);
    await at.harness.slack.eventually("the number as before", () => at.answers() === assistance);
    const { outbox } = at.harness.infra.store;
    await at.harness.slack.eventually("a kept message", async () => (await outbox.waiting()).length > 0);
    await at.harness.stopApp();
    at.harness.slack.clearFailures();
    await at.harness.startApp();
    await toldInChannel(at.harness, voiceOps, "was restored");
    expect(said("was restored")).toBe(1);
  });
});

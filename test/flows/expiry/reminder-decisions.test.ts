import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assistance, dispatch, minute, operator, voiceOps } from "../../support/fixtures.ts";
import { person, textOf, toldInChannel } from "../../support/screen.ts";
import { onRecord } from "../../support/record.ts";
import { startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";

let at: TemporaryChangeHarness;
beforeEach(async () => {
  at = await startTemporaryChangeHarness();
});
afterEach(async () => {
  await at.harness.close();
});

const kinds = async (): Promise<string[]> => (await at.harness.audit()).slice(1).map(({ kind }) => kind);

describe("a decision on a reminder", () => {
  const reminded = async () => {
    await at.reassign();
    at.pass(25 * minute);
    return toldInChannel(at.harness, voiceOps, "reverts automatically <!date");
  };

  it("makes the change permanent once, however often it is clicked", async () => {
    const reminder = await reminded();
    const omar = person(at.harness, operator);
    await Promise.all([
      omar.click("keep_change", { in: reminder }),
      person(at.harness, "U0ADMIN01").click("keep_change", { in: reminder }),
    ]);
    await toldInChannel(at.harness, voiceOps, "no longer reverts automatically");
    at.pass(60 * minute);
    await onRecord(at.harness, { kind: "timed.kept", code: "already_requested" });
    expect((await kinds()).filter((kind) => kind === "timed.kept")).toHaveLength(2);
    expect(at.answers()).toBe(dispatch);
    expect(at.patches()).toHaveLength(1);
  });

  it("extends the change by the same duration, and reminds again", async () => {
    const reminder = await reminded();
    await person(at.harness, operator).click("extend_change", { in: reminder });
    const put = await toldInChannel(at.harness, voiceOps, "it now reverts");
    expect(put.ts).toBe(reminder.ts);
    at.pass(20 * minute);
    expect(at.answers()).toBe(dispatch);
    at.pass(10 * minute);
    await at.harness.slack.eventually("a second reminder", () =>
      at.harness.slack
        .messages(voiceOps)
        .find((each) => each.ts !== reminder.ts && textOf(each).includes("The change of *Roadside*")),
    );
    at.pass(10 * minute);
    await toldInChannel(at.harness, voiceOps, "was restored");
    expect(at.patches()).toHaveLength(2);
  });

  it("restores the number now", async () => {
    const reminder = await reminded();
    await person(at.harness, "U0ADMIN01").click("end_change", { in: reminder });
    const end = await toldInChannel(at.harness, voiceOps, "was restored");
    expect(textOf(end)).toContain("<@U0ADMIN01> reverted it");
    expect(at.answers()).toBe(assistance);
    await onRecord(at.harness, { kind: "timed.ended", userId: "U0ADMIN01" });
  });

  it("refuses a person without permission and records that", async () => {
    const reminder = await reminded();
    await person(at.harness, "U0GUEST01").click("keep_change", { in: reminder });
    await onRecord(at.harness, { kind: "action.refused", code: "not_allowed", userId: "U0GUEST01" });
    at.pass(6 * minute);
    await toldInChannel(at.harness, voiceOps, "was restored");
    expect(at.answers()).toBe(assistance);
  });
});

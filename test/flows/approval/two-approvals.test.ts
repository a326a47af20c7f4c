import { afterEach, beforeEach, expect, it } from "vitest";
import { second, startApprovals, type ApprovalHarness } from "./approval-harness.ts";
import { admin, dispatch, incidents, minute, operator, voiceOps } from "../../support/fixtures.ts";
import { becomes, pressStale, valueOf } from "../../support/present-message.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { buttonsOf } from "../../support/words.ts";

let at: ApprovalHarness;
beforeEach(async () => {
  at = await startApprovals(2);
});
afterEach(async () => at.harness.close());

const approvals = async () => (await at.harness.audit()).filter(({ kind }) => kind === "approval.approved");

it("ends without a change if the first approver declines, or nobody else approves in time", async () => {
  const { harness, ada } = at;
  const message = await at.asks();
  await ada.click("approve", { in: message });
  await ada.click("decline", { in: await becomes(harness, message, "1 of 2 approvals") });
  await formSays(harness, ada, "Comment");
  await ada.submit();
  await becomes(harness, message, /Declined by <@U0ADMIN01>.*It had 1 of 2 approvals \(<@U0ADMIN01>\)/u);
  expect((await onRecord(harness, { kind: "approval.declined" })).details).toMatchObject({
    given: "1",
    wanted: "2",
  });

  await at.omar.close();
  const again = await at.asks();
  await ada.click("approve", { in: again });
  await becomes(harness, again, "1 of 2 approvals");
  at.pass(31 * minute);
  await becomes(harness, again, "Expired with 1 of 2 approvals (<@U0ADMIN01>)");
  await pressStale(harness, second.id, "approve", valueOf(again, "approve"));
  await toldDirectly(harness, second.id, "only one of two people approved it in time");
  expect((await onRecord(harness, { kind: "approval.expired" })).details).toMatchObject({
    given: "1",
    wanted: "2",
  });
  expect(at.patches()).toBe(0);
});

it("sends a change after two people have approved it, and nothing after one of them has twice", async () => {
  const { harness, omar, ada } = at;
  const message = await at.asks();
  expect(textOf(message)).toContain("Two people must approve it.");
  await ada.click("approve", { in: message });

  const half = await becomes(harness, message, "1 of 2 approvals");
  expect(textOf(half)).toMatch(
    /1 of 2 approvals\*: <@U0ADMIN01> approved it <!date\^.*Another person must approve it too/u,
  );
  expect(buttonsOf(half)).toEqual(["Approve", "Decline"]);
  await formSays(harness, omar, "1 of 2 approvals");
  // An update notifies nobody, so the channel is asked anew, once.
  const anew = () =>
    harness.slack
      .messages(voiceOps)
      .filter((each) => each.ts !== message.ts && textOf(each).includes("1 of 2 approvals"));
  const [asked] = await harness.slack.eventually("a new message", () =>
    anew().length > 0 ? anew() : undefined,
  );
  await omar.command("status", { channelId: incidents });
  await toldAlone(harness, operator, "1 of 2 approvals");
  await at.presses(admin, "approve");
  await toldDirectly(harness, admin, "You approved this request before, so someone else must approve it too");
  expect([at.patches(), await at.kinds("change.requested"), (await approvals()).length]).toEqual([0, 0, 1]);

  await at.presses(second.id, "approve");
  const told = await toldInChannel(harness, incidents, "Reassigned by");
  expect(textOf(told)).toContain("by <@U0OPER001>, approved by <@U0ADMIN01> and <@U0ADMIN02>");
  const over = await becomes(harness, message, "Approved by <@U0ADMIN01> and <@U0ADMIN02>");
  expect(buttonsOf(over)).toEqual([]);
  if (asked) await becomes(harness, asked, "Approved by <@U0ADMIN01> and <@U0ADMIN02>");
  expect(anew()).toEqual([]);
  expect({ patches: at.patches(), answering: at.answering() }).toEqual({ patches: 1, answering: dispatch });
  expect(await approvals()).toMatchObject([
    { actor: { userId: admin }, details: { for: "U0OPER001", given: "1", wanted: "2" } },
    { actor: { userId: second.id }, details: { for: "U0OPER001", given: "2", wanted: "2" } },
  ]);
  expect((await onRecord(harness, { kind: "approval.requested" })).details).toMatchObject({ wanted: "2" });
  expect((await onRecord(harness, { kind: "change.outcome" })).details).toMatchObject({
    approvedBy: admin,
    alsoApprovedBy: second.id,
  });
});

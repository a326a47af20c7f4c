import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { incidents } from "../../support/fixtures.ts";
import { press, sendInteraction } from "../../support/forged-requests.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { buttonsOf, quiet } from "../../support/words.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

const admins = Array.from({ length: 12 }, (_, index) => ({
  id: `U0ADMIN${index + 10}`,
  name: `admin${index}`,
  isAdmin: true,
}));

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({
    workspaces: [{ ...demoWorkspace, users: [...demoWorkspace.users, ...admins] }],
    connected: ["cartesia"],
    logTo: quiet,
  });
  await protectNumber(harness, "pn_B6d1Vz5H");
});
afterEach(async () => {
  await harness.close();
});

it("leaves no button in requests that are posted after the approval", async () => {
  const omar = person(harness, "U0OPER001");
  const asked = () =>
    ["U0ADMIN01", ...admins.map(({ id }) => id)].flatMap((id) =>
      harness.slack.directMessages(id).filter((message) => textOf(message).includes("*reassign*")),
    );
  await omar.command("reassign Roadside to Dispatch because it loops", { channelId: incidents });
  await formSays(harness, omar, "After:");
  await omar.submit();
  await harness.slack.eventually("somebody was asked", () => asked()[0]);
  const { details } = await onRecord(harness, { kind: "approval.requested" });
  const { teamId } = demoWorkspace;
  const who = { userId: "U0ADMIN01", teamId, installedIn: teamId };
  await sendInteraction(harness, press(who, "approve", details?.["approval"] ?? ""));
  await toldInChannel(harness, incidents, "Reassigned by");
  await formSays(harness, omar, "Reassigned by");
  await harness.slack.eventually("no button is left", () =>
    asked().every((message) => !buttonsOf(message).includes("Approve")) ? true : undefined,
  );
  expect(asked().every((message) => textOf(message).includes("Approved by <@U0ADMIN01>"))).toBe(true);
});

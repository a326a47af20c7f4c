import { afterEach, beforeEach, expect, it } from "vitest";
import { demoWorkspace, startHouse, type House } from "../../../src/demo/harness.ts";
import { press, sendInteraction } from "../../support/forged-requests.ts";
import { protectNumber } from "../../support/protected.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { buttonsOf, quiet } from "../../support/words.ts";

const channelId = "C0INCID01";
const admins = Array.from({ length: 12 }, (_, index) => ({
  id: `U0ADMIN${index + 10}`,
  name: `admin${index}`,
  isAdmin: true,
}));

let house: House;
beforeEach(async () => {
  house = await startHouse({
    workspaces: [{ ...demoWorkspace, users: [...demoWorkspace.users, ...admins] }],
    connected: ["cartesia"],
    logTo: quiet,
  });
  await protectNumber(house, "pn_B6d1Vz5H");
});
afterEach(async () => {
  await house.close();
});

it("leaves no button to those who are asked while somebody has approved it already", async () => {
  const omar = person(house, "U0OPER001");
  const asked = () =>
    ["U0ADMIN01", ...admins.map(({ id }) => id)].flatMap((id) =>
      house.slack.directMessages(id).filter((message) => textOf(message).includes("*reassign*")),
    );
  await omar.command("reassign Roadside to Dispatch because it loops", { channelId });
  await formSays(house, omar, "After:");
  await omar.submit();
  await house.slack.eventually("somebody was asked", () => asked()[0]);
  const { details } = await onRecord(house, { kind: "approval.requested" });
  const { teamId } = demoWorkspace;
  const who = { userId: "U0ADMIN01", teamId, installedIn: teamId };
  await sendInteraction(house, press(who, "approve", details?.["approval"] ?? ""));
  await toldInChannel(house, channelId, "was reassigned");
  await formSays(house, omar, "was reassigned");
  await house.slack.eventually("no button is left", () =>
    asked().every((message) => !buttonsOf(message).includes("Approve")) ? true : undefined,
  );
  expect(asked().every((message) => textOf(message).includes("Approved by <@U0ADMIN01>"))).toBe(true);
});

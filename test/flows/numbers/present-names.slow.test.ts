import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { announcements, minute, operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { settle } from "../../support/restrictions.ts";
import { person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";
import { change } from "../../support/undo.ts";
import { blockText } from "../../support/words.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

let at: TemporaryChangeHarness;
let omar: SlackPerson;
beforeEach(async () => {
  const channels = [
    ...demoWorkspace.channels,
    { id: announcements, name: "patchbay-log", botIsMember: true },
  ];
  at = await startTemporaryChangeHarness({ workspaces: [{ ...demoWorkspace, channels }] });
  omar = person(at.harness, operator);
});
afterEach(async () => at.harness.close());

/** The vendor calls the number something else from now on, and nobody tells Patchbay. */
const renamedElsewhere = (name: string): void =>
  at.harness.vendors.cartesia.changeNumber(roadside, { label: name });

const said = async (line: string, words: string): Promise<string> => {
  await omar.command(line, { channelId: voiceOps });
  return textOf(await toldAlone(at.harness, operator, words));
};

// E15
describe("a number that was renamed meanwhile is called by its name now", () => {
  it("in the status, for each of its rows", async () => {
    await change(at.harness, omar, "reassign Roadside to Dispatch for 30m", voiceOps);
    renamedElsewhere("Detour");
    expect(await said("status", "Temporary changes")).toContain("*Detour* (+1 214 555 0152)");
    await change(at.harness, omar, "detach 0152", voiceOps);
    renamedElsewhere("Bypass");
    const status = await said("status", "Detached, and still without an agent");
    expect(status).toContain("*Bypass* (+1 214 555 0152) at cartesia demo, detached by");
    expect(status).not.toMatch(/Roadside\*|Detour/u);
  });

  it("in a reminder", async () => {
    await change(at.harness, omar, "reassign Roadside to Dispatch for 30m", voiceOps);
    renamedElsewhere("Detour");
    at.pass(25 * minute);
    const reminder = textOf(await toldInChannel(at.harness, voiceOps, "Then: "));
    expect(reminder).toContain("The change of *Detour* (+1 214 555 0152)");
    expect(reminder).not.toContain("*Roadside*");
  });

  it("at the expiry of a change, and in the entry that says that it was left", async () => {
    await change(at.harness, omar, "reassign Roadside to Dispatch for 30m", voiceOps);
    await change(at.harness, omar, "rename 0152 to Detour", voiceOps);
    at.harness.vendors.cartesia.changeNumber(roadside, { agent_id: "agent_2mB6tYf1" });
    at.pass(31 * minute);
    expect(textOf(await toldInChannel(at.harness, voiceOps, "was *NOT reverted*"))).toContain("*Detour*");
    const left = await at.harness.slack.eventually("the entry", async () =>
      (await at.harness.audit()).find(({ kind }) => kind === "timed.left"),
    );
    expect(left.number?.name).toBe("Detour");
  });

  it("in the list of freezes, and can be unfrozen by that name or its old one", async () => {
    await omar.command("freeze Roadside because the vendor looks at it", { channelId: voiceOps });
    await toldInChannel(at.harness, voiceOps, "is frozen");
    renamedElsewhere("Detour");
    const list = await said("freeze", "is frozen");
    expect(list).toContain("*Detour (+1 214 555 0152)* is frozen");
    expect(list).not.toContain("Roadside");
    await omar.command("unfreeze Detour", { channelId: voiceOps });
    expect(textOf(await toldInChannel(at.harness, voiceOps, "can be changed again"))).toContain(
      "*Detour (+1 214 555 0152)*",
    );
    await omar.command("freeze Detour because the vendor looks at it", { channelId: voiceOps });
    await toldInChannel(at.harness, voiceOps, "*Detour (+1 214 555 0152)* is frozen");
    renamedElsewhere("Bypass");
    await omar.command("unfreeze Detour", { channelId: voiceOps });
    await toldInChannel(at.harness, voiceOps, "*Bypass (+1 214 555 0152)* can be changed again");
  });

  it("where its freeze is lifted and announced", async () => {
    await settle(at.harness, { announcementsChannelId: announcements });
    await omar.command("freeze Roadside because the vendor looks at it", { channelId: voiceOps });
    await toldInChannel(at.harness, announcements, "froze *Roadside*");
    renamedElsewhere("Detour");
    await said("freeze", "*Detour");
    await omar.command("unfreeze 0152", { channelId: voiceOps });
    expect(textOf(await toldInChannel(at.harness, announcements, "unfroze"))).toContain(
      "*Detour* (+1 214 555 0152)",
    );
  });

  it("in the list of protections, and can be unprotected by that name", async () => {
    const ada = person(at.harness, "U0ADMIN01");
    await ada.command("protect Roadside", { channelId: voiceOps });
    await toldAlone(at.harness, "U0ADMIN01", "is protected");
    renamedElsewhere("Detour");
    await ada.command("protect", { channelId: voiceOps });
    expect(textOf(await toldAlone(at.harness, "U0ADMIN01", "Detour"))).not.toContain("Roadside");
    await ada.command("unprotect Detour", { channelId: voiceOps });
    await toldAlone(at.harness, "U0ADMIN01", "*Detour (+1 214 555 0152)* is no longer protected");
  });

  it("on the App Home, and in the heading of its history", async () => {
    await omar.command("freeze Roadside because the vendor looks at it", { channelId: voiceOps });
    await toldInChannel(at.harness, voiceOps, "is frozen");
    await omar.command("unfreeze Roadside", { channelId: voiceOps });
    await change(at.harness, omar, "detach Roadside", voiceOps);
    await change(at.harness, omar, "rename 0152 to Detour", voiceOps);
    expect(await said("history 0152", "History of")).toContain("History of *Detour*");
    await omar.openHome();
    await at.harness.slack.eventually("the row on the home tab", () =>
      blockText(at.harness.slack.home("T0PATCH01", operator)).includes(
        "*Detour* (+1 214 555 0152) at cartesia demo, detached by",
      ),
    );
  });

  it("and by the name on record where its vendor does not answer and nothing else is known", async () => {
    await change(at.harness, omar, "detach Roadside", voiceOps);
    renamedElsewhere("Detour");
    at.harness.vendors.cartesia.fault({ kind: "status", status: 503 });
    expect(await said("status", "Detached, and still without an agent")).toContain(
      "*Roadside* (+1 214 555 0152)",
    );
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SandboxMessage, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { voiceOps } from "../../support/fixtures.ts";
import { chooseMoreIn } from "../status/overflow.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { protectNumber, settle } from "../../support/restrictions.ts";
import { formState, sendInteraction, submission } from "../../support/forged-requests.ts";
import { pressStale, valueOf } from "../../support/present-message.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { blockText, buttonsOf, opens, quiet } from "../../support/words.ts";

let harness: Harness;
let omar: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({ connected: ["cartesia"], logTo: quiet });
  omar = person(harness, "U0OPER001");
});
afterEach(async () => harness.close());

// E13
describe("buttons are removed when their action is over", () => {
  it("on the announcement of an incident", async () => {
    await omar.command("incident start INC-7 Calls drop", { channelId: voiceOps });
    const started = await toldInChannel(harness, voiceOps, "*INC-7*");
    expect(buttonsOf(started)).toEqual(["Timeline", "Revert…", "End"]);
    await omar.command("incident end INC-7", { channelId: voiceOps });
    const now = await harness.slack.eventually("the message without its end", () =>
      harness.slack
        .messages(voiceOps)
        .find(({ ts, text }) => ts === started.ts && text.includes("was ended")),
    );
    expect(buttonsOf(now)).toEqual(["Timeline", "Revert…", "Summary"]);
  });

  it("on the announcement of a freeze, and a late click shows the current state", async () => {
    await omar.command("freeze Roadside because the vendor looks", { channelId: voiceOps });
    const frozen = await toldInChannel(harness, voiceOps, "frozen");
    await omar.command("unfreeze Roadside", { channelId: voiceOps });
    await toldInChannel(harness, voiceOps, "can be changed again");
    await pressStale(harness, "U0OPER001", "unfreeze", valueOf(frozen, "unfreeze"));
    await toldDirectly(harness, "U0OPER001", "Nothing was changed");
    const now = await harness.slack.eventually("the message without its button", () =>
      harness.slack
        .messages(voiceOps)
        .find((each) => each.ts === frozen.ts && textOf(each).includes("Unfrozen by")),
    );
    expect(buttonsOf(now)).toEqual([]);
  });
});

// E12
it("redraws the App Home after a change that was made there", async () => {
  const shown = () => blockText(harness.slack.home("T0PATCH01", "U0OPER001"));
  await omar.openHome();
  await harness.slack.eventually("the home tab", () => shown().includes("No changes yet."));
  const home = harness.slack.home("T0PATCH01", "U0OPER001");
  if (!home) throw new Error("there is no home tab");
  await opens(harness, omar, async () => chooseMoreIn(omar, "Rename", home, "home"), "Number");
  const [roadside] = await omar.options("number", "Roadside");
  if (!roadside) throw new Error("Roadside is not offered");
  await omar.choose("number", roadside);
  await formSays(harness, omar, "*Now:*");
  await omar.fill("name", "Detour");
  await omar.submit();
  await formSays(harness, omar, "confirmed by");
  await harness.slack.eventually(
    "the change on the home tab",
    () => shown().includes("*Roadside* → *Detour*") && !shown().includes("No changes yet."),
  );
  expect(shown()).not.toContain("Waiting for approval");
});

// E5
it("says only what was requested for the status", async () => {
  await omar.command("status", { channelId: voiceOps });
  const told = textOf(await toldAlone(harness, "U0OPER001", "All clear"));
  expect(told).toContain("the last 1,000 changes left no number without an agent");
  expect(told).not.toMatch(/(?<!changes left )no number/u);
});

// E12
it("redraws the App Home when a change requested there is approved later", async () => {
  const shown = () => blockText(harness.slack.home("T0PATCH01", "U0OPER001"));
  const asking = await askedFromHome();
  await person(harness, "U0ADMIN01").click("approve", { in: asking });
  await harness.slack.eventually(
    "the change on the home tab",
    () => shown().includes("*Roadside* → *Detour*") && !shown().includes("No changes yet."),
  );
  expect(shown()).not.toContain("Waiting for approval");
});

// O18
it("records no refusal for a person whose App Home is redrawn in the background", async () => {
  const asking = await askedFromHome();
  const nobody = { slackAdmins: false, members: false, people: [], groups: [] };
  const everybody = await harness.infra.store.workspace("T0PATCH01").settings.read();
  await settle(harness, { roles: { ...everybody.roles, operator: nobody, viewer: nobody } });
  const ada = person(harness, "U0ADMIN01");
  await opens(harness, ada, async () => ada.click("decline", { in: asking }), "Comment");
  await ada.submit();
  await onRecord(harness, { kind: "approval.declined" });
  await harness.slack.eventually("the home tab", () =>
    blockText(harness.slack.home("T0PATCH01", "U0OPER001")).includes("You may not see the App Home"),
  );
  expect((await harness.audit()).map(({ kind }) => kind)).not.toContain("action.refused");
  await omar.openHome();
  const refusal = await onRecord(harness, { kind: "action.refused", userId: "U0OPER001" });
  expect(refusal.reason).toBe("see the App Home");
});

/** Asks for a protected change as from the App Home, and waits until the home tab was drawn for that. */
async function askedFromHome(): Promise<SandboxMessage> {
  await protectNumber(harness, undefined);
  const shown = () => blockText(harness.slack.home("T0PATCH01", "U0OPER001"));
  const connectionId = harness.connections.cartesia?.id ?? "";
  const numberId = "pn_B6d1Vz5H";
  const metadata = formState("rename", { connectionId, numberId, seen: { name: "Roadside" } });
  const values = { number: `${connectionId}/${numberId}`, name: "Detour" };
  const by = { userId: "U0OPER001", teamId: "T0PATCH01" };
  await sendInteraction(harness, submission(by, { callbackId: "rename", metadata, values }));
  const asking = await toldDirectly(harness, "U0ADMIN01", "*Detour*");
  // Drawn once for the form that was sent; only what is drawn from here on can show the change.
  await harness.slack.eventually("the home tab", () => shown().includes("No changes yet."));
  return asking;
}

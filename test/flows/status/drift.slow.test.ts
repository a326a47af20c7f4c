import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { becomes } from "../../support/present-message.ts";
import { blockText, buttonsOf, leftOut, opens, patchesSince, quiet } from "../../support/words.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({
    connected: ["cartesia"],
    logTo: quiet,
    driftEveryMs: 40,
    outboxEveryMs: 20,
  });
});
afterEach(async () => {
  await harness.close();
});

const omar = () => person(harness, operator);

async function reassign(): Promise<void> {
  await opens(harness, omar(), async () => omar().command("reassign Roadside to Dispatch"), "*After:*");
  await omar().submit();
  await formSays(harness, omar(), "Reassigned by");
}

async function announceHere(): Promise<void> {
  const actor = { kind: "cli", osUser: "test" } as const;
  const { settings } = harness.infra.store.workspace("T0PATCH01");
  await settings.write({ announcementsChannelId: voiceOps }, { actor, requestId: "req_settings" });
}

/** As somebody in the vendor's dashboard would; the app's list is read anew after a restart. */
async function elsewhere(fields: Readonly<Record<string, unknown>>): Promise<void> {
  await harness.stopApp();
  harness.vendors.cartesia.changeNumber(roadside, fields);
  await harness.startApp();
}

const told = (): string[] =>
  harness.slack
    .messages(voiceOps)
    .map(textOf)
    .filter((text) => text.includes("Patchbay changed nothing"));

it("announces once that a number was changed elsewhere, and never corrects it", async () => {
  await announceHere();
  await reassign();
  await elsewhere({ agent: { id: "agent_2mB6tYf1" } });
  const message = await toldInChannel(harness, voiceOps, "outside Patchbay: *Holding message* answers now.");
  expect(textOf(message)).toMatch(/Patchbay had routed it to \*Dispatch\* \(`chg_\w+`\)/u);
  expect(leftOut(message)).toEqual([]);
  expect(await onRecord(harness, { kind: "drift.seen" })).toMatchObject({
    actor: { kind: "system", job: "drift" },
    after: { agent: "agent_2mB6tYf1" },
    details: { drift: "changed_elsewhere" },
  });
  await harness.stopApp();
  await harness.startApp();
  await elsewhere({ agent: null });
  await toldInChannel(harness, voiceOps, "*nobody answers*");
  expect(told()).toHaveLength(2);
  expect(patchesSince(harness.vendors.cartesia, 0)).toHaveLength(1);
});

it("lets a person restore it with a form", async () => {
  await announceHere();
  await reassign();
  await elsewhere({ agent: { id: "agent_2mB6tYf1" } });
  const message = await toldInChannel(harness, voiceOps, "outside Patchbay");
  const form = await opens(
    harness,
    omar(),
    async () => omar().click("open_form:0", { in: message }),
    "*After:* *Holding message* → *Dispatch*",
  );
  expect(form.callback_id).toBe("reassign");
  expect(patchesSince(harness.vendors.cartesia, 0)).toHaveLength(1);
});

it("shows it on the App Home without a channel, and announces it once there is one", async () => {
  await reassign();
  await elsewhere({ agent: { id: "agent_2mB6tYf1" } });
  await onRecord(harness, { kind: "drift.seen" });
  await omar().openHome();
  await harness.slack.eventually("the home tab", () =>
    blockText(harness.slack.home("T0PATCH01", operator)).includes("outside Patchbay: *Holding message*"),
  );
  expect(told()).toEqual([]);
  await announceHere();
  await toldInChannel(harness, voiceOps, "outside Patchbay");
});

it("announces nothing about a vendor that is down", async () => {
  await announceHere();
  await reassign();
  await harness.stopApp();
  harness.vendors.cartesia.fault({ kind: "status", status: 503 });
  const asked = harness.vendors.cartesia.requests.length;
  await harness.startApp();
  await harness.slack.eventually("a look", () => harness.vendors.cartesia.requests.length > asked + 1);
  expect(told()).toEqual([]);
  expect((await harness.audit()).map(({ kind }) => kind)).not.toContain("drift.seen");
});

// E13
it("removes the button of a finding that is gone, and says in the form what has happened since", async () => {
  await announceHere();
  await reassign();
  await elsewhere({ agent: { id: "agent_2mB6tYf1" } });
  const message = await toldInChannel(harness, voiceOps, "outside Patchbay");
  expect(buttonsOf(message)).toEqual(["Show", "History", "Restore…"]);
  harness.slack.fail("chat.update", { error: "internal_error" });
  const admin = person(harness, "U0ADMIN01");
  await opens(harness, admin, async () => admin.command("reassign Roadside to Dispatch"), "*After:*");
  await admin.submit();
  await formSays(harness, admin, "Reassigned by");
  await opens(
    harness,
    omar(),
    async () => omar().click("open_form:0", { in: message }),
    "Changed by <@U0ADMIN01>",
  );
  harness.slack.clearFailures();
  expect(buttonsOf(await becomes(harness, message, "are resolved"))).toEqual(["Show", "History"]);
});

// E13
it("removes the button of a finding that was corrected at the vendor", async () => {
  await announceHere();
  await reassign();
  await elsewhere({ agent: { id: "agent_2mB6tYf1" } });
  const message = await toldInChannel(harness, voiceOps, "outside Patchbay");
  await elsewhere({ agent: { id: "agent_7hN4pZc2" } });
  expect(buttonsOf(await becomes(harness, message, "are resolved"))).toEqual(["Show", "History"]);
});

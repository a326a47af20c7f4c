import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { demoAccount, type VendorSandbox } from "../../../src/sandbox/vendors/index.ts";
import type { SandboxView, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { uuid } from "../../support/fixtures.ts";
import { sendInteraction } from "../../support/forged-requests.ts";
import { formSays, person } from "../../support/screen.ts";
import { newestChange } from "../../support/undo.ts";
import { blockText, opens, patchesSince, quiet } from "../../support/words.ts";

const number = uuid(103);
const twins = [uuid(901), uuid(902)];
const longName = "&".repeat(255);
const before = `${'&<""'.repeat(240)} before`;
const after = `${'<&""'.repeat(240)} after`;

let harness: Harness;
let omar: SlackPerson;
let vendor: VendorSandbox;
beforeEach(async () => {
  harness = await startHarness({
    connected: ["oneinbox"],
    logTo: quiet,
    accounts: (id) => {
      const account = demoAccount(id);
      if (id !== "oneinbox") return account;
      const longAgents = twins.map((twin) => ({ id: twin, name: `${"&".repeat(200)} answers` }));
      return { ...account, agents: [...account.agents, ...longAgents] };
    },
  });
  omar = person(harness, "U0OPER001");
  vendor = harness.vendors.oneinbox;
  const routing = { agent_id: twins[0], fallback: { agent_id: twins[1] }, voicemail_message: before };
  vendor.changeNumber(number, { friendly_name: longName, inbound_routing: routing });
});
afterEach(async () => harness.close());

const openEdit = async (): Promise<SandboxView> =>
  opens(harness, omar, async () => omar.command(`edit ${number}`, { channelId: "C0INCID01" }), "*Now:*");

/** The rows of states that are kept. */
const kept = async (userId: string, token: string): Promise<string | undefined> =>
  harness.infra.store.workspace("T0PATCH01").formStates.find(userId, token);

const tokenOf = (view: SandboxView | undefined): string =>
  /^\{"kept":"(form_\w+)"/u.exec(view?.private_metadata ?? "")?.[1] ?? "";

/** Submits what is on the screen, made up by hand: with another state, or as somebody else. */
async function submitAs(view: SandboxView, userId: string, privateMetadata: string) {
  const typed = omar.view()?.state;
  return sendInteraction(harness, {
    type: "view_submission",
    team: { id: "T0PATCH01", domain: "crafted" },
    user: { id: userId, team_id: "T0PATCH01" },
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: `crafted.${userId}`,
    view: { ...view, hash: `crafted.${userId}`, private_metadata: privateMetadata, state: typed },
    response_urls: [],
  });
}

// D9
it("edits a number whose name, message and agents are too long for a form's state, and undoes it", async () => {
  const from = vendor.requests.length;
  const view = await openEdit();
  expect(view.private_metadata.length).toBeLessThan(600);
  expect(await kept("U0OPER001", tokenOf(view))).toContain(JSON.stringify(before).slice(1, -1));
  await omar.fill("voicemail_message", after);
  expect((await omar.submit()).errors).toBeUndefined();
  await formSays(harness, omar, "confirmed by");
  expect(patchesSince(vendor, from).map(({ body }) => body)).toEqual([
    { inbound_routing: { voicemail_message: after } },
  ]);
  expect(await newestChange(harness)).toMatchObject({
    before: { "field.voicemail_message": before },
    wanted: { "field.voicemail_message": after },
  });
  const undone = vendor.requests.length;
  await omar.command("undo", { channelId: "C0INCID01" });
  await formSays(harness, omar, "*After:*");
  await omar.submit();
  await formSays(harness, omar, "confirmed by");
  expect(patchesSince(vendor, undone).map(({ body }) => body)).toEqual([
    { inbound_routing: { voicemail_message: before } },
  ]);
});

// D9
it("remembers what a long form showed after a restart, and refuses it if that changed", async () => {
  await openEdit();
  await omar.fill("voicemail_message", after);
  await harness.stopApp();
  await harness.startApp();
  const routing = {
    agent_id: twins[0],
    fallback: { agent_id: twins[1] },
    voicemail_message: "Somebody else's.",
  };
  vendor.changeNumber(number, { inbound_routing: routing });
  const from = vendor.requests.length;
  await omar.submit();
  await formSays(harness, omar, "while this form was open");
  expect(patchesSince(vendor, from)).toEqual([]);
  // What was typed is too long for the button's value, too.
  await omar.click("open_form");
  const again = await formSays(harness, omar, "Read from");
  expect(JSON.stringify(again.blocks)).toContain(JSON.stringify(after).slice(1, -1));
  await omar.submit();
  await formSays(harness, omar, "confirmed by");
  expect(patchesSince(vendor, from)).toHaveLength(1);
});

// D9
it("gives nobody else the stored state of a person's form", async () => {
  const view = await openEdit();
  const from = vendor.requests.length;
  const answer = await submitAs(view, "U0ADMIN01", view.private_metadata);
  expect(JSON.parse(answer.body)).toMatchObject({ response_action: "errors" });
  expect(answer.body).toContain("This form is out of date.\\nNothing was changed.");
  expect(await kept("U0ADMIN01", tokenOf(view))).toBeUndefined();
  expect(patchesSince(vendor, from)).toEqual([]);
  expect(await harness.audit()).not.toContainEqual(expect.objectContaining({ kind: "change.requested" }));
});

// D9
it("says that a form is out of date once its state is forgotten, and keeps what was typed", async () => {
  const view = await openEdit();
  await omar.fill("voicemail_message", after);
  const gone = JSON.stringify({ kept: "form_gone", from: {} });
  const { body } = await submitAs(view, "U0OPER001", gone);
  expect(JSON.parse(body)).toMatchObject({ response_action: "errors" });
  expect(body).toContain("This form is out of date.\\nNothing was changed. Copy what you typed, and open");
  expect(omar.view()?.id).toBe(view.id);
});

// D9
it("says so above the form for a click in it, and keeps the inputs", async () => {
  const view = await openEdit();
  await omar.fill("voicemail_message", after);
  await sendInteraction(harness, {
    type: "block_actions",
    team: { id: "T0PATCH01", domain: "crafted" },
    user: { id: "U0OPER001", team_id: "T0PATCH01" },
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: "crafted.click",
    container: { type: "view", view_id: view.id },
    view: { ...view, private_metadata: JSON.stringify({ kept: "form_gone", from: {} }) },
    actions: [{ type: "button", action_id: "ends", block_id: "ends", value: "x", action_ts: "1.1" }],
  });
  const told = await formSays(harness, omar, "This form is out of date.");
  expect(told.id).toBe(view.id);
  expect(JSON.stringify(told.state)).toContain(JSON.stringify(after).slice(1, -1));
  expect(blockText(told)).toContain("*Now:*");
});

// D9
it("stores nothing for a form that is short enough", async () => {
  await omar.command("reassign pharmacy", { channelId: "C0INCID01" });
  const view = await formSays(harness, omar, "*Now:*");

  expect(tokenOf(view)).toBe("");
  expect(view.private_metadata).toContain('"verb":"reassign"');
});

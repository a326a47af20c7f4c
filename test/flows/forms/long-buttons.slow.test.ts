import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { demoAccount } from "../../../src/sandbox/vendors/index.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { voiceOps } from "../../support/fixtures.ts";
import { formSays, person, toldInChannel } from "../../support/screen.ts";
import { change } from "../../support/undo.ts";
import { blockText, opens, quiet } from "../../support/words.ts";

const number = "5f0c6b1e-3a52-4d7e-9c41-000000000103";
const twin = "5f0c6b1e-3a52-4d7e-9c41-000000000901";
const longName = `${'&"'.repeat(100)} answers`;
const typed = `${'<&""'.repeat(240)} after`;
const reason = '"'.repeat(290);

let harness: Harness;
let omar: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({
    connected: ["oneinbox"],
    logTo: quiet,
    driftEveryMs: 20,
    outboxEveryMs: 20,
    pause: async () => undefined,
    accounts: (id) => {
      const account = demoAccount(id);
      if (id !== "oneinbox") return account;
      return { ...account, agents: [...account.agents, { id: twin, name: longName }] };
    },
  });
  omar = person(harness, "U0OPER001");
});
afterEach(async () => harness.close());

// D9
it("requests a long change again completely, for any person and days later", async () => {
  await opens(harness, omar, async () => omar.command(`edit ${number}`, { channelId: voiceOps }), "*Now:*");
  await omar.fill("voicemail_message", typed);
  await omar.fill("reason", reason);
  harness.vendors.oneinbox.fault({ kind: "status", status: 422 }, { on: "write", times: 1 });
  await omar.submit();
  const told = await toldInChannel(harness, voiceOps, "Couldn't edit");
  expect(JSON.stringify(told.blocks)).not.toContain(JSON.stringify(typed).slice(1, 200));
  const ada = person(harness, "U0ADMIN01");
  const form = await opens(harness, ada, async () => ada.click("open_form", { in: told }), "*Now:*");
  expect(JSON.stringify(form.blocks)).toContain(JSON.stringify(typed).slice(1, -1));
  expect(JSON.stringify(form.blocks)).toContain(JSON.stringify(reason));
});

// D9
it("requests the same incident and the same expiry again", async () => {
  await omar.command("incident start INC-7 Calls drop", { channelId: voiceOps });
  await toldInChannel(harness, voiceOps, "*INC-7*");
  const line = `reassign ${number} to ${twin} for 45m because it rains`;
  await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), "*After:*");
  harness.vendors.oneinbox.fault({ kind: "status", status: 422 }, { on: "write", times: 1 });
  await omar.submit();
  const told = await toldInChannel(harness, voiceOps, "Couldn't reassign");
  const form = await opens(
    harness,
    omar,
    async () => omar.click("open_form", { in: told }),
    "*Reverts* about",
  );
  expect(JSON.stringify(form.blocks)).toContain('"initial_value":"INC-7"');
  expect(JSON.stringify(form.blocks)).toContain('"initial_value":"it rains"');
});

// D9
it("restores an agent whose name is too long for a button", async () => {
  await harness.infra.store
    .workspace("T0PATCH01")
    .settings.write(
      { announcementsChannelId: voiceOps },
      { actor: { kind: "cli", osUser: "test" }, requestId: "t", details: { before: "{}", after: "{}" } },
    );
  await change(harness, omar, `reassign ${number} to ${twin}`, "C0INCID01");
  harness.vendors.oneinbox.changeNumber(number, {
    inbound_routing: { agent_id: "5f0c6b1e-3a52-4d7e-9c41-000000000001" },
  });
  const told = await toldInChannel(harness, voiceOps, "outside Patchbay");
  const form = await opens(harness, omar, async () => omar.click("open_form:0", { in: told }), "*After:*");
  expect(JSON.stringify(form.blocks)).toContain(`"value":"${twin}"`);
});

// D9
it("keeps long fields while the number cannot be read", async () => {
  await opens(harness, omar, async () => omar.command(`edit ${number}`, { channelId: voiceOps }), "*Now:*");
  await omar.fill("voicemail_message", typed);
  await omar.fill("reason", reason);
  harness.vendors.oneinbox.fault({ kind: "status", status: 422 }, { on: "write", times: 1 });
  await omar.submit();
  const told = await toldInChannel(harness, voiceOps, "Couldn't edit");
  harness.vendors.oneinbox.fault({ kind: "status", status: 503 }, { on: "read" });
  await omar.click("open_form", { in: told });
  await harness.slack.eventually("a form without the number", () =>
    blockText(omar.view()).includes("Last known") ? true : undefined,
  );
  harness.vendors.oneinbox.clearFaults();
  await omar.click("pick:again");
  expect(JSON.stringify((await formSays(harness, omar, "*Now:*")).blocks)).toContain(
    JSON.stringify(typed).slice(1, -1),
  );
});

import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { demoAccount } from "../../../src/sandbox/vendors/index.ts";
import { dispatch } from "../../support/fixtures.ts";
import { settle } from "../../support/restrictions.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";

const twin = "agent_TWIN0001";

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({
    connected: ["cartesia"],
    accounts: (vendor) => {
      const account = demoAccount(vendor);
      if (vendor !== "cartesia") return account;
      return { ...account, agents: [...account.agents, { id: twin, name: "dispatch" }] };
    },
  });
});
afterEach(async () => harness.close());

// A10
it("shows the id of an agent that shares its name: in the form, to approvers, and in the log", async () => {
  const connectionId = harness.connections.cartesia?.id ?? "";
  await settle(harness, { protection: { on: true, minutes: 30, breakGlass: false, channelId: "C0VOICE01" } });
  await harness.infra.store.workspace("T0PATCH01").protections.set(
    {
      connectionId,
      numberId: "pn_B6d1Vz5H",
      title: "Roadside",
      approvals: 1,
      at: new Date(0).toISOString(),
    },
    { kind: "protection.set", actor: { kind: "cli", osUser: "test" }, requestId: "test" },
  );
  const omar = person(harness, "U0OPER001");
  await omar.command("reassign Roadside because x", { channelId: "C0INCID01" });
  await formSays(harness, omar, "This number is protected");
  await omar.choose("agent", { text: "dispatch", value: twin });
  const form = await formSays(harness, omar, "After:");
  expect(textOf(form)).toContain(`(${twin})`);
  await omar.submit();
  expect(textOf(await toldInChannel(harness, "C0VOICE01", "asks for approval"))).toContain(`\`${twin}\``);
  const { labels } = await onRecord(harness, { kind: "approval.requested" });
  expect(Object.keys(labels ?? {})).toContain(dispatch);
});

// A10
it("does so for an agent given by its id in a line", async () => {
  const omar = person(harness, "U0OPER001");
  await omar.command(`reassign Roadside to ${dispatch} because x`, { channelId: "C0INCID01" });
  const form = await formSays(harness, omar, "After:");
  expect(textOf(form)).toContain(`Dispatch (${dispatch})`);
  await omar.submit();
  expect(textOf(await formSays(harness, omar, "Reassigned by"))).toContain(`\`${dispatch}\``);
});

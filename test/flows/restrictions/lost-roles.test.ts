import { afterEach, beforeEach, expect, it } from "vitest";
import type { WorkspaceSettings } from "../../../src/domain/access/workspace-settings.ts";
import { startApprovals, type ApprovalHarness } from "../approval/approval-harness.ts";
import { nobody, voiceOps } from "../../support/fixtures.ts";
import { press, sendInteraction } from "../../support/forged-requests.ts";
import { settle, freezeAll } from "../../support/restrictions.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, toldAlone, toldInChannel } from "../../support/screen.ts";

const omar = { userId: "U0OPER001", teamId: "T0PATCH01" };
/** Everybody may look, and the admins alone may do anything: what Omar could do, he no longer can. */
const withoutOmar: WorkspaceSettings["roles"] = {
  admin: { ...nobody, slackAdmins: true },
  operator: { ...nobody, slackAdmins: true },
  viewer: { ...nobody, members: true },
  approver: { ...nobody, slackAdmins: true },
};

let at: ApprovalHarness;
beforeEach(async () => {
  at = await startApprovals();
});
afterEach(async () => at.harness.close());

const workspace = () => at.harness.infra.store.workspace(omar.teamId);
const refusedToOmar = async (kind: "action.refused" | "change.refused" | "timed.kept" = "action.refused") =>
  onRecord(at.harness, { kind, code: "not_allowed", userId: omar.userId });

// A18
it("does not let people lift their own freeze once they may not set one", async () => {
  await freezeAll(at.harness, omar.userId, "freeze all because we move", { channelId: voiceOps });
  await onRecord(at.harness, { kind: "freeze.set" });
  await settle(at.harness, { roles: withoutOmar });
  await at.omar.command("unfreeze all", { channelId: voiceOps });
  await toldAlone(at.harness, omar.userId, "You may not lift freezes");
  await sendInteraction(at.harness, press(omar, "unfreeze", "/"));
  await refusedToOmar();
  expect(await workspace().freezes.list()).toHaveLength(1);
});

// A18
it("does not let people lift the freeze of a connection that is limited to others since", async () => {
  await at.omar.command("freeze cartesia demo because we move", { channelId: voiceOps });
  await onRecord(at.harness, { kind: "freeze.set" });
  const [connection] = await workspace().connections.list();
  const connectionOperators = { [connection?.id ?? ""]: { people: ["U0MIA0001"], groups: [] } };
  await settle(at.harness, { connectionOperators });
  await at.omar.command("unfreeze cartesia demo", { channelId: voiceOps });
  await refusedToOmar();
  expect(await workspace().freezes.list()).toHaveLength(1);
  await at.ada.command("unfreeze cartesia demo", { channelId: voiceOps });
  await onRecord(at.harness, { kind: "freeze.lifted", userId: "U0ADMIN01" });
});

// A18
it("does not let people end the incident that they started", async () => {
  await at.omar.command("incident start INC-7 It burns", { channelId: voiceOps });
  await onRecord(at.harness, { kind: "incident.started" });
  await settle(at.harness, { roles: withoutOmar });
  await at.omar.command("incident end INC-7", { channelId: voiceOps });
  await refusedToOmar();
  expect(await workspace().incidents.open()).toHaveLength(1);
});

// A18
it.each(["keep", "extend", "end"])(
  "does not let people %s the temporary change that they made",
  async (act) => {
    const changeId = at.harness.infra.newId("chg");
    const endsAt = new Date(Math.floor(at.harness.infra.now().getTime() / 1000) * 1000 + 3_600_000);
    const [connection] = await workspace().connections.list();
    const key = { connectionId: connection?.id ?? "", numberId: "pn_gone" };
    const actor = { kind: "user", userId: omar.userId, workspaceId: omar.teamId } as const;
    const change = {
      changeId,
      change: "reassign",
      number: key,
      before: { agent: "a" },
      wanted: { agent: "b" },
    } as const;
    const times = { endsAt, durationMs: 3_600_000, remindAt: endsAt, dueAt: endsAt };
    await workspace().temporaryChanges.begin(
      { ...change, kind: "change.requested", actor, requestId: changeId },
      { ...key, ...times, changeId, place: {} },
    );
    await settle(at.harness, { roles: withoutOmar });
    const value = JSON.stringify({ change: changeId, ends: endsAt.toISOString() });
    await sendInteraction(at.harness, press(omar, `${act}_change`, value));
    await refusedToOmar();
    expect((await workspace().temporaryChanges.find(changeId))?.endsAt).toEqual(endsAt);
  },
);

// A18
it("does not execute the approved change of a person who lost permission", async () => {
  await at.asks();
  await settle(at.harness, { roles: withoutOmar });
  await at.presses("U0ADMIN01", "approve");
  await refusedToOmar("change.refused");
  await toldInChannel(at.harness, "C0INCID01", "You may not change numbers");
  expect(at.patches()).toBe(0);
});

// A18
it("refuses a form that was filled in before the person lost permission", async () => {
  await at.omar.command("rename Roadside to Desk because x", { channelId: voiceOps });
  await formSays(at.harness, at.omar, "This number is protected");
  await settle(at.harness, { roles: withoutOmar });
  await at.omar.submit();
  await refusedToOmar("change.refused");
  expect(at.patches()).toBe(0);
});

import { describe, expect, it } from "vitest";
import { resultDocument } from "../../../src/cli/changes/change-documents.ts";
import { isUpdate } from "../../../src/sandbox/vendors/index.ts";
import { press, sendInteraction } from "../../support/forged-requests.ts";
import { incidents, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { freezeAll, protectNumber, settle } from "../../support/restrictions.ts";
import { textOf, toldInChannel } from "../../support/screen.ts";
import { places, startAppAndCli, type AppAndCli, type Place } from "../control/app-and-cli.ts";

const operator = "U0OPER001";
const admin = "U0ADMIN01";
const because = ["--because", "callers wait"];
const detach = ["number", "detach", "0152", "--yes", "--break-glass"];
const updates = ({ app }: AppAndCli) => app.vendors.cartesia.requests.filter(isUpdate);

/** Everything frozen by an operator, and then commands that run here or there. */
async function startFrozen(place: Place): Promise<AppAndCli> {
  const system = await startAppAndCli();
  await freezeAll(system.app, operator, "freeze all because we migrate", { channelId: incidents });
  await onRecord(system.app, { kind: "freeze.set" });
  if (place === "the command itself") await system.app.stopApp();
  return system;
}

/** The server runs, if it did not before. */
async function serve({ app }: AppAndCli, place: Place): Promise<void> {
  if (place === "the command itself") await app.startApp();
}

describe.each(places)("--break-glass, run by %s", (place) => {
  it("changes a frozen number and undoes that, recorded as in Slack", async () => {
    const system = await startFrozen(place);
    const { exitCode, out, err } = await system.run([...detach, ...because]);
    expect(exitCode).toBe(0);
    expect(err).toContain(
      "all numbers are frozen. Why: we migrate. You break glass and take sole responsibility. An admin reviews it.",
    );
    expect(out).toContain(
      "Made by break-glass. Patchbay tells the admins in Slack, and one of them must review it.",
    );
    expect(await onRecord(system.app, { kind: "change.requested" })).toMatchObject({
      actor: { kind: "cli", osUser: "ops" },
      reason: "callers wait",
      details: { breakGlass: "yes" },
    });
    const undo = ["number", "undo", roadside, "--yes", "--json", "--break-glass", ...because];
    const undone = resultDocument.parse(JSON.parse((await system.run(undo)).out));
    expect(undone).toMatchObject({ outcome: "applied", breakGlass: true });
    expect(updates(system)).toHaveLength(2);
  });

  it("is refused without a reason, and to everybody but an admin, and changes nothing", async () => {
    const system = await startFrozen(place);
    await settle(system.app, {
      roles: {
        operator: { people: [operator], groups: [], members: false, slackAdmins: false },
      },
    });
    const noReason = await system.run(detach);
    expect(noReason).toMatchObject({ exitCode: 3, out: "" });
    expect(noReason.err).toContain(
      'Break-glass needs a reason.\nNothing was changed. Give the reason with --because "…", and run it again.',
    );
    const asOperator = await system.run([...detach, ...because, "--as", operator]);
    expect(asOperator).toMatchObject({ exitCode: 3, out: "" });
    expect(asOperator.err).toContain("You can't change this number now: all numbers are frozen.");
    expect(asOperator.err).not.toContain("sole responsibility");
    expect(updates(system)).toEqual([]);
    expect((await system.app.audit()).at(-1)).toMatchObject({
      kind: "change.refused",
      actor: { kind: "cli", forUserId: operator },
      problem: { code: "frozen" },
    });
  });

  it("changes a protected number only where the workspace allows break-glass", async () => {
    const system = await startAppAndCli(place);
    await protectNumber(system.app, roadside, { breakGlass: false });
    const refused = await system.run([...detach, ...because]);
    expect(refused.exitCode).toBe(3);
    expect(refused.err).toContain("This number is protected: someone else must approve this change.");
    expect(updates(system)).toEqual([]);
    await settle(system.app, { protection: { on: true, minutes: 30, breakGlass: true } });
    expect((await system.run([...detach, ...because])).exitCode).toBe(0);
    expect(updates(system)).toHaveLength(1);
  });

  it("does not mark a change that needed no break-glass", async () => {
    const system = await startAppAndCli(place);
    const { exitCode, out } = await system.run([...detach, "--json", ...because]);
    expect(exitCode).toBe(0);
    expect(resultDocument.parse(JSON.parse(out)).breakGlass).toBeUndefined();
    expect((await onRecord(system.app, { kind: "change.outcome" })).details?.["breakGlass"]).toBeUndefined();
  });

  it("tells the channel for approvals and the admins as soon as a server runs, once", async () => {
    const system = await startAppAndCli(place);
    // The same channel as for announcements, which leave to it what it is told.
    await settle(system.app, { announcementsChannelId: voiceOps });
    await protectNumber(system.app, roadside, { breakGlass: true, channelId: voiceOps });
    await system.run([...detach, ...because, "--as", operator]);
    if (place === "the command itself")
      // Without Slack, a person has the rights that the settings give by name: none here.
      await system.run([...detach, ...because]);
    await serve(system, place);
    const loud = await toldInChannel(system.app, voiceOps, "*Break glass* on the command line by");
    expect(textOf(loud)).toContain("Why: callers wait");
    expect(textOf(loud)).toContain("An admin must review it: `/number reviews`.");
    await toldDirectly(system.app, admin, "*Break glass* on the command line by");
    await system.app.stopApp();
    await system.app.startApp();
    await system.app.stopApp();
    const told = system.app.slack.messages(voiceOps).filter((each) => textOf(each).includes("Break glass"));
    expect(told).toHaveLength(1);
    expect(updates(system)).toHaveLength(1);
  });
});

it("is not reviewed by the person it was made for, but by another admin", async () => {
  const system = await startAppAndCli();
  await settle(system.app, {
    roles: { admin: { people: [admin, operator], groups: [], members: false, slackAdmins: false } },
  });
  await protectNumber(system.app, roadside, { breakGlass: true });
  await system.run([...detach, ...because, "--as", admin]);
  const { changeId = "" } = await onRecord(system.app, { kind: "change.outcome" });
  await sendInteraction(system.app, press({ userId: admin, teamId }, "reviewed", changeId));
  await onRecord(system.app, { kind: "action.refused", code: "not_allowed", userId: admin });
  await sendInteraction(system.app, press({ userId: operator, teamId }, "reviewed", changeId));
  expect(await onRecord(system.app, { kind: "breakglass.reviewed" })).toMatchObject({
    actor: { userId: operator },
  });
});

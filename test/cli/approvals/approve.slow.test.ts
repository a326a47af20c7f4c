import { describe, expect, it } from "vitest";
import { approvalListDocument, decisionDocument } from "../../../src/cli/approvals/approval-commands.ts";
import { allPermissions } from "../../../src/domain/access/authorization.ts";
import type { ApprovalCount } from "../../../src/domain/access/protection.ts";
import type { WorkspaceSettings } from "../../../src/domain/access/workspace-settings.ts";
import { approve } from "../../../src/operations/approval/approve.ts";
import { isUpdate } from "../../../src/sandbox/vendors/index.ts";
import { roadside, teamId } from "../../support/fixtures.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { protectNumber, settle } from "../../support/restrictions.ts";
import { places, startAppAndCli, type AppAndCli, type Place } from "../control/app-and-cli.ts";

const operator = "U0OPER001";
const admin = "U0ADMIN01";
const root = { given: { osUser: () => "root" } };
const updates = ({ app }: AppAndCli) => app.vendors.cartesia.requests.filter(isUpdate);
const named = { groups: [], members: false, slackAdmins: false };
const byName: Partial<WorkspaceSettings> = {
  roles: { operator: { ...named, people: [operator] }, approver: { ...named, people: [admin, operator] } },
};

/** A request of an operator, by a command of the system user `ops`, and then commands that run here or there. */
async function startAsked(
  place: Place,
  settings: Partial<WorkspaceSettings> = byName,
  approvals: ApprovalCount = 1,
) {
  const system = await startAppAndCli();
  await protectNumber(system.app, roadside, { approvals });
  await settle(system.app, settings);
  const asked = await system.run(["number", "detach", "0152", "--yes", "--json", "--as", operator]);
  expect(asked.exitCode).toBe(5);
  const { approval }: { approval: { id: string } } = JSON.parse(asked.out);
  if (place === "the command itself") await system.app.stopApp();
  return { ...system, id: approval.id };
}

describe.each(places)("patchbay approve, run by %s", (place) => {
  it("lists what waits, shows it, and makes it once it is approved by another system user", async () => {
    const system = await startAsked(place);
    const { run, id } = system;
    const list = approvalListDocument.parse(JSON.parse((await run(["approve", "--json"])).out));
    expect(list.approvals).toMatchObject([
      {
        approval: id,
        by: operator,
        change: { change: "detach", number: { id: roadside }, after: { agent: null } },
      },
    ]);
    expect((await run(["approve"])).out).toContain("detach Roadside");
    const unsure = await run(["approve", id], root);
    expect(unsure).toMatchObject({ exitCode: 3, out: "" });
    expect(unsure.err).toContain("agent: Roadside assistance → nobody");
    expect(updates(system)).toEqual([]);
    const { exitCode, out } = await run(["approve", id, "--yes", "--json"], root);
    expect(exitCode).toBe(0);
    expect(decisionDocument.parse(JSON.parse(out))).toMatchObject({
      decision: "approved",
      outcome: "applied",
    });
    expect(updates(system)).toHaveLength(1);
    expect(await onRecord(system.app, { kind: "approval.approved" })).toMatchObject({
      actor: { kind: "cli", osUser: "root" },
    });
    expect(await onRecord(system.app, { kind: "change.outcome" })).toMatchObject({
      actor: { kind: "user", userId: operator },
      details: { approval: id, approvedBy: "cli:root" },
    });
    if (place === "the command itself") await system.app.startApp();
    await toldDirectly(system.app, operator, "Roadside");
    expect((await run(["approve", id, "--yes"], root)).exitCode).toBe(3);
    expect(updates(system)).toHaveLength(1);
  });

  it("makes a change that wants two approvals after those of two system users", async () => {
    const system = await startAsked(place, byName, 2);
    const { run, id } = system;
    const first = await run(["approve", id, "--yes"], root);
    expect(first).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("1 of 2 approvals. Nothing was changed yet."),
    });
    expect((await run(["approve"])).out).toContain("1 of 2 approvals: cli:root approved it");
    // One shell counts once, in whatever name.
    const again = await run(["approve", id, "--yes", "--as", admin], root);
    expect(again).toMatchObject({
      exitCode: 3,
      err: expect.stringContaining("You approved this request before"),
    });
    expect(updates(system)).toEqual([]);
    const ann = { given: { osUser: () => "ann" } };
    expect((await run(["approve", id, "--yes"], ann)).exitCode).toBe(0);
    expect(updates(system)).toHaveLength(1);
    expect(await onRecord(system.app, { kind: "change.outcome" })).toMatchObject({
      details: { approvedBy: "cli:root", alsoApprovedBy: "cli:ann" },
    });
  });

  it("says on standard error that the vendor refused what was approved, with 3, if its output is full", async () => {
    const { run, id, app } = await startAsked(place);
    app.vendors.cartesia.fault({ kind: "status", status: 422 }, { on: "write" });
    let err = "";
    const full = (): never => {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    };
    const out = { out: full, err: (text: string) => void (err += text), isTTY: false };
    const { exitCode } = await run(["approve", id, "--yes"], { given: { osUser: () => "root", out } });
    expect(exitCode).toBe(3);
    expect(err).toContain(`Approved ${id}, but the change was refused.`);
    expect(err).toContain("The disk is full.");
  });

  it("lets nobody approve a request that they, or their system user, made for anyone", async () => {
    const system = await startAsked(place);
    const { run, id } = system;
    const words = "You asked for this change, so someone else must decide on it.";
    for (const [args, options] of [
      [[], {}],
      [["--as", admin], {}],
      [["--as", operator], root],
    ] as const) {
      const { exitCode, err } = await run(["approve", id, "--yes", ...args], options);
      expect([args, exitCode]).toEqual([args, 3]);
      expect(err).toContain(words);
    }
    const declined = await run(["decline", id, "--as", operator], root);
    expect(declined.err).toContain(`To take it back: \`patchbay withdraw ${id} --as ${operator}\`.`);
    expect(updates(system)).toEqual([]);
    expect((await run(["approve", id, "--yes", "--as", admin], root)).exitCode).toBe(0);
    expect(await onRecord(system.app, { kind: "change.outcome" })).toMatchObject({
      details: { approvedBy: admin },
    });
  });

  it("declines with a comment, and withdraws only for the person who asked", async () => {
    const system = await startAsked(place);
    const { run, id } = system;
    const other = await run(["withdraw", id, "--as", admin], root);
    expect(other.exitCode).toBe(3);
    expect(other.err).toContain("Only the person who asked can withdraw this request.");
    const declined = await run(["decline", id, "--comment", "not now"], root);
    expect(declined).toMatchObject({ exitCode: 0, out: `Declined ${id}. Nothing was changed.\n` });
    expect(await onRecord(system.app, { kind: "approval.declined" })).toMatchObject({
      details: { comment: "not now" },
    });
    const late = await run(["withdraw", id, "--as", operator]);
    expect(late.exitCode).toBe(3);
    expect(late.err).toContain(
      "This request was declined before.\nNothing was changed. There is nothing left to decide.\n",
    );
    expect(updates(system)).toEqual([]);
  });
});

it("leaves an approved change to the next server if only Slack knows the rights of the person who asked", async () => {
  const system = await startAsked("the command itself", {});
  const { exitCode, out } = await system.run(["approve", system.id, "--yes"], root);
  expect(exitCode).toBe(0);
  expect(out).toContain("The next server does it, if it starts in time.");
  expect(updates(system)).toEqual([]);
  await system.app.startApp();
  await onRecord(system.app, { kind: "change.outcome" });
  expect(updates(system)).toHaveLength(1);
});

it("leaves it to the next server if only Slack knows whether the first of two people may still approve", async () => {
  const approver = { ...named, people: [], slackAdmins: true };
  const system = await startAsked("the server", { roles: { ...byName.roles, approver } }, 2);
  const { app, id } = system;
  const by = { kind: "user", userId: admin, workspaceId: teamId } as const;
  const authorizer = { permissions: async () => allPermissions };
  await approve(app.infra.contextFor(teamId, by, { authorizer }), id);
  await app.stopApp();
  expect((await system.run(["approve", id, "--yes"], root)).out).toContain("The next server does it");
  expect(updates(system)).toEqual([]);
  await app.startApp();
  expect(await onRecord(app, { kind: "change.outcome" })).toMatchObject({
    outcome: "applied",
    details: { approvedBy: admin, alsoApprovedBy: "cli:root" },
  });
});

it("tells the person in Slack that a command of the server declined", async () => {
  const system = await startAsked("the server");
  await system.run(["decline", system.id, "--comment", "not now"], root);
  const told = await toldDirectly(system.app, operator, "not now");
  expect(told.text).toContain("Declined by");
});

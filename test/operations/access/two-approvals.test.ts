import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { allPermissions, noPermissions } from "../../../src/domain/access/authorization.ts";
import type { ApprovalCount } from "../../../src/domain/access/protection.ts";
import type { Actor } from "../../../src/domain/shared/actor.ts";
import type { ChangeRequest } from "../../../src/operations/access/change-request.ts";
import { approve } from "../../../src/operations/approval/approve.ts";
import { executeApprovedChange } from "../../../src/operations/approval/execute-approved-change.ts";
import { routeChangesOf } from "../../../src/operations/documents/route-change-document.ts";
import { expireNow, keepChange } from "../../../src/operations/expiry/manage-expiry.ts";
import { planRoutes } from "../../../src/operations/routes/plan-routes.ts";
import { obstacleFinder } from "../../../src/operations/runs/run-obstacles.ts";
import { submitChange } from "../../../src/operations/approval/submit-change.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { assistance, dispatch, roadside, teamId } from "../../support/fixtures.ts";
import { protectNumber } from "../../support/restrictions.ts";

const user = (userId: string) => ({ kind: "user", userId, workspaceId: teamId }) as const;
const shell = (forUserId: string) => ({ kind: "cli", osUser: "root", forUserId }) as const;
const [omar, ada, abe] = [user("U0OPER001"), user("U0ADMIN01"), user("U0ADMIN02")];

let harness: Harness;
let lost: string | undefined;
beforeAll(async () => {
  harness = await startHarness({ connected: ["cartesia"], environment: { LOG_LEVEL: "silent" } });
});
afterAll(async () => harness.close());
beforeEach(async () => {
  lost = undefined;
  harness.vendors.cartesia.changeNumber(roadside, { agent_id: assistance });
  await protect(2);
});

const protect = async (approvals: ApprovalCount) => protectNumber(harness, roadside, { approvals });

const patches = () => harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;

/** What an operation is handed when somebody asks, with every right, unless they lost it. */
function by(actor: Actor): Context {
  const permissions = async (who: Actor) =>
    who.kind === "user" && who.userId === lost ? noPermissions : allPermissions;
  return { ...harness.infra.contextFor(teamId, actor), authorizer: { permissions } };
}

async function asked(ends?: ChangeRequest["ends"]): Promise<string> {
  const wanted: ChangeRequest = {
    ...(ends ? { ends } : {}),
    key: { connectionId: harness.connections.cartesia?.id ?? "", numberId: roadside },
    change: { kind: "reassign", agentId: dispatch },
    seen: { agent: assistance },
    reason: "it loops",
  };
  const submission = await submitChange(by(omar), wanted);
  if (submission.kind !== "asked") throw new Error("it was made");
  return submission.approval.id;
}

const execute = async (id: string) => executeApprovedChange(by({ kind: "system", job: "approvals" }), id);

it("counts two people who approve at the same moment, and sends the change once", async () => {
  const before = patches();
  const id = await asked();
  const states = await Promise.all([ada, abe].map(async (who) => (await approve(by(who), id)).state));
  expect(states.toSorted()).toEqual(["approved", "open"]);
  const done = await Promise.all([execute(id), execute(id)]);
  expect(new Set(done.map((each) => each?.kind))).toEqual(new Set(["changed", "recorded"]));
  expect(patches() - before).toBe(1);
});

it("says how many must approve a revert, and lets one approver keep what two approved with its expiry", async () => {
  const id = await asked({ kind: "after", ms: 60 * 60_000 });
  for (const who of [ada, abe]) await approve(by(who), id);
  const done = await execute(id);
  const changeId = done?.kind === "changed" ? done.result.changeId : "";
  const endsAt = (await by(omar).workspace.temporaryChanges.find(changeId))?.endsAt ?? new Date();
  const two = expect.stringContaining("two other people must approve");
  await expect(expireNow(by(omar), { changeId, endsAt })).rejects.toMatchObject({ message: two });
  const key = { connectionId: harness.connections.cartesia?.id ?? "", numberId: roadside };
  expect((await obstacleFinder(by(omar)))(key)).toMatchObject({ by: "protection", why: two });
  const plan = await planRoutes(by(omar), {
    routes: [{ number: roadside, connection: "cartesia demo", agent: assistance }],
  });
  expect(await routeChangesOf(by(omar), plan.steps ?? [])).toMatchObject([{ obstacle: two }]);
  await expect(keepChange(by(omar), { changeId, endsAt })).rejects.toMatchObject({
    message: expect.stringContaining("whether to keep or extend it"),
  });
  expect((await keepChange(by(ada), { changeId, endsAt })).temporary.state).toBe("over");
});

it("counts one person, and one shell, once: at the same moment too", async () => {
  const id = await asked();
  const twice = await Promise.allSettled([approve(by(ada), id), approve(by(ada), id)]);
  expect(twice.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  await expect(approve(by(shell(ada.userId)), id)).rejects.toMatchObject({ code: "already_requested" });

  const other = await asked();
  expect((await approve(by(shell(ada.userId)), other)).state).toBe("open");
  await expect(approve(by(shell(abe.userId)), other)).rejects.toMatchObject({ code: "already_requested" });
  await expect(approve(by(omar), other)).rejects.toMatchObject({ code: "not_allowed" });
  expect((await approve(by(abe), other)).state).toBe("approved");
});

it.each([
  ["the first approver", ada.userId],
  ["the second approver", abe.userId],
])("sends nothing if %s lost the right meanwhile", async (_who, userId) => {
  const before = patches();
  const id = await asked();
  for (const who of [ada, abe]) await approve(by(who), id);
  lost = userId;
  const message = "One of the two people who approved this change can no longer approve changes.";
  expect(await execute(id)).toMatchObject({ kind: "refused", problem: { code: "not_allowed", message } });
  expect((await by(ada).workspace.approvals.find(id))?.state).toBe("over");
  expect(patches() - before).toBe(0);
});

it("wants two if a protection does so since the request, at the approval and at the change", async () => {
  const before = patches();
  await protect(1);
  const [raised, late] = [await asked(), await asked()];
  await protect(2);
  expect(await approve(by(ada), raised)).toMatchObject({ state: "open", wanted: 2 });
  await protect(1);
  expect((await approve(by(ada), late)).state).toBe("approved");
  await protect(2);
  const message =
    "This number is protected: two other people must approve this change. One person has approved it.";
  expect(await execute(late)).toMatchObject({
    kind: "refused",
    problem: { code: "approval_required", message },
  });
  // What people were asked for stays so if a protection wants less.
  const id = await asked();
  await protect(1);
  expect((await approve(by(ada), id)).state).toBe("open");
  expect(patches() - before).toBe(0);
});

it("says on record that break-glass passed over two approvals", async () => {
  await protectNumber(harness, roadside, { approvals: 2, breakGlass: true });
  const done = await submitChange(by(omar), {
    key: { connectionId: harness.connections.cartesia?.id ?? "", numberId: roadside },
    change: { kind: "reassign", agentId: dispatch },
    seen: { agent: assistance },
    reason: "callers reach nobody",
    override: { kind: "break_glass" },
  });
  expect(done).toMatchObject({ result: { policyDecision: { details: { breakGlass: "yes", wanted: "2" } } } });
});

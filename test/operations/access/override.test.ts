import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { Actor } from "../../../src/domain/shared/actor.ts";
import { allPermissions, noPermissions } from "../../../src/domain/access/authorization.ts";
import type { ChangeRequest } from "../../../src/operations/access/change-request.ts";
import { changeNumber } from "../../../src/operations/change/change-number.ts";
import { submitChange } from "../../../src/operations/approval/submit-change.ts";
import { approve } from "../../../src/operations/approval/approve.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { roadside, teamId } from "../../support/fixtures.ts";
import { protectNumber } from "../../support/restrictions.ts";

const omar = { kind: "user", userId: "U0OPER001", workspaceId: teamId } as const;
const ada = { kind: "user", userId: "U0ADMIN01", workspaceId: teamId } as const;

let harness: Harness;
let adaApproves: boolean;
beforeEach(async () => {
  adaApproves = true;
  harness = await startHarness({ connected: ["cartesia"], environment: { LOG_LEVEL: "silent" } });
  await protectNumber(harness, roadside);
});
afterEach(async () => {
  await harness.close();
});

/** What an operation is handed when somebody asks, with every right, but for Ada's of approving. */
function by(actor: Actor): Context {
  const rights = async (who: Actor) =>
    !adaApproves && who.kind === "user" && who.userId === ada.userId ? noPermissions : allPermissions;
  return { ...harness.infra.contextFor(teamId, actor), authorizer: { permissions: rights } };
}

async function approved(): Promise<{ request: ChangeRequest; approvalId: string }> {
  const wanted: ChangeRequest = {
    changeId: "chg_asked",
    key: { connectionId: harness.connections.cartesia?.id ?? "", numberId: roadside },
    change: { kind: "reassign", agentId: "agent_7hN4pZc2" },
    seen: { agent: "agent_5kR9wXd8" },
    reason: "it loops",
  };
  const asked = await submitChange(by(omar), wanted);
  if (asked.kind !== "asked") throw new Error("it was made");
  await approve(by(ada), asked.approval.id);
  return {
    request: { ...wanted, override: { kind: "approval", approvalId: asked.approval.id } },
    approvalId: asked.approval.id,
  };
}

it("makes exactly what was approved, and not a second time", async () => {
  const { request, approvalId } = await approved();
  const { outcome, policyDecision } = await changeNumber(by(omar), request);
  expect({ outcome, details: policyDecision.details }).toEqual({
    outcome: "applied",
    details: { approval: approvalId, approvedBy: ada.userId },
  });
  harness.vendors.cartesia.changeNumber(roadside, { agent_id: "agent_5kR9wXd8" });
  await expect(changeNumber(by(omar), request)).rejects.toMatchObject({ code: "not_recorded" });
  expect(harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH")).toHaveLength(1);
});

it.each<[string, Partial<ChangeRequest>]>([
  ["another agent", { change: { kind: "reassign", agentId: "agent_2mQ8sVn4" } }],
  ["another kind of change", { change: { kind: "detach" } }],
  ["another id", { changeId: "chg_other" }],
  ["no id of its own", { changeId: undefined }],
])("refuses, under the same approval, %s", async (_what, other) => {
  const { request } = await approved();
  await expect(changeNumber(by(omar), { ...request, ...other })).rejects.toMatchObject({
    code: expect.stringMatching(/^(approval_required|not_found)$/u),
  });
  expect(harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH")).toEqual([]);
});

// Fleet desk is answered by the same agent as Roadside, so that nothing but the approval tells them apart.
it("refuses, under the same approval, the same change of another number", async () => {
  const { request } = await approved();
  const key = { ...request.key, numberId: "pn_H3k7Ry4N" };
  await expect(changeNumber(by(omar), { ...request, key })).rejects.toMatchObject({
    code: "approval_required",
  });
  expect(harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH")).toEqual([]);
});

it("refuses a change that its requester has approved", async () => {
  const wanted: ChangeRequest = {
    changeId: "chg_asked",
    key: { connectionId: harness.connections.cartesia?.id ?? "", numberId: roadside },
    change: { kind: "detach" },
    seen: { agent: "agent_5kR9wXd8" },
  };
  const asked = await submitChange(by(omar), wanted);
  if (asked.kind !== "asked") throw new Error("it was made");
  const { id } = asked.approval;
  await by(omar).workspace.approvals.decide(
    id,
    { state: "approved", by: omar, at: new Date(0).toISOString() },
    { kind: "approval.approved", actor: omar, requestId: "req_1" },
  );
  const request = { ...wanted, override: { kind: "approval", approvalId: id } } as const;
  await expect(changeNumber(by(omar), request)).rejects.toMatchObject({ code: "approval_required" });
});

it("refuses an approved change to anybody but its requester", async () => {
  const { request } = await approved();
  await expect(changeNumber(by(ada), request)).rejects.toMatchObject({ code: "approval_required" });
});

it("refuses an approval by a person who may no longer approve", async () => {
  const { request } = await approved();
  adaApproves = false;
  await expect(changeNumber(by(omar), request)).rejects.toMatchObject({ code: "not_allowed" });
});

it("decides a request once, even if several people decide at the same time", async () => {
  const asked = await submitChange(by(omar), {
    key: { connectionId: harness.connections.cartesia?.id ?? "", numberId: roadside },
    change: { kind: "detach" },
    seen: { agent: "agent_5kR9wXd8" },
  });
  if (asked.kind !== "asked") throw new Error("it was made");
  const { approvals } = by(ada).workspace;
  const event = { kind: "approval.approved", actor: ada, requestId: "req_1" } as const;
  const decision = { state: "approved", by: ada, at: new Date(0).toISOString() } as const;
  const took = await Promise.all(
    [1, 2].map(async () => approvals.decide(asked.approval.id, decision, event)),
  );
  expect(took.filter(Boolean)).toHaveLength(1);
  expect((await harness.audit()).filter(({ kind }) => kind === "approval.approved")).toHaveLength(1);
});

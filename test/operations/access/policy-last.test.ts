import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { Actor } from "../../../src/domain/shared/actor.ts";
import { allPermissions } from "../../../src/domain/access/authorization.ts";
import type { ChangeRequest } from "../../../src/operations/access/change-request.ts";
import { changeNumber } from "../../../src/operations/change/change-number.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { approve } from "../../../src/operations/approval/approve.ts";
import { setFreeze } from "../../../src/operations/restrictions/freeze.ts";
import { submitChange } from "../../../src/operations/approval/submit-change.ts";
import { roadside, teamId } from "../../support/fixtures.ts";
import { protectNumber } from "../../support/restrictions.ts";

const omar = { kind: "user", userId: "U0OPER001", workspaceId: teamId } as const;
const ada = { kind: "user", userId: "U0ADMIN01", workspaceId: teamId } as const;

let harness: Harness;
/** What happens while Slack is asked for somebody's rights. */
let meanwhile: (who: Actor) => Promise<void>;
beforeEach(async () => {
  meanwhile = async () => undefined;
  harness = await startHarness({ connected: ["cartesia"], environment: { LOG_LEVEL: "silent" } });
  await protectNumber(harness, roadside);
});
afterEach(async () => {
  await harness.close();
});

function by(actor: Actor): Context {
  const rights = async (who: Actor) => {
    await meanwhile(who);
    return allPermissions;
  };
  return { ...harness.infra.contextFor(teamId, actor), authorizer: { permissions: rights } };
}

/** Freezes everything, once, as soon as Slack is asked about somebody. */
function freezeWhenAskedAbout(userId: string): void {
  let frozen = false;
  meanwhile = async (who) => {
    if (frozen || who.kind !== "user" || who.userId !== userId) return;
    frozen = true;
    await setFreeze(by(ada), { target: { kind: "all" }, reason: "we migrate" });
  };
}

const patches = (): number =>
  harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;

function wanted(): ChangeRequest {
  return {
    changeId: "chg_asked",
    key: { connectionId: harness.connections.cartesia?.id ?? "", numberId: roadside },
    change: { kind: "reassign", agentId: "agent_7hN4pZc2" },
    seen: { agent: "agent_5kR9wXd8" },
    reason: "it loops",
  };
}

it("sees a freeze that was set while the approver's permission was checked", async () => {
  const asked = await submitChange(by(omar), wanted());
  if (asked.kind !== "asked") throw new Error("it was made");
  await approve(by(ada), asked.approval.id);
  freezeWhenAskedAbout(ada.userId);
  const authority = { kind: "approval", approvalId: asked.approval.id } as const;
  await expect(changeNumber(by(omar), { ...wanted(), override: authority })).rejects.toMatchObject({
    code: "frozen",
  });
  expect(patches()).toBe(0);
});

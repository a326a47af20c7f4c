import type { SandboxMessage } from "../../../src/sandbox/slack/index.ts";
import { assistance, cli, holding, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { press, sendInteraction } from "../../support/forged-requests.ts";
import { onRecord } from "../../support/record.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { formSays } from "../../support/screen.ts";
import {
  askedInChannel,
  becomes,
  fleetDesk,
  startProtected,
  workspaceOf,
  type ProtectedHarness,
} from "./protected-harness.ts";

/** The operator asks for the approval of the failover. Gives the message that asks. */
export async function asks(at: ProtectedHarness, line?: string): Promise<SandboxMessage> {
  await at.preview(line);
  await at.omar.submit();
  await formSays(at.harness, at.omar, "Waiting for approval of the whole run");
  return askedInChannel(at);
}

/** The id of the first request. */
export async function requestId(at: ProtectedHarness): Promise<string> {
  return (await onRecord(at.harness, { kind: "approval.requested" })).details?.["approval"] ?? "";
}

/** Presses a button of the request, whatever any screen shows. */
export async function presses(
  at: ProtectedHarness,
  userId: string,
  action = "approve",
  from = teamId,
): Promise<void> {
  const by = { userId, teamId: from, installedIn: teamId };
  await sendInteraction(at.harness, press(by, action, await requestId(at)));
}

/** How many numbers were changed, and runs begun. */
export async function begun(at: ProtectedHarness): Promise<readonly number[]> {
  return [at.patches(), (await at.entries("failover.begun")).length];
}

/** Sets a rule: at most so many numbers on the agent that the failover switches to. */
export async function allowsAtMost(at: ProtectedHarness, numbers: number): Promise<void> {
  const scopes = [{ connectionId: at.harness.connections.cartesia?.id ?? "" }];
  const atMost = { numbers };
  const demand = { kind: "at_most", atMost, agentId: holding, agentName: "Holding" } as const;
  await workspaceOf(at).rules.set(
    { id: "rul_1", title: "Capacity", scopes, demand },
    {
      kind: "rule.set",
      actor: { kind: "cli", osUser: "test" },
      requestId: "req_rule",
      details: { rule: "rul_1", title: "Capacity", demand: "" },
    },
  );
}

/** The harness while no number is protected yet. */
export async function startUnprotected(): Promise<ProtectedHarness> {
  const at = await startProtected();
  const scope = { connectionId: at.harness.connections.cartesia?.id, numberId: roadside };
  const lifted = { kind: "protection.lifted", actor: cli, requestId: "req_1", outcome: "applied" } as const;
  await workspaceOf(at).protections.remove(scope, lifted);
  return at;
}

export const back = "failover silent back";

/** A failover holds, and a number of it has been protected since. Its fail-back is shown. */
export async function previewsBack(
  at: ProtectedHarness,
  more: Parameters<ProtectedHarness["savePlan"]>[0] = {},
): Promise<string> {
  await at.savePlan(more);
  await at.preview();
  await at.omar.submit();
  await becomes(at, "failover.held");
  await protectNumber(at.harness, roadside, { channelId: voiceOps });
  await at.omar.close();
  return at.preview(back, "1 needs approval");
}

/** The operator asks for the approval of the fail-back that is shown. Gives the message that asks. */
export async function asksBack(at: ProtectedHarness): Promise<SandboxMessage> {
  await at.omar.submit();
  await formSays(at.harness, at.omar, "Waiting for approval of the whole run");
  return askedInChannel(at);
}

/** Who answers both numbers, and how many changes were sent, two of which made the failover. */
export const now = (at: ProtectedHarness) => [at.agentOf(fleetDesk), at.agentOf(roadside), at.patches() - 2];
export const untouched = [holding, holding, 0];
export const restored = [assistance, assistance, 2];

/** How many fail-backs have begun. */
export async function backs(at: ProtectedHarness): Promise<number> {
  return (await at.entries("failover.begun")).filter(({ details }) => details?.["kind"] === "back").length;
}

import type { SandboxMessage } from "../../../src/sandbox/slack/index.ts";
import { holding, teamId } from "../../support/fixtures.ts";
import { press, sendInteraction } from "../../support/forged-requests.ts";
import { onRecord } from "../../support/record.ts";
import { formSays } from "../../support/screen.ts";
import { askedInChannel, workspaceOf, type ProtectedHarness } from "./protected-harness.ts";

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

import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { ApprovalCount } from "../../../src/domain/access/protection.ts";
import type { SandboxMessage, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { expect } from "vitest";
import { incidents, reassignLine, roadside, voiceOps } from "../../support/fixtures.ts";
import { press, sendInteraction } from "../../support/forged-requests.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

/** An admin beside Ada. */
export const second = { id: "U0ADMIN02", name: "abe", isAdmin: true };

/** A harness in which one number is protected, with what the tests of approvals ask of it. */
export interface ApprovalHarness {
  readonly harness: Harness;
  readonly omar: SlackPerson;
  readonly ada: SlackPerson;
  /** Lets so many milliseconds pass. */
  pass(ms: number): void;
  /** How many requests were sent to change a number. */
  patches(): number;
  answering(): string | null;
  /** How many entries of a kind the audit log has. */
  kinds(kind: string): Promise<number>;
  /** Asks for approval with the usual form; gives the message that asks. */
  asks(): Promise<SandboxMessage>;
  /** The id of the newest request. */
  requestId(): Promise<string>;
  /** Presses a button of the newest request, whatever any screen shows. */
  presses(userId: string, action: string, from?: string): Promise<void>;
}

export async function startApprovals(approvals: ApprovalCount = 1): Promise<ApprovalHarness> {
  let passedMs = 0;
  const harness = await startHarness({
    workspaces: [
      { ...demoWorkspace, users: [...demoWorkspace.users, second, { id: "U0MIA0001", name: "mia" }] },
    ],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    now: () => new Date(Date.now() + passedMs),
    approvalsEveryMs: 20,
    outboxEveryMs: 20,
  });
  const omar = person(harness, "U0OPER001");
  await protectNumber(harness, roadside, { channelId: voiceOps, approvals });
  const { cartesia } = harness.vendors;
  const requestId = async (): Promise<string> => {
    const { details } = await onRecord(harness, { kind: "approval.requested" });
    return details?.["approval"] ?? "";
  };
  return {
    harness,
    omar,
    ada: person(harness, "U0ADMIN01"),
    requestId,
    pass: (ms) => {
      passedMs += ms;
    },
    patches: () => cartesia.requests.filter(({ method }) => method === "PATCH").length,
    answering: () => cartesia.effective(roadside).agentId,
    kinds: async (kind) => (await harness.audit()).filter((entry) => entry.kind === kind).length,
    asks: async () => {
      await omar.command(reassignLine, { channelId: incidents });
      const form = await formSays(harness, omar, "After:");
      expect(textOf(form)).toContain("This number is protected");
      expect(JSON.stringify(form)).toContain("Ask for approval");
      await omar.submit();
      await formSays(harness, omar, "Waiting for approval");
      return toldInChannel(harness, voiceOps, "asks for approval");
    },
    presses: async (userId, action, from = demoWorkspace.teamId) => {
      const by = { userId, teamId: from, installedIn: demoWorkspace.teamId };
      await sendInteraction(harness, press(by, action, await requestId()));
    },
  };
}

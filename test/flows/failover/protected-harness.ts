import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";
import type { AuditEntry } from "../../../src/domain/audit/audit-log.ts";
import type { Plan } from "../../../src/domain/failover/plan.ts";
import { demoAccount } from "../../../src/sandbox/vendors/index.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { admin, assistance, holding, operator, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { protectNumber } from "../../support/restrictions.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { silentPlan } from "../../support/failover/silent-plan.ts";
import { opens } from "../../support/words.ts";

export const fleetDesk = "pn_H3k7Ry4N";
/** An admin beside Ada, who may approve as well. */
export const second = "U0ADMIN02";

/** A harness with a plan of two tiers, whose first number is protected. */
export interface ProtectedHarness {
  readonly harness: Harness;
  readonly omar: SlackPerson;
  readonly ada: SlackPerson;
  pass(ms: number): void;
  patches(): number;
  agentOf(id: string): string | null;
  savePlan(more?: Partial<Plan>): Promise<void>;
  /** The plan with a first tier after which the run asks. */
  gatedPlan(): Promise<void>;
  drill(): Promise<void>;
  /** Ada approves the plan in the form that its button opens. Gives what the form says. */
  approvePlan(): Promise<string>;
  /** Opens the preview as the operator. Gives what it says. */
  preview(line?: string, words?: string): Promise<string>;
  /** The entries of one kind, oldest first. */
  entries(kind: string): Promise<readonly AuditEntry[]>;
  /** The entry that the newest change of a number was requested with. */
  changeOf(numberId: string): Promise<AuditEntry | undefined>;
}

export async function startProtected(
  tiers = [[roadside], [fleetDesk]],
  moreNumbers: readonly string[] = [],
): Promise<ProtectedHarness> {
  let passedMs = 0;
  const harness = await startHarness({
    workspaces: [
      { ...demoWorkspace, users: [...demoWorkspace.users, { id: second, name: "abe", isAdmin: true }] },
    ],
    connected: ["cartesia"],
    accounts: (vendor) => (vendor === "cartesia" ? accountWith(moreNumbers) : demoAccount(vendor)),
    environment: { LOG_LEVEL: "silent" },
    now: () => new Date(Date.now() + passedMs),
    pause: async () => undefined,
    approvalsEveryMs: 20,
    outboxEveryMs: 20,
    runsEveryMs: 20,
    runRemindersEveryMs: 20,
  });
  const omar = person(harness, operator);
  const ada = person(harness, admin);
  const at = harness.connections.cartesia?.id ?? "";
  await protectNumber(harness, roadside, { channelId: voiceOps });
  await silentPlan(harness, tiers);
  const entries = async (kind: string) =>
    (await harness.audit())
      .filter((entry) => entry.kind === kind)
      .toSorted((a, b) => a.sequence - b.sequence);
  const member = (numberId: string) => ({
    connectionId: at,
    numberId,
    change: { kind: "reassign", agentId: holding } as const,
  });
  return {
    harness,
    omar,
    ada,
    pass: (ms) => {
      passedMs += ms;
    },
    patches: () => harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length,
    agentOf: (id) => harness.vendors.cartesia.effective(id).agentId,
    savePlan: async (more = {}) => silentPlan(harness, tiers, more),
    gatedPlan: async () =>
      silentPlan(harness, [], {
        tiers: [
          { name: "canary", askBeforeNext: true, members: [member(fleetDesk)] },
          { name: "rest", askBeforeNext: false, members: [member(roadside)] },
        ],
      }),
    drill: async () => {
      const before = (await entries("failover.drilled")).length;
      await omar.command("failover silent drill", { channelId: voiceOps });
      await harness.slack.eventually("a drill", async () =>
        (await entries("failover.drilled")).length > before ? true : undefined,
      );
    },
    approvePlan: async () => {
      const before = (await entries("plan.approved")).length;
      await ada.command("failover", { channelId: voiceOps });
      const list = await toldAlone(harness, admin, "Agents are silent");
      const form = await opens(
        harness,
        ada,
        async () => ada.click("plan:approve", { in: list }),
        "You approve that a failover by this plan switches",
      );
      await ada.submit();
      await formSays(harness, ada, "You approved");
      await ada.close();
      await harness.slack.eventually("an approval", async () =>
        (await entries("plan.approved")).length > before ? true : undefined,
      );
      return textOf(form);
    },
    preview: async (line = "failover silent because callers hear nothing", words = ", 1 connection") =>
      textOf(await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), words)),
    entries,
    changeOf: async (numberId) =>
      (await entries("change.requested")).findLast(({ number }) => number?.numberId === numberId),
  };
}

/** The demo's account, with more numbers of these ids. */
function accountWith(ids: readonly string[]) {
  const account = demoAccount("cartesia");
  const numbers = ids.map((id, index) => ({
    id,
    e164: `+1206555${String(3000 + index)}`,
    name: `Line ${index + 1}`,
    agentId: assistance,
  }));
  return { ...account, numbers: [...account.numbers, ...numbers] };
}

/** Waits until the newest failover holds, or was taken back. */
export async function becomes(
  { harness }: ProtectedHarness,
  kind: "failover.held" | "failover.returned" | "failover.practised" | "failover.paused",
): Promise<AuditEntry> {
  return onRecord(harness, { kind });
}

/** The message in the channel of approvals that asks for the approval of a run. */
export async function askedInChannel({ harness }: ProtectedHarness) {
  return toldInChannel(harness, voiceOps, "asks for approval of");
}

export const workspaceOf = ({ harness }: ProtectedHarness) => harness.infra.store.workspace(teamId);

import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { Plan, PlanMember } from "../../../src/domain/failover/plan.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { holding, operator, voiceOps } from "../fixtures.ts";
import { person, textOf } from "../screen.ts";
import { opens } from "../words.ts";
import { silentPlan } from "./silent-plan.ts";

export const fleetDesk = "pn_H3k7Ry4N";

/** A harness in which an operator previews failovers of the plan `silent`. */
export interface PreviewHarness {
  readonly harness: Harness;
  readonly omar: SlackPerson;
  pass(ms: number): void;
  /** How many updates the vendor has got. */
  patches(): number;
  agentOf(id: string): string | null;
  savePlan(tiers: readonly (readonly string[])[], more?: Partial<Plan>): Promise<void>;
  /** Types the line, and gives what the form says that has these words. */
  preview(line?: string, words?: string): Promise<string>;
}

/** Starts it, to be closed by the caller. */
export async function startPreviews(): Promise<PreviewHarness> {
  let passedMs = 0;
  const harness = await startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    now: () => new Date(Date.now() + passedMs),
    pause: async () => undefined,
    runRemindersEveryMs: 50,
  });
  const omar = person(harness, operator);
  return {
    harness,
    omar,
    pass: (ms) => {
      passedMs += ms;
    },
    patches: () => harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length,
    agentOf: (id) => harness.vendors.cartesia.effective(id).agentId,
    savePlan: async (tiers, more = {}) => silentPlan(harness, tiers, more),
    preview: async (line = "failover silent because callers hear nothing", words = "Agents are silent") =>
      textOf(await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), words)),
  };
}

/** The number as a plan switches it, to the agent with the holding message. */
export function toHolding({ harness }: PreviewHarness, numberId: string) {
  return {
    connectionId: harness.connections.cartesia?.id ?? "",
    numberId,
    change: { kind: "reassign", agentId: holding },
  } as const satisfies PlanMember;
}

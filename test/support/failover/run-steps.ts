import type { NewRun, RunTerms } from "../../../src/domain/runs/run.ts";
import type { RunStep } from "../../../src/domain/runs/run-step.ts";

/** A step that reassigns the number with this id from agent_b to agent_a. */
export function runStepOf(numberId: string, more: Partial<RunStep> = {}): RunStep {
  return {
    key: { connectionId: "con_1", numberId },
    connection: "prod",
    vendor: "cartesia",
    tier: 0,
    changeId: `chg_${numberId}`,
    change: { kind: "reassign", agentId: "agent_a" },
    first: { agent: "agent_a" },
    last: { agent: "agent_b" },
    now: { agent: "agent_b" },
    labels: {},
    verdict: { kind: "will_switch" },
    ...more,
  };
}

/** The terms of a failover in two tiers that is held for an hour. */
export const failoverTerms: RunTerms = {
  reason: "Cartesia cannot speak",
  plan: { slug: "cartesia-down", revision: 3, title: "Cartesia cannot speak", owner: "S0VOICEOPS" },
  tiers: [{ name: "canary" }, { name: "rest" }],
  stop: { inARow: 3, ofATier: 0.1, atLeast: 3 },
  forMs: 60 * 60_000,
  atEnd: "remind",
};

/** A failover of these steps. */
export function failoverOf(id: string, steps: readonly RunStep[], more: Partial<NewRun> = {}): NewRun {
  return {
    id,
    kind: "failover",
    by: { userId: "U1", channelId: "C1" },
    steps,
    terms: failoverTerms,
    ...more,
  };
}

import { vi } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { HarnessOptions } from "../../../src/demo/harness-options.ts";
import type { Run, RunRequester, RunTerms } from "../../../src/domain/runs/run.ts";
import type { RunStep } from "../../../src/domain/runs/run-step.ts";
import type { VendorId } from "../../../src/domain/vendor/vendor.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { vendorIds } from "../../../src/vendors/index.ts";
import { demoAccount } from "../../../src/sandbox/vendors/index.ts";
import { fastClock } from "../clocks.ts";
import { operator, teamId, voiceOps } from "../fixtures.ts";
import { manyNumbersOf } from "../many-numbers.ts";
import { failoverTerms } from "./run-steps.ts";
import { quiet } from "../words.ts";

/** How long a run may take in a test, in milliseconds. */
const patient = { timeout: 30_000, interval: 10 };

/** A harness whose vendors have many numbers, and failovers over them. */
export interface FailoverHarness {
  readonly harness: Harness;
  /** A context of a person who was an operator when a button was pressed; of one in the story unless told. */
  contextOf(userId?: string): Context;
  pass(ms: number): void;
  /** The numbers of a vendor, in the order of the steps. */
  ids(vendor: VendorId): readonly string[];
  /** How many numbers of a vendor the other agent answers. */
  switched(vendor: VendorId): number;
  /** Shows and confirms a failover of all numbers, for the app to execute; in a channel unless told. */
  begin(
    terms?: Partial<RunTerms>,
    more?: { readonly by?: RunRequester; readonly step?: (step: RunStep) => Partial<RunStep> },
  ): Promise<string>;
  /** Waits until a run is in a state. */
  becomes(id: string, state: Run["state"]): Promise<Run>;
  /** The number of updates that a vendor has got. */
  patches(vendor: VendorId): number;
}

/** Starts such a harness: the first number of the first vendor is the first tier, all others are the second. */
export async function startFailoverHarness(
  counts: Readonly<Partial<Record<VendorId, number>>>,
  { times = 20, ...options }: HarnessOptions & { readonly times?: number } = {},
): Promise<FailoverHarness> {
  const clock = fastClock(times);
  const vendors = Object.keys(counts).flatMap((key) => vendorIds.filter((id) => id === key));
  const agentsOf = (vendor: VendorId) => {
    const [before, after] = demoAccount(vendor).agents.filter(({ assignable }) => assignable !== false);
    if (!before || !after) throw new Error(`${vendor} has two agents`);
    return { before, after };
  };
  const accountOf = (vendor: VendorId) =>
    vendors.includes(vendor)
      ? manyNumbersOf(vendor, counts[vendor] ?? 0, agentsOf(vendor).before.id)
      : demoAccount(vendor);
  const harness = await startHarness({
    connected: vendors,
    accounts: accountOf,
    runsEveryMs: 20,
    runRemindersEveryMs: 20,
    logTo: quiet,
    ...clock.options,
    ...options,
  });
  const { runs } = harness.infra.store.workspace(teamId);
  const ids = (vendor: VendorId) => accountOf(vendor).numbers.map(({ id }) => id);
  const stepsOf = (vendor: VendorId): RunStep[] => {
    const { before, after } = agentsOf(vendor);
    return ids(vendor).map((numberId) => ({
      key: { connectionId: harness.connections[vendor]?.id ?? "", numberId },
      connection: `${vendor} demo`,
      vendor,
      tier: 1,
      changeId: harness.infra.newId("chg"),
      change: { kind: "reassign", agentId: after.id },
      first: { agent: after.id },
      last: { agent: before.id },
      now: { agent: before.id },
      labels: {},
      verdict: { kind: "will_switch" },
    }));
  };
  const inChannel = { userId: operator, channelId: voiceOps };
  return {
    harness,
    contextOf: (userId = operator) =>
      harness.infra.contextFor(
        teamId,
        { kind: "user", userId, workspaceId: teamId },
        {
          authorizer: {
            permissions: async () => ({ role: "operator", approver: false, deniedConnections: [] }),
          },
        },
      ),
    pass: clock.pass,
    ids,
    switched: (vendor) =>
      ids(vendor).filter((id) => harness.vendors[vendor].effective(id).agentId === agentsOf(vendor).after.id)
        .length,
    begin: async (terms = {}, { by = inChannel, step: more = () => ({}) } = {}) => {
      const id = harness.infra.newId("run");
      const steps = vendors
        .flatMap(stepsOf)
        .map((step, index) => ({ ...step, tier: index === 0 ? 0 : 1 }))
        .map((step) => ({ ...step, ...more(step) }));
      await runs.show({ id, kind: "failover", by, steps, terms: { ...failoverTerms, ...terms } });
      await runs.begin(id, by, {
        kind: "failover.begun",
        actor: { kind: "user", userId: operator, workspaceId: teamId },
        requestId: harness.infra.newId("req"),
        details: { run: id, kind: "failover" },
      });
      const { work } = harness.infra.store;
      const claim = await work.own({ kind: "run", workspaceId: teamId, itemId: id }, 1000);
      if (claim) await work.finish(claim, { dueInMs: 0 });
      return id;
    },
    becomes: async (id, state) =>
      vi.waitFor(async () => {
        const run = await runs.get(id);
        if (run.state !== state) throw new Error(`it is ${run.state}, not ${state}`);
        return run;
      }, patient),
    patches: (vendor) => harness.vendors[vendor].requests.filter(({ method }) => method === "PATCH").length,
  };
}

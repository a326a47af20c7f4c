import { setTimeout as pause } from "node:timers/promises";
import { startHarness, type Harness } from "../../src/demo/harness.ts";
import type { RunStep } from "../../src/domain/runs/run-step.ts";
import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { changeNumber } from "../../src/operations/change/change-number.ts";
import { demoAccount, vendorSample, type AccountSeed } from "../../src/sandbox/vendors/index.ts";
import { vendorIds } from "../../src/vendors/index.ts";
import { atMost, median, within, type Figure } from "../figure.ts";

const limit = { burst: 30, perSecond: 5, atOnce: 10 };
const teamId = "T0PATCH01";
const by = { userId: "U0OPER001", channelId: "C0VOICE01" };
/** The requests of a step: it reads a number and changes it. */
const requestsPerStep = 2;
/** The numbers of a vendor that people change one by one. */
const spare = 10;

/** A failover of many numbers at four vendors that limit requests, compared with what the limits allow. */
export async function failover({ each = 250, singles = 5 } = {}): Promise<Figure[]> {
  const agents = (vendor: VendorId): readonly [string, string] => {
    const [one, other] = demoAccount(vendor).agents.filter(({ assignable }) => assignable !== false);
    return [one?.id ?? "", other?.id ?? ""];
  };
  const accountOf = (vendor: VendorId): AccountSeed => ({
    ...demoAccount(vendor),
    numbers: Array.from({ length: each + spare }, (_, at) => {
      const last = String(at).padStart(4, "0");
      const part = (length: number): string => last.padStart(length, "0").slice(-length);
      const e164 = `+1305555${last}`;
      const id = vendorSample(vendor).id("number", part, e164);
      return { id, e164, name: `Line ${at}`, agentId: agents(vendor)[0] };
    }),
  });
  const harness = await startHarness({
    accounts: accountOf,
    runsEveryMs: 20,
    logTo: { write: () => undefined },
  });
  try {
    const single = async (at: number): Promise<number> => {
      const startedAt = performance.now();
      const numberId = accountOf("cartesia").numbers[each + at]?.id ?? "";
      const [before, agentId] = agents("cartesia");
      const ctx = harness.infra.contextFor(teamId, { kind: "cli", osUser: "bench" });
      const key = { connectionId: harness.connections.cartesia?.id ?? "", numberId };
      await changeNumber(ctx, { key, change: { kind: "reassign", agentId }, seen: { agent: before } });
      return performance.now() - startedAt;
    };
    for (const vendor of vendorIds) harness.vendors[vendor].limitRate(limit);
    await single(spare - 1);
    const usual: number[] = [];
    for (let at = 0; at < 3; at += 1) usual.push(await single(at));
    // So that the vendors' buckets are full again.
    await pause((limit.burst / limit.perSecond) * 1000);
    const steps = vendorIds.flatMap((vendor) =>
      accountOf(vendor)
        .numbers.slice(0, each)
        .map(({ id }) => stepOf(harness, vendor, id, agents(vendor))),
    );
    const startedAt = performance.now();
    const runId = await begin(harness, steps);
    const { runs } = harness.infra.store.workspace(teamId);
    const during: number[] = [];
    for (;;) {
      await pause(500);
      const { state } = await runs.getState(runId);
      if (state !== "running") break;
      const isDue = performance.now() - startedAt > (during.length + 1) * 5000;
      if (isDue && during.length < singles) during.push(await single(3 + during.length));
    }
    const tookMs = performance.now() - startedAt;
    const run = await runs.get(runId);
    const notApplied = run.steps.filter(({ result }) => result?.outcome !== "applied").length;
    const boundMs = ((each * requestsPerStep - limit.burst) / limit.perSecond) * 1000;
    const bench = "failover";
    return [
      atMost(
        { bench, what: `${steps.length} numbers at four vendors, 5 requests a second each` },
        { value: tookMs / 1000, baseline: boundMs / 1000, times: 1.1, unit: "s" },
      ),
      within({ bench, what: "steps that were not applied" }, { value: notApplied, most: 0, unit: "steps" }),
      atMost(
        { bench, what: "p50 of a single change meanwhile" },
        { value: median(during), baseline: median(usual), times: 2, unit: "ms" },
      ),
    ];
  } finally {
    await harness.close();
  }
}

function stepOf(
  { connections, infra }: Harness,
  vendor: VendorId,
  numberId: string,
  [before, after]: readonly [string, string],
): RunStep {
  return {
    key: { connectionId: connections[vendor]?.id ?? "", numberId },
    connection: vendor,
    vendor,
    tier: 0,
    changeId: infra.newId("chg"),
    change: { kind: "reassign", agentId: after },
    first: { agent: after },
    last: { agent: before },
    now: { agent: before },
    labels: {},
    verdict: { kind: "will_switch" },
  };
}

/** Confirms a failover and leaves it to the app. */
async function begin({ infra }: Harness, steps: readonly RunStep[]): Promise<string> {
  const { runs } = infra.store.workspace(teamId);
  const id = infra.newId("run");
  const plan = { slug: "bench", revision: 1, title: "Bench" };
  await runs.show({ id, kind: "failover", by, steps, terms: { plan, tiers: [{ name: "all" }] } });
  await runs.begin(id, by, {
    kind: "failover.begun",
    actor: { kind: "user", userId: by.userId, workspaceId: teamId },
    requestId: infra.newId("req"),
    details: { run: id, kind: "failover" },
  });
  const claim = await infra.store.work.own({ kind: "run", workspaceId: teamId, itemId: id }, 1000);
  if (claim) await infra.store.work.finish(claim, { dueInMs: 0 });
  return id;
}

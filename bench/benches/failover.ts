import { setTimeout as pause } from "node:timers/promises";
import { startHarness, type Harness } from "../../src/demo/harness.ts";
import type { RunStep } from "../../src/domain/runs/run-step.ts";
import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { changeNumber } from "../../src/operations/change/change-number.ts";
import { pauseRun, resumeRun, stopRun } from "../../src/operations/runs/steer-run.ts";
import type { Context } from "../../src/operations/shared/context.ts";
import { demoAccount, vendorSample, type AccountSeed } from "../../src/sandbox/vendors/index.ts";
import { atMost, median, percentile, said, within, type Figure } from "../figure.ts";

const limit = { burst: 30, perSecond: 5, atOnce: 10 };
const four = ["dialnexa", "oneinbox", "speechify", "cartesia"] as const satisfies readonly VendorId[];
/** They publish no limit and announce none, so only a refusal shows it. */
const unannounced = ["oneinbox", "cartesia"] as const satisfies readonly VendorId[];
const announced = four.filter((vendor) => !unannounced.some((each) => each === vendor));
/** The refusals that teach the limit of an account: the first one, one that measures it, and those that confirm it. */
const refusalsThatTeach = 5;
const teamId = "T0PATCH01";
const by = { userId: "U0OPER001", channelId: "C0VOICE01" };
/** The requests of a step: it reads a number and changes it. */
const requestsPerStep = 2;
/** The single changes during the run that is timed. */
const whileTimed = 5;
/** How many numbers of each vendor the run switches beside which single changes are compared. */
const besideSingles = 120;
/** How many updates the run makes before it is compared with again: people make no change every second. */
const updatesBetween = 24;
const longestWaitMs = 60_000;

/** A failover of many numbers at four vendors that limit requests, compared with what the limits allow. */
export async function failover({ each = 250, pairs = 16 } = {}): Promise<Figure[]> {
  // The first one is not compared.
  const spare = 1 + whileTimed + 2 * pairs;
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
    connected: four,
    accounts: accountOf,
    runsEveryMs: 20,
    logTo: { write: () => undefined },
  });
  try {
    let changed = 0;
    const single = async (): Promise<number> => {
      const startedAt = performance.now();
      const numberId = accountOf("cartesia").numbers[each + changed]?.id ?? "";
      changed += 1;
      const [before, agentId] = agents("cartesia");
      const key = { connectionId: harness.connections.cartesia?.id ?? "", numberId };
      await changeNumber(context(harness), {
        key,
        change: { kind: "reassign", agentId },
        seen: { agent: before },
      });
      return performance.now() - startedAt;
    };
    for (const vendor of four) harness.vendors[vendor].limitRate(limit);
    await single();
    // So that the vendors' buckets are full again.
    await pause((limit.burst / limit.perSecond) * 1000);
    const stepsOf = (count: number, isBack = false): RunStep[] =>
      four.flatMap((vendor) =>
        accountOf(vendor)
          .numbers.slice(0, count)
          .map(({ id }) => {
            const [one, other] = agents(vendor);
            return stepOf(harness, vendor, id, isBack ? [other, one] : [one, other]);
          }),
      );
    const steps = stepsOf(each);
    const startedAt = performance.now();
    const runId = await begin(harness, steps);
    const { runs } = harness.infra.store.workspace(teamId);
    for (let made = 0; ;) {
      await pause(500);
      const { state } = await runs.getState(runId);
      if (state !== "running") break;
      const isDue = performance.now() - startedAt > (made + 1) * 5000;
      if (isDue && made < whileTimed) made += (await single()) > 0 ? 1 : 0;
    }
    const tookMs = performance.now() - startedAt;
    const run = await runs.get(runId);
    const notApplied = run.steps.filter(({ result }) => result?.outcome !== "applied").length;
    const boundMs = ((each * requestsPerStep - limit.burst) / limit.perSecond) * 1000;
    const refused = refusedOf(harness, announced);
    const taught = refusedOf(harness, unannounced);
    await runs.end(runId);
    const compared = await besideRun(harness, stepsOf(Math.min(each, besideSingles), true), single, pairs);
    const bench = "failover";
    return [
      atMost(
        { bench, what: `${steps.length} numbers at four vendors, 5 requests a second each` },
        { value: tookMs / 1000, baseline: boundMs / 1000, times: 1.1, unit: "s" },
      ),
      within({ bench, what: "steps that were not applied" }, { value: notApplied, most: 0, unit: "steps" }),
      within(
        { bench, what: "requests refused by a 429 where the limit is published or announced" },
        { value: refused, most: 0, unit: "requests" },
      ),
      within(
        { bench, what: "requests refused by a 429 where only refusals show the limit, two accounts" },
        { value: taught, most: refusalsThatTeach * unannounced.length, unit: "requests" },
      ),
      within(
        { bench, what: `a single change meanwhile, against one while the run is paused: ${compared.words}` },
        { value: median(compared.ratios), most: 2, unit: "×" },
      ),
    ];
  } finally {
    await harness.close();
  }
}

interface Compared {
  readonly ratios: readonly number[];
  readonly words: string;
}

/**
 * Makes pairs of single changes beside a run: one while it goes on, and one right after that while it is paused, so that
 * whatever else the machine does slows both.
 */
async function besideRun(
  harness: Harness,
  steps: readonly RunStep[],
  single: () => Promise<number>,
  pairs: number,
): Promise<Compared> {
  const ctx = context(harness);
  const requests = () => four.flatMap((vendor) => harness.vendors[vendor].requests);
  const updates = (): number => requests().filter(({ method }) => method === "PATCH").length;
  const runId = await begin(harness, steps);
  const during: number[] = [];
  const usual: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const from = updates();
    await until("the run goes on", () => updates() >= from + updatesBetween);
    during.push(await single());
    await pauseRun(ctx, runId);
    await until("the run is paused", () => requests().every(({ status }) => status !== undefined));
    usual.push(await single());
    await resumeRun(ctx, runId);
  }
  await stopRun(ctx, runId);
  const ratios = during.map((ms, pair) => ms / (usual[pair] ?? Number.NaN));
  const [low, high] = [percentile(ratios, 0.25), percentile(ratios, 0.75)];
  return {
    ratios,
    words: `p50 of ${pairs} pairs, half of them ${low.toFixed(1)} to ${high.toFixed(1)} ×, ${said(median(during), "ms")} against ${said(median(usual), "ms")}`,
  };
}

async function until(what: string, isTrue: () => boolean): Promise<void> {
  for (const giveUpAt = performance.now() + longestWaitMs; !isTrue(); await pause(5))
    if (performance.now() > giveUpAt) throw new Error(`${what}: not within ${longestWaitMs} ms`);
}

function refusedOf({ vendors }: Harness, of: readonly VendorId[]): number {
  return of.reduce(
    (sum, vendor) => sum + vendors[vendor].requests.filter(({ status }) => status === 429).length,
    0,
  );
}

function context({ infra }: Harness): Context {
  return infra.contextFor(teamId, { kind: "cli", osUser: "bench" });
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

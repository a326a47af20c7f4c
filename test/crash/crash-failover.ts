import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { operator, overAnHour, teamId, voiceOps } from "../support/fixtures.ts";
import { addMany, answeredBy, savePlanOfMany, type ManyNumbers } from "../support/plan-of-many.ts";
import { formSays, person, textOf } from "../support/screen.ts";
import { until } from "../support/until.ts";
import { killed } from "./crash-at.ts";
import { continueToItsEnd, mostPauses } from "./continue-failover.ts";
import { each, slug, type FailoverPoint } from "./failover-points.ts";
import type { FailoverTrap } from "./failover-traps.ts";
import { isReminder, runFaults, workOf } from "./failover-faults.ts";
import type { ProcessHarness } from "./process-harness.ts";

const noLimit = { burst: 100_000, perSecond: 100_000 };
const patienceMs = 30_000;

/** A failover over two vendors, during which or after which the app is killed. */
interface Drill {
  readonly processes: ProcessHarness;
  readonly many: readonly ManyNumbers[];
  readonly point: FailoverPoint;
  readonly broken: string[];
}

/**
 * Switches the numbers of two vendors by a plan and takes that back, through Slack. Kills the app at a point, starts it
 * again, continues what asks, and returns everything that is wrong then.
 */
export async function crashFailover(
  processes: ProcessHarness,
  vendors: readonly VendorId[],
  point: FailoverPoint,
): Promise<string[]> {
  const { harness } = processes;
  for (const vendor of vendors) {
    harness.vendors[vendor].clearFaults();
    harness.vendors[vendor].limitRate(noLimit);
  }
  const omar = person(harness, operator);
  while (omar.view()) await omar.close();
  const many = vendors.map((vendor) => addMany(harness, vendor, each));
  await processes.look(async (infra) => {
    const workspace = infra.store.workspace(teamId);
    // An earlier try that broke holds the same numbers.
    for (const { id } of await workspace.runs.live()) await workspace.runs.end(id);
    await savePlanOfMany({ ...harness, infra }, workspace, slug, many);
  });
  const drill: Drill = { processes, many, point, broken: [] };
  await phase(drill, "failover");
  if (drill.broken.length === 0) await phase(drill, "back");
  return [...drill.broken, ...(await processes.damage())];
}

/** One of the two runs, from the command to its end, and everything that is wrong with it. */
async function phase(drill: Drill, kind: "failover" | "back"): Promise<void> {
  const { processes, many, point, broken } = drill;
  const { harness } = processes;
  const { slack } = harness;
  const omar = person(harness, operator);
  while (omar.view()) await omar.close();
  const isBack = kind === "back";
  const planned = countOf(drill, isBack ? "after" : "before");
  await omar.command(isBack ? `failover ${slug} back` : `failover ${slug} because callers hear nothing`, {
    channelId: voiceOps,
  });
  await formSays(harness, omar, `${planned} will be ${isBack ? "put back" : "switched"}`);
  const from = (await processes.audit()).at(-1)?.sequence ?? 0;
  const seen = many.map(({ vendor }) => harness.vendors[vendor].requests.length);
  const heard = slack.messages(voiceOps).length;
  const done = countOf(drill, isBack ? "before" : "after");
  const isHere = point.phase === kind;
  let leftOpen = 0;
  if (isHere) {
    const open = await killAt(drill);
    if (open === undefined) return;
    leftOpen = open;
    await processes.restart(point.goneMs ?? 0);
    // The app received nothing.
    if (!point.lay) await omar.submit();
  } else await omar.submit();
  const news = (): string[] =>
    slack
      .messages(voiceOps)
      .slice(heard)
      .map((message) => textOf(message));
  const { run, pauses } = await continueToItsEnd(processes, kind, news);
  if (pauses > mostPauses) broken.push(`${kind}: it paused ${pauses} times`);
  await until(
    "the end of its work",
    async () => (await workOf(processes, run)).every(isReminder),
    patienceMs,
  );
  // An unknown outcome is final after an hour, and a plan is run again after a minute.
  processes.app().kill();
  await processes.restart(overAnHour);
  await until(
    "the end of everything",
    async () =>
      processes.look(async ({ store }) => {
        const { audit, notifications } = store.workspace(teamId);
        return (await audit.unsettled()).length + (await notifications.pending()).length === 0;
      }),
    patienceMs,
  );
  const least = planned - leftOpen - (isHere ? (point.refused ?? 0) : 0);
  const found = await runFaults(processes, {
    run,
    least,
    changed: countOf(drill, isBack ? "before" : "after") - done,
    entries: await processes.audit(from),
    patches: many.flatMap(({ vendor }, at) =>
      harness.vendors[vendor].requests.slice(seen[at]).filter(({ method }) => method === "PATCH"),
    ),
    news: news(),
    pauses: isHere ? point.pauses : undefined,
  });
  broken.push(...found.map((words) => `${kind}: ${words}`));
}

/** Confirms the run and kills the app. Returns how many changes had no outcome then; undefined if it was not killed. */
async function killAt({ processes, many, point, broken }: Drill): Promise<number | undefined> {
  const { harness } = processes;
  const { slack } = harness;
  const omar = person(harness, operator);
  const vendors = many.map(({ vendor }) => harness.vendors[vendor]);
  if (!point.lay) {
    processes.app().freeze();
    const submitting = omar.submit();
    processes.app().kill();
    await submitting;
    return 0;
  }
  let leftOpen = 0;
  for (const lay of [point.lay, point.again]) {
    if (!lay) continue;
    const app = processes.app();
    const trap: FailoverTrap = {
      vendors,
      slack,
      kill: () => app.kill(),
      pause: () => void person(harness, operator).command(`failover ${slug} pause`, { channelId: voiceOps }),
    };
    if (lay === point.again) await processes.restart();
    lay(lay === point.again ? { ...trap, kill: () => processes.app().kill() } : trap);
    if (lay === point.lay) await omar.submit();
    if (!(await killed(processes))) {
      broken.push("the app did not come to this point");
      return undefined;
    }
    leftOpen += await processes.look(
      async ({ store }) => (await store.workspace(teamId).audit.unsettled()).length,
    );
    for (const vendor of vendors) vendor.clearFaults();
    slack.clearFailures();
  }
  return leftOpen;
}

/** How many numbers are answered as before, or as after the failover. */
function countOf({ processes, many }: Drill, which: "before" | "after"): number {
  return many.reduce(
    (sum, one) => sum + answeredBy(processes.harness, one, which === "before" ? one.before : one.after),
    0,
  );
}

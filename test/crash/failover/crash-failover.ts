import type { VendorId } from "../../../src/domain/vendor/vendor.ts";
import { operator, overAnHour, teamId, voiceOps } from "../../support/fixtures.ts";
import {
  addMany,
  answeredBy,
  savePlanOfMany,
  type ManyNumbers,
} from "../../support/failover/plan-of-many.ts";
import { formSays, person, textOf } from "../../support/screen.ts";
import { comesAbout, until } from "../../support/until.ts";
import { continueToItsEnd, mostPauses } from "./continue-failover.ts";
import { each, slug, type FailoverPoint } from "./failover-points.ts";
import { callOnceSwitched, waitsAfterKill } from "./first-call.ts";
import type { FailoverApp } from "./failover-app.ts";
import { isReminder, runFaults, statesIn, workOf } from "./failover-faults.ts";

const noLimit = { burst: 100_000, perSecond: 100_000 };
const patienceMs = 60_000;
/** How long an hour's work may take, and after how many hours all of it is over. */
const settledMs = 15_000;
const mostHours = 4;

/** A failover over two vendors, during which or after which the app is interrupted. */
interface Drill {
  readonly app: FailoverApp;
  readonly many: readonly ManyNumbers[];
  readonly point: FailoverPoint;
  readonly broken: string[];
}

/**
 * Switches the numbers of two vendors by a plan and takes that back, through Slack. Interrupts the app at a point, lets
 * another process take over, continues what asks, and returns everything that is wrong then.
 */
export async function crashFailover(
  app: FailoverApp,
  vendors: readonly VendorId[],
  point: FailoverPoint,
): Promise<string[]> {
  const { harness } = app;
  for (const vendor of vendors) {
    harness.vendors[vendor].clearFaults();
    harness.vendors[vendor].limitRate(noLimit);
  }
  const omar = person(harness, operator);
  while (omar.view()) await omar.close();
  const many = vendors.map((vendor) => addMany(harness, vendor, each));
  await app.look(async (infra) => {
    const workspace = infra.store.workspace(teamId);
    // An earlier try that broke holds the same numbers.
    for (const { id } of await workspace.runs.live()) await workspace.runs.end(id);
    await savePlanOfMany({ ...harness, infra }, workspace, slug, many, point.awaitsCall);
  });
  const drill: Drill = { app, many, point, broken: [] };
  await phase(drill, "failover");
  if (drill.broken.length === 0) await phase(drill, "back");
  return [...drill.broken, ...(await app.damage())];
}

/** One of the two runs, from the command to its end, and everything that is wrong with it. */
async function phase(drill: Drill, kind: "failover" | "back"): Promise<void> {
  const { app, many, point, broken } = drill;
  const { harness } = app;
  const { slack } = harness;
  const omar = person(harness, operator);
  while (omar.view()) await omar.close();
  const isBack = kind === "back";
  const isHere = point.phase === kind;
  if (isHere) app.serveAlone();
  const planned = countOf(drill, isBack ? "after" : "before");
  await omar.command(isBack ? `failover ${slug} back` : `failover ${slug} because callers hear nothing`, {
    channelId: voiceOps,
  });
  await formSays(harness, omar, `${planned} will be ${isBack ? "put back" : "switched"}`);
  const earlier = await app.look(async ({ store }) => (await store.workspace(teamId).runs.lastOf(slug))?.id);
  const from = (await app.audit()).at(-1)?.sequence ?? 0;
  const seen = many.map(({ vendor }) => harness.vendors[vendor].requests.length);
  const heard = slack.messages(voiceOps).length;
  const done = countOf(drill, isBack ? "before" : "after");
  let leftOpen = 0;
  if (isHere) {
    const open = await interruptAt(drill);
    if (open === undefined) {
      // Its trap would interrupt the next try.
      await app.pass(overAnHour);
      return;
    }
    leftOpen = open;
    await app.takeOver(point.goneMs ?? 0);
    if (point.awaitsCall) {
      const found = await waitsAfterKill({
        app,
        many,
        messages: () => slack.messages(voiceOps).slice(heard),
      });
      broken.push(...found.map((words) => `${kind}: ${words}`));
    }
    // The app received nothing, unless the balancer had not chosen a server yet.
    if (!point.lay && omar.view()?.submit) await omar.submit();
  } else {
    if (point.awaitsCall) callOnceSwitched({ app, many });
    await omar.submit();
  }
  const messages = () => slack.messages(voiceOps).slice(heard);
  const news = (): string[] => messages().map((message) => textOf(message));
  const { run, pauses } = await continueToItsEnd(app, { kind, earlier, messages });
  if (pauses > mostPauses) broken.push(`${kind}: it paused ${pauses} times`);
  await until("the end of its work", async () => (await workOf(app, run)).every(isReminder), patienceMs);
  const left = await leftAtRest(app, () => statesIn(news()).slice(isHere ? 2 : 1));
  broken.push(...left.map((words) => `${kind}: ${words} at the end`));
  const least = planned - leftOpen - (isHere ? (point.refused ?? 0) : 0);
  // An outcome that was unknown may be known by now.
  const atRest = await app.look(async ({ store }) => store.workspace(teamId).runs.get(run.id));
  const found = await runFaults(app, {
    run: atRest,
    least,
    changed: countOf(drill, isBack ? "before" : "after") - done,
    entries: await app.audit(from),
    patches: many.flatMap(({ vendor }, at) =>
      harness.vendors[vendor].requests.slice(seen[at]).filter(({ method }) => method === "PATCH"),
    ),
    news: news(),
    pauses: isHere ? point.pauses : undefined,
  });
  broken.push(...found.map((words) => `${kind}: ${words}`));
}

/** Lets hours pass until every outcome is final and everything is told, and returns what is left then. */
async function leftAtRest(app: FailoverApp, tooMany: () => readonly string[]): Promise<readonly string[]> {
  let left: readonly string[] = [];
  const isOver = async (): Promise<boolean> => {
    left = await app.look(async ({ store }) => {
      const { audit, notifications } = store.workspace(teamId);
      return [
        ...(await audit.unsettled()).map(({ requested }) => `the change ${requested.changeId} is unsettled`),
        ...(await notifications.pending()).map((changeId) => `the change ${changeId} is not reported`),
        ...((await store.outbox.length()) > 0 ? ["messages are not delivered"] : []),
        ...tooMany().map((text) => `one more message says “${text}”`),
      ];
    });
    return left.length === 0;
  };
  // A process that is killed right after it has told something leaves the older message as it is.
  await comesAbout(() => tooMany().length === 0, settledMs);
  // What is unknown at the first look is known an hour after it. A plan is run again after a minute.
  for (let hours = 0; hours < mostHours; hours += 1) {
    await app.pass(overAnHour);
    if (await comesAbout(isOver, settledMs)) break;
  }
  return left;
}

/** Confirms the run and interrupts it. Returns how many changes had no outcome then; undefined if it did not come to that. */
async function interruptAt({ app, many, point, broken }: Drill): Promise<number | undefined> {
  const { harness } = app;
  const { slack } = harness;
  const omar = person(harness, operator);
  const vendors = many.map(({ vendor }) => harness.vendors[vendor]);
  if (!point.lay) {
    app.freeze();
    const interrupt = app.interruption();
    const submitting = omar.submit();
    interrupt();
    await submitting;
    return 0;
  }
  let leftOpen = 0;
  for (const lay of [point.lay, point.again]) {
    if (!lay) continue;
    const setTrap = (): void =>
      lay({
        vendors,
        slack,
        kill: app.interruption(),
        pause: () =>
          void person(harness, operator).command(`failover ${slug} pause`, { channelId: voiceOps }),
      });
    if (lay === point.again) await app.takeOver(0, setTrap);
    else {
      setTrap();
      await omar.submit();
    }
    if (!(await (lay === point.again ? isInterruptedWhileContinued(app) : app.isInterrupted()))) {
      broken.push("the app did not come to this point");
      return undefined;
    }
    leftOpen += await app.look(async ({ store }) => (await store.workspace(teamId).audit.unsettled()).length);
    for (const vendor of vendors) vendor.clearFaults();
    slack.clearFailures();
  }
  return leftOpen;
}

/** Waits for the interruption, and continues the run if it pauses before that: several changes may be unknown. */
async function isInterruptedWhileContinued(app: FailoverApp): Promise<boolean> {
  let isOver = false;
  const interrupted = app.isInterrupted().finally(() => void (isOver = true));
  let resumedAfter = -1;
  await comesAbout(async () => {
    if (isOver) return true;
    const last = await app.look(async ({ store }) => store.workspace(teamId).runs.lastOf(slug));
    if (last?.state === "paused" && last.status.resumes > resumedAfter) {
      resumedAfter = last.status.resumes;
      await person(app.harness, operator).command(`failover ${slug} resume`, { channelId: voiceOps });
    }
    return false;
  }, 2 * patienceMs);
  return interrupted;
}

/** How many numbers are answered as before, or as after the failover. */
function countOf({ app, many }: Drill, which: "before" | "after"): number {
  return many.reduce(
    (sum, one) => sum + answeredBy(app.harness, one, which === "before" ? one.before : one.after),
    0,
  );
}

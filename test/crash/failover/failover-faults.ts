import type { AuditEntry } from "../../../src/domain/audit/audit-log.ts";
import type { PauseReason } from "../../../src/domain/runs/pause.ts";
import { leftToFailBack } from "../../../src/domain/runs/fail-back.ts";
import type { Run } from "../../../src/domain/runs/run.ts";
import { isLeft, isPlanned } from "../../../src/domain/runs/run-step.ts";
import type { RecordedRequest } from "../../../src/sandbox/vendors/index.ts";
import { teamId } from "../../support/fixtures.ts";
import type { FailoverApp } from "./failover-app.ts";

/** What was observed of a run that is through. */
export interface SeenRun {
  readonly run: Run;
  /** The fewest numbers that it has to have changed, and how many it has. */
  readonly least: number;
  readonly changed: number;
  readonly entries: readonly AuditEntry[];
  readonly patches: readonly RecordedRequest[];
  readonly news: readonly string[];
  /** Why it had to pause. */
  readonly pauses: PauseReason | undefined;
}

/** What is wrong with a run: steps that are lost, doubled or forgotten. */
export async function runFaults(app: FailoverApp, seen: SeenRun): Promise<string[]> {
  return [...stepFaults(seen), ...reportFaults(seen), ...(await leftovers(app, seen.run))];
}

/** Steps against what is on record, and what is on record against what was sent. */
export function stepFaults({
  run,
  least,
  changed,
  entries,
  patches,
}: Omit<SeenRun, "news" | "pauses">): string[] {
  const broken: string[] = [];
  const expect = (holds: boolean, words: string): void => void (holds || broken.push(words));
  const records = entries.filter(
    ({ kind, details }) => kind === "change.requested" && details?.["run"] === run.id,
  );
  const outcomesOf = (changeId: string | undefined) =>
    entries.flatMap((entry) =>
      entry.kind === "change.outcome" && entry.changeId === changeId ? [entry.outcome] : [],
    );
  expect(run.steps.filter(isLeft).length === 0, `${run.steps.filter(isLeft).length} steps are left`);
  expect(patches.length <= records.length, `${patches.length} updates, ${records.length} records`);
  for (const { key } of run.steps.filter(isPlanned)) {
    const own = patches.filter(({ path, status }) => path.endsWith(key.numberId) && status !== 429);
    const requested = records.filter(({ number }) => number?.numberId === key.numberId);
    const applied = requested.filter(({ changeId }) => outcomesOf(changeId).at(-1) === "applied");
    expect(own.length <= 1, `${key.numberId} was sent ${own.length} times`);
    expect(requested.length > 0, `${key.numberId} is not on record`);
    expect(applied.length <= 1, `${key.numberId} is on record as applied ${applied.length} times`);
  }
  for (const { changeId } of records) {
    const ends = outcomesOf(changeId);
    const final = ends.filter((outcome) => outcome !== "unknown").length;
    expect(final === 1 && ends.at(-1) !== "unknown", `the outcomes ${ends.join(", ")} of ${changeId}`);
  }
  const applied = records.filter(({ changeId }) => outcomesOf(changeId).at(-1) === "applied").length;
  expect(applied === changed, `${applied} are on record as changed, and ${changed} are`);
  expect(changed >= least, `${changed} were changed, and at least ${least} had to be`);
  return broken;
}

/** Its states, on record once each and told to people. */
function reportFaults({ run, least, changed, entries, news, pauses }: SeenRun): string[] {
  const broken: string[] = [];
  const expect = (holds: boolean, words: string): void => void (holds || broken.push(words));
  const own = entries.filter(({ details }) => details?.["run"] === run.id);
  const isBack = run.kind === "back";
  const state = isBack ? "done" : "held";
  expect(run.state === state, `it is ${run.state}, not ${state}`);
  for (const kind of ["failover.begun", isBack ? "failover.returned" : "failover.held"]) {
    const times = own.filter((entry) => entry.kind === kind).length;
    expect(times === 1, `${kind} is on record ${times} times`);
  }
  const reasons = own.flatMap(({ kind, details }) =>
    kind === "failover.paused" ? [String(details?.["why"])] : [],
  );
  expect(pauses === undefined || reasons.includes(pauses), `it paused for ${reasons.join() || "nothing"}`);
  const isTrue = news.some((text) => {
    const said = /is (?:through|over): (\d+) of \d+ changed/u.exec(text)?.[1];
    return said !== undefined && Number(said) >= least && Number(said) <= changed;
  });
  expect(isTrue, `nobody was told that ${least} to ${changed} were changed, but “${news.join("”, “")}”`);
  return broken;
}

/** Work and numbers that a run which is through still holds. */
async function leftovers(app: FailoverApp, run: Run): Promise<string[]> {
  const work = (await workOf(app, run)).join();
  const holders = await app.look(async ({ store }) => store.workspace(teamId).runs.holders());
  // A failover keeps its numbers and its end until all of it is taken back.
  const isBack = run.kind === "back";
  const left = leftToFailBack(run).length;
  return [
    ...(work === (isBack && left === 0 ? "" : "run_reminder") ? [] : [`the work “${work}” is left`]),
    ...(isBack && holders.length !== left ? [`${holders.length} numbers are still held, not ${left}`] : []),
    ...(isBack ? await returnedFaults(app, run, left) : []),
  ];
}

/** The failover ends with its fail-back, or, on record and told once, when what that had left is found to be put back. */
async function returnedFaults(app: FailoverApp, { id, returns = "" }: Run, left: number): Promise<string[]> {
  const { state } = await app.look(async ({ store }) => store.workspace(teamId).runs.getState(returns));
  const entries = await app.audit();
  const back = entries.find(({ kind, details }) => kind === "failover.returned" && details?.["run"] === id);
  const wanted = back?.details?.["left"] !== undefined && left === 0 ? 1 : 0;
  const ends = entries.filter(
    ({ kind, details }) => kind === "failover.ended" && details?.["run"] === returns,
  );
  return [
    ...(state === (left === 0 ? "done" : "held")
      ? []
      : [`the failover is ${state}, with ${left} numbers left`]),
    ...(ends.length === wanted ? [] : [`failover.ended is on record ${ends.length} times, not ${wanted}`]),
  ];
}

export const isReminder = (kind: string): boolean => kind === "run_reminder";

/** The kinds of work that a run, and the one that it takes back, still have. */
export async function workOf(app: FailoverApp, run: Run): Promise<readonly string[]> {
  return app.workOf([run.id, ...(run.returns === undefined ? [] : [run.returns])]);
}

/** The messages that show the state of a run. Older ones only point to the newest. */
export function statesIn(news: readonly string[]): readonly string[] {
  return news.filter((text) => /is (?:running|paused|through|over):?/u.test(text));
}

import type { AuditEntry } from "../../../src/domain/audit/audit-log.ts";
import type { Run } from "../../../src/domain/runs/run.ts";
import { isUpdate, type RecordedRequest } from "../../../src/sandbox/vendors/index.ts";
import { minute, operator, teamId, voiceOps } from "../../support/fixtures.ts";
import { addMany, answeredBy, savePlanOfMany } from "../../support/failover/plan-of-many.ts";
import { formSays, person, textOf } from "../../support/screen.ts";
import { until } from "../../support/until.ts";
import type { Act } from "../acts.ts";
import type { Case } from "../cases.ts";
import type { MatrixHarness } from "../matrix-harness.ts";

/** How many numbers the plan has. */
const count = 6;
const slug = "many";
const mostPauses = 8;

/** Everything that can be observed about a failover, or its fail-back, during which a fault occurred. */
export interface SeenFailover {
  readonly run: Run;
  /** The entries of the run, oldest first. */
  readonly entries: readonly AuditEntry[];
  readonly patches: readonly RecordedRequest[];
  readonly ids: readonly string[];
  /** How many numbers are at the end as the run was to make them. */
  readonly changed: number;
  readonly mayKeep: number;
  /** The updates that were sent when each pause was told, and when it was continued. */
  readonly pauses: readonly { readonly told: number; readonly continued: number }[];
  readonly messages: readonly string[];
  /** Each message as it was first posted. */
  readonly posted: readonly string[];
  readonly everything: string;
}

/** Switches many numbers by a plan, or takes that back, with a fault in a tier. Continues whenever it pauses. */
export async function tryFailover(
  matrix: MatrixHarness,
  act: Act,
  wrong: Case,
  kind: "failover" | "back",
): Promise<SeenFailover> {
  const { harness, vendor } = matrix;
  const { slack, infra } = harness;
  const sandbox = harness.vendors[vendor];
  const workspace = infra.store.workspace(teamId);
  const { runs, audit } = workspace;
  matrix.reset();
  // A plan is run again after a minute; an earlier try that broke holds the same numbers.
  for (const { id } of await runs.live()) await runs.end(id);
  matrix.pass(2 * minute);
  const many = addMany(harness, vendor, count);
  await savePlanOfMany(harness, workspace, slug, [many]);
  const omar = person(harness, operator);
  const preview = async (line: string, words: string): Promise<void> => {
    while (omar.view()) await omar.close();
    await omar.command(line, { channelId: voiceOps });
    await formSays(harness, omar, words);
  };
  await preview(`failover ${slug} because callers hear nothing`, `${count} will be switched`);
  if (kind === "back") {
    const before = slack.calls.length;
    await omar.submit();
    await restOf(matrix, "failover");
    // Its report would count for the fail-back. The progress says the same, sometimes earlier.
    await until("a report with “is through”", () =>
      postedSince(harness, before).some((text) => text.includes("is through")),
    );
    await preview(`failover ${slug} back`, `${count} will be put back`);
  }
  const from = {
    messages: slack.messages(voiceOps).length,
    requests: sandbox.requests.length,
    calls: slack.calls.length,
    sequence: (await audit.entries({ limit: 1 }))[0]?.sequence ?? 0,
  };
  matrix.logged();
  wrong.arrange({ sandbox, act, key: harness.keys[vendor] });
  const { delivery } = await omar.submit();
  await slack.redeliver(delivery);
  const messages = (): string[] =>
    slack
      .messages(voiceOps)
      .slice(from.messages)
      .map((message) => textOf(message));
  const sent = (): RecordedRequest[] => sandbox.requests.slice(from.requests).filter(isUpdate);
  const pauses: { told: number; continued: number }[] = [];
  let run = await restOf(matrix, kind);
  while (run.state === "paused" && pauses.length < mostPauses) {
    const of = pauses.length;
    await until(
      "the news of the pause",
      () => messages().filter((text) => text.includes("is paused")).length > of,
    );
    await until("the vendor's end of it", () => sent().every(({ status }) => status !== undefined));
    const told = sent().length;
    // Another process looks at it, too.
    await matrix.restart();
    pauses.push({ told, continued: sent().length });
    matrix.lift();
    await omar.command(`failover ${slug} resume`, { channelId: voiceOps });
    run = await restOf(matrix, kind, run.status.paused?.at);
  }
  const words = kind === "back" ? "is over" : "is through";
  await until(`“${words}”`, () => messages().some((text) => text.includes(words)));
  matrix.lift();
  const isOpen = async (): Promise<boolean> => (await audit.unsettled()).length > 0;
  const hasToWait = await isOpen();
  await matrix.restart(hasToWait ? 61 * minute : 0);
  if (hasToWait) await until("an end of all changes", async () => !(await isOpen()));
  const all = await audit.entries({ limit: 1000 });
  const newer = all.filter(({ sequence }) => sequence > from.sequence).toReversed();
  const ofRun = new Set(
    newer.flatMap(({ kind: of, details, changeId }) =>
      of === "change.requested" && details?.["run"] === run.id ? [changeId] : [],
    ),
  );
  return {
    run: await runs.get(run.id),
    entries: newer.filter(({ details, changeId }) => details?.["run"] === run.id || ofRun.has(changeId)),
    patches: sent(),
    ids: many.ids,
    changed: answeredBy(harness, many, kind === "back" ? many.before : many.after),
    mayKeep: wrong.mayKeep ?? 0,
    pauses,
    messages: messages(),
    posted: postedSince(harness, from.calls),
    everything: JSON.stringify([messages(), newer, matrix.logged()]),
  };
}

/** The texts of the messages that were posted since a number of calls of Slack's API. */
const postedSince = ({ slack }: MatrixHarness["harness"], calls: number): string[] =>
  slack.calls
    .slice(calls)
    .filter(({ ok, method }) => ok && method === "chat.postMessage")
    .map(({ args }) => JSON.stringify(args["text"]));

/** Waits until the newest run of this kind does not go on; after a pause, until that one is over. */
async function restOf({ harness }: MatrixHarness, kind: Run["kind"], after?: string): Promise<Run> {
  const { runs } = harness.infra.store.workspace(teamId);
  let found: Run | undefined;
  await until(`the end of the ${kind}`, async () => {
    const newest = await runs.lastOf(slug);
    found = newest?.kind === kind ? await runs.get(newest.id) : undefined;
    const isSame = after !== undefined && found?.status.paused?.at === after;
    return found !== undefined && found.state !== "running" && found.state !== "shown" && !isSame;
  });
  if (!found) throw new Error("there is a run");
  return found;
}

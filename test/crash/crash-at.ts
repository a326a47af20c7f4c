import type { AuditEntry } from "../../src/domain/audit/audit-log.ts";
import { demoAccount } from "../../src/sandbox/vendors/index.ts";
import { operator, overAnHour, teamId, voiceOps } from "../support/fixtures.ts";
import { person, textOf } from "../support/screen.ts";
import { type Act } from "../faults/acts.ts";
import type { Point } from "./points.ts";
import { leftToDo, type ProcessHarness } from "./process-harness.ts";

/** How long the app may take to reach the trap, in milliseconds. */
const patienceMs = 30_000;

/** Makes a change, kills the app at a point, starts it again, and returns everything that is wrong then. */
export async function crashAt(processes: ProcessHarness, act: Act, point: Point): Promise<string[]> {
  const { harness } = processes;
  const { slack } = harness;
  const vendor = harness.vendors[act.vendor];
  const omar = person(harness, operator);
  vendor.clearFaults();
  vendor.addAccount({ ...demoAccount(act.vendor), key: harness.keys[act.vendor] });
  while (omar.view()) await omar.close();
  if (act.first) await carryOut(processes, act.first);
  await omar.command(act.line, { channelId: voiceOps });
  await slack.eventually(`a form for “${act.line}”`, () => textOf(omar.view()).includes(act.ready));
  if (act.fill) await omar.fillByLabel(...act.fill);
  const from = (await processes.audit()).at(-1)?.sequence ?? 0;
  const seen = vendor.requests.length;
  const trap = { vendor, slack, kill: () => processes.app().kill(), freeze: () => processes.app().freeze() };
  point.lay(trap);
  const submitting = point.submit ? point.submit(omar, trap) : omar.submit();
  if (!(await killed(processes))) return ["the app did not come to this point"];
  await submitting;
  const submission = slack.deliveries.findLast(({ payload }) => payload["type"] === "view_submission");
  const patches = () => vendor.requests.slice(seen).filter(({ method }) => method === "PATCH");
  vendor.clearFaults();
  slack.clearFailures();
  point.again?.(trap);
  await processes.restart(overAnHour);
  if (point.again) {
    if (!(await killed(processes))) return ["the app did not come to this point again"];
    vendor.clearFaults();
    slack.clearFailures();
    await processes.restart(overAnHour);
  }
  const broken: string[] = [];
  const expect = (holds: boolean, words: string): void => void (holds || broken.push(words));
  const arrives = async (words: string, look: () => boolean | Promise<boolean>): Promise<void> => {
    try {
      await slack.eventually(words, look);
    } catch {
      broken.push(`${words} did not come`);
    }
  };
  const own = async (): Promise<AuditEntry[]> => processes.audit(from);
  const outcomes = (entries: readonly AuditEntry[]) =>
    entries.filter(({ kind }) => kind === "change.outcome").map(({ outcome }) => outcome);
  await arrives("the end of all changes", async () =>
    processes.look(async ({ store }) => (await store.workspace(teamId).audit.unsettled()).length === 0),
  );
  const [requested, ...more] = (await own()).filter(({ kind }) => kind === "change.requested");
  const onRecord = requested !== undefined;
  const isToBe = point.by === "either" ? onRecord : point.by === "record" || point.by === "outcome";
  expect(more.length === 0 && onRecord === isToBe, "not on record as it should be");
  expect(patches().length <= (onRecord ? 1 : 0), `${patches().length} updates were sent`);
  if (requested) {
    const truth = act.done(vendor) ? "applied" : "refused";
    const told =
      truth === "applied"
        ? /(?:Reassigned|Detached|Renamed|Edited) by|It took effect/u
        : /did not take effect/u;
    const ends = outcomes(await own());
    expect(ends.at(-1) === truth, `the outcomes ${ends.join(", ")}, and the truth was ${truth}`);
    await arrives("the news in the conversation", () => {
      const about = slack.messages(voiceOps).map((message) => textOf(message));
      return told.test(about.findLast((text) => text.includes(requested.changeId ?? "?")) ?? "");
    });
  }
  if (point.by !== "nothing") {
    await arrives("an end of “Working…”", () => !textOf(omar.view()).includes("Working…"));
    if (!requested) expect(textOf(omar.view()).includes("Nothing was changed"), "the form does not say it");
    // Slack does not repeat a submission, but anyone who has it can send it again for five minutes.
    if (submission) await slack.redeliver(submission);
    await arrives("the refusal of a repetition", async () =>
      (await own()).some(({ problem }) => problem?.code === "already_requested"),
    );
    expect(patches().length <= (onRecord ? 1 : 0), "a repetition was sent to the vendor");
  }
  await arrives("an empty list of what is owed", async () =>
    processes.look(async (infra) => (await leftToDo(infra)) === 0),
  );
  return [...broken, ...(await processes.damage())];
}

/** Makes the change that is to be undone, without a kill. */
async function carryOut({ harness }: ProcessHarness, { line, ready }: Act): Promise<void> {
  const { slack } = harness;
  const omar = person(harness, operator);
  const heard = slack.messages(voiceOps).length;
  await omar.command(line, { channelId: voiceOps });
  await slack.eventually(`a form for “${line}”`, () => textOf(omar.view()).includes(ready));
  await omar.submit();
  await slack.eventually(`an end of “${line}”`, () => textOf(omar.view()).includes("confirmed by"));
  await slack.eventually("its message", () => slack.messages(voiceOps).length > heard);
  await omar.close();
}

/** Waits until the serving process has ended. Returns false if it has not in time. */
export async function killed({ app }: ProcessHarness): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs);
  });
  try {
    return await Promise.race([app().gone.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}

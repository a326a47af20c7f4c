import type { SlackPerson } from "../../src/sandbox/slack/index.ts";
import type { Fault, RecordedRequest } from "../../src/sandbox/vendors/index.ts";
import { overAnHour, voiceOps } from "../support/fixtures.ts";
import { person, textOf } from "../support/screen.ts";
import { leftToDo, type ProcessHarness } from "./process-harness.ts";

/** The vendors and numbers under load. They are only renamed, so that each update is known by its name. */
export const loaded = ["cartesia", "dialnexa"] as const;
const numbers = ["0152", "0107", "0147", "0132"];
const people = ["U0OPER001", "U0ADMIN01"];
/** The app is killed after at most this many events. */
const mostEvents = 60;
/** The longest delay of the kill after the event, in milliseconds, to reach moments between two steps. */
const longestAfterMs = 6;

const troubles: readonly (Fault | undefined)[] = [
  undefined,
  undefined,
  { kind: "delay", ms: 30 },
  { kind: "drop-before" },
  { kind: "drop-after" },
  { kind: "apply-then-500" },
  { kind: "apply-then-hang" },
  { kind: "status", status: 503 },
  { kind: "lag", reads: 1 },
];

/** What was found after a kill. */
export interface Aftermath {
  /** How many changes were recorded, how many of them were unfinished after the kill, and how many updates were sent. */
  readonly changes: number;
  readonly leftOpen: number;
  readonly sent: number;
  /** Everything that is wrong. */
  readonly broken: readonly string[];
}

let named = 0;

/** Lets people rename numbers, kills the app at a random moment, starts it again, and returns what is wrong then. */
export async function crashUnderLoad(processes: ProcessHarness, random: () => number): Promise<Aftermath> {
  const { harness } = processes;
  const { slack } = harness;
  const pick = <T>(of: readonly T[]): T | undefined => of[Math.floor(random() * of.length)];
  const vendors = loaded.map((id) => harness.vendors[id]);
  const from = (await processes.audit()).at(-1)?.sequence ?? 0;
  const seen = vendors.map(({ requests }) => requests.length);
  for (const vendor of vendors) {
    const trouble = pick(troubles);
    if (trouble) vendor.fault(trouble, { on: "write", times: 2 });
  }
  const victim = processes.app();
  let left = 1 + Math.floor(random() * mostEvents);
  const afterMs = random() * longestAfterMs;
  const count = (): void => {
    left -= 1;
    if (left === 0) setTimeout(() => victim.kill(), afterMs);
  };
  const stops = [slack, ...vendors].map((standIn) => standIn.listen(count));
  // Drawn first, so that a seed gives the same work at any speed.
  const lines = people.map(() => Array.from({ length: 12 }, () => pick(numbers) ?? ""));
  await Promise.all(
    people.map(async (userId, at) => {
      for (const number of lines[at] ?? []) {
        if (!victim.alive()) return;
        named += 1;
        await rename(processes, person(harness, userId), number, `Named ${named}`);
      }
    }),
  );
  victim.kill();
  await victim.gone;
  for (const stop of stops) stop();
  const patches = (): RecordedRequest[] =>
    vendors.flatMap(({ requests }, at) =>
      requests.slice(seen[at]).filter(({ method }) => method === "PATCH"),
    );
  await slack.eventually("the vendors' end of it", () =>
    patches().every(({ status }) => status !== undefined),
  );
  for (const vendor of vendors) vendor.clearFaults();
  await processes.restart(overAnHour);
  return damageTo(processes, from, patches());
}

/** Renames a number, as far as possible before the kill. */
async function rename(
  { harness: { slack }, app }: ProcessHarness,
  who: SlackPerson,
  number: string,
  name: string,
): Promise<void> {
  const victim = app();
  const dies = async (words: string): Promise<boolean> => {
    await slack.eventually(
      `a form that says “${words}”`,
      () => !victim.alive() || textOf(who.view()).includes(words),
    );
    return !victim.alive();
  };
  while (who.view()) await who.close();
  await who.command(`rename ${number} to "${name}"`, { channelId: voiceOps });
  if (await dies("*After:*")) return;
  await who.submit();
  await dies("change `chg_");
}

/** What is wrong after the next process had time to finish. */
async function damageTo(
  processes: ProcessHarness,
  from: number,
  patches: readonly RecordedRequest[],
): Promise<Aftermath> {
  const { slack } = processes.harness;
  const broken: string[] = [];
  await slack
    .eventually("an end of all changes, and all told", async () => (await processes.look(leftToDo)) === 0)
    .catch(() => broken.push("something is unsettled, or not told"));
  const entries = await processes.audit(from);
  const requested = entries.filter(({ kind }) => kind === "change.requested");
  const bodies = patches.map(({ body }) => JSON.stringify(body));
  for (const { changeId = "?", wanted } of requested) {
    const name = JSON.stringify(wanted?.["name"]);
    const own = patches.filter((_, at) => bodies[at]?.includes(name));
    if (own.length > 1) broken.push(`${changeId} was sent ${own.length} times`);
    const truth = own.some(({ applied }) => applied) ? "applied" : "refused";
    const ends = entries.filter((entry) => entry.kind === "change.outcome" && entry.changeId === changeId);
    if (ends.at(-1)?.outcome !== truth)
      broken.push(`${changeId} ended ${ends.map(({ outcome }) => outcome).join()}, and was ${truth}`);
    const about = slack.messages(voiceOps).map((message) => textOf(message));
    const told = truth === "applied" ? /Renamed by|It took effect/u : /Couldn't rename|did not take/u;
    if (!told.test(about.findLast((text) => text.includes(changeId)) ?? ""))
      broken.push(`${changeId} was ${truth}, and that was not told`);
  }
  const recorded = requested.map(({ wanted }) => JSON.stringify(wanted?.["name"]));
  if (!bodies.every((body) => recorded.some((name) => body?.includes(name))))
    broken.push("something was sent that is not on record");
  if (new Set(requested.map(({ requestId }) => requestId)).size < requested.length)
    broken.push("a request is on record twice");
  const leftOpen = new Set(
    entries
      .filter(({ actor, outcome }) => actor.kind === "system" && outcome)
      .map(({ changeId }) => changeId),
  );
  return {
    changes: requested.length,
    leftOpen: leftOpen.size,
    sent: patches.length,
    broken: [...broken, ...(await processes.damage())],
  };
}

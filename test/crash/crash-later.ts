import { demoAccount } from "../../src/sandbox/vendors/index.ts";
import type { Act } from "../faults/acts.ts";
import { overAnHour, teamId, voiceOps } from "../support/fixtures.ts";
import { person, textOf } from "../support/screen.ts";
import { killed } from "./crash-at.ts";
import type { LaterAct } from "./later-acts.ts";
import type { LaterPoint } from "./later-points.ts";
import { leftToDo, type ProcessHarness } from "./process-harness.ts";

/** Kills the app at a point of a background change, starts it again, and returns everything that is wrong then. */
export async function crashLater(
  processes: ProcessHarness,
  later: LaterAct,
  act: Act,
  point: LaterPoint,
): Promise<string[]> {
  const { harness } = processes;
  const { slack } = harness;
  const vendor = harness.vendors[act.vendor];
  vendor.clearFaults();
  vendor.addAccount({ ...demoAccount(act.vendor), key: harness.keys[act.vendor] });
  const omar = person(harness, "U0OPER001");
  while (omar.view()) await omar.close();
  const { go, goal, own } = await later.prepare(processes, act);
  const from = (await processes.audit()).at(-1)?.sequence ?? 0;
  const seen = { requests: vendor.requests.length, messages: slack.messages(voiceOps).length };
  if (!point.lay) {
    // The app received nothing, so the trigger is repeated.
    if (!later.byTime) {
      processes.app().freeze();
      const going = go();
      processes.app().kill();
      await going;
      await processes.restart();
    }
    await go();
  } else {
    point.lay({ vendor, slack, kill: () => processes.app().kill(), freeze: () => processes.app().freeze() });
    const going = go();
    // Then the process to kill is the one in which the time has come.
    if (later.byTime) await going;
    if (!(await killed(processes))) return ["the app did not come to this point"];
    await going;
    vendor.clearFaults();
    slack.clearFailures();
    await processes.restart();
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
  const requested = async () =>
    (await processes.audit(from)).filter(({ kind, details }) => kind === "change.requested" && own(details));
  const outcomes = async () => {
    const [record] = await requested();
    const entries = await processes.audit(from);
    return entries.filter(({ kind, changeId }) => kind === "change.outcome" && changeId === record?.changeId);
  };
  await arrives("an outcome on record", async () => (await outcomes()).length > 0);
  if (!later.byTime) {
    await arrives("the end of what was set off", async () =>
      processes.look(async ({ store }) => later.over(store.workspace(teamId))),
    );
  }
  // An unknown outcome is final after an hour.
  processes.app().kill();
  await processes.restart(overAnHour);
  await arrives("the end of everything", async () =>
    processes.look(
      async (infra) => (await leftToDo(infra)) === 0 && (await later.over(infra.store.workspace(teamId))),
    ),
  );
  const patches = vendor.requests.slice(seen.requests).filter(({ method }) => method === "PATCH");
  const records = await requested();
  expect(records.length === 1, `${records.length} changes are on record`);
  expect(patches.length <= 1, `${patches.length} updates were sent`);
  const done = vendor.effective(act.numberId).agentId === goal;
  expect(done || point.mayFail, "it was not carried out");
  const truth = done ? "applied" : "refused";
  const ends = await outcomes();
  expect(
    ends.at(-1)?.outcome === truth && ends.filter(({ outcome }) => outcome !== "unknown").length === 1,
    `the outcomes ${ends.map(({ outcome }) => outcome).join(", ")}, and the truth was ${truth}`,
  );
  await arrives("the news in the conversation", () =>
    slack
      .messages(voiceOps)
      .slice(seen.messages - (later.name === "approval" ? 1 : 0))
      .some((message) => (done ? later.told.done : later.told.undone).test(textOf(message))),
  );
  return [...broken, ...(await processes.damage())];
}

import { changeNumber } from "../../src/operations/change/change-number.ts";
import { overAnHour, teamId, voiceOps } from "../support/fixtures.ts";
import { manyNumbersOf } from "../support/many-numbers.ts";
import { formSays, person, textOf } from "../support/screen.ts";
import { until } from "../support/until.ts";
import type { Act } from "../faults/acts.ts";
import type { BulkPoint } from "./bulk-points.ts";
import { killed } from "./crash-at.ts";
import { startIncident } from "./later-acts.ts";
import { isPatch } from "./points.ts";
import { leftToDo, type ProcessHarness } from "./process-harness.ts";

/** How many numbers the incident changed. */
const count = 5;
const noLimit = { burst: 100_000, perSecond: 100_000 };

let incidents = 0;

/** Kills the app in the middle of a rate-limited revert of many changes, starts it again, and returns everything that is wrong then. */
export async function crashBulk(processes: ProcessHarness, act: Act, point: BulkPoint): Promise<string[]> {
  const { harness } = processes;
  const { slack } = harness;
  const vendor = harness.vendors[act.vendor];
  vendor.clearFaults();
  vendor.limitRate(noLimit);
  const omar = person(harness, "U0OPER001");
  while (omar.view()) await omar.close();
  const { key, ids, before } = await changeMany(processes, act);
  await omar.command("incident revert", { channelId: voiceOps });
  await formSays(harness, omar, `*${count} changes will be reverted*`);
  const from = (await processes.audit()).at(-1)?.sequence ?? 0;
  const seen = { requests: vendor.requests.length, messages: slack.messages(voiceOps).length };
  const trap = { vendor, slack, kill: () => processes.app().kill(), freeze: () => processes.app().freeze() };
  vendor.limitRate(point.limit);
  let leftOpen = 0;
  for (const lay of [point.lay, point.again]) {
    if (!lay) continue;
    lay(trap);
    if (lay === point.lay) await omar.submit();
    else await processes.restart();
    if (!(await killed(processes))) return ["the app did not come to this point"];
    leftOpen += await processes.look(
      async ({ store }) => (await store.workspace(teamId).audit.unsettled()).length,
    );
    vendor.clearFaults();
    slack.clearFailures();
  }
  // Only an update that was sent and not answered before the kill may stay undone.
  const least = count - leftOpen;
  await processes.restart();
  const broken: string[] = [];
  const expect = (holds: boolean, words: string): void => void (holds || broken.push(words));
  const arrives = async (words: string, look: () => boolean | Promise<boolean>): Promise<void> => {
    try {
      await until(words, look, 30_000);
    } catch {
      broken.push(`${words} did not come`);
    }
  };
  await arrives("the end of the revert", async () =>
    processes.look(async ({ store }) => (await store.workspace(teamId).runs.running()).length === 0),
  );
  // An unknown outcome is final after an hour.
  vendor.limitRate(noLimit);
  processes.app().kill();
  await processes.restart(overAnHour);
  await arrives("the end of everything", async () =>
    processes.look(async (infra) => (await leftToDo(infra)) === 0),
  );
  const entries = (await processes.audit(from)).filter(
    ({ details }) => details?.["incident"] === key && details["undoes"] !== undefined,
  );
  const records = entries.filter(({ kind }) => kind === "change.requested");
  const patches = vendor.requests.slice(seen.requests).filter(isPatch);
  expect(patches.length <= records.length, `${patches.length} updates, ${records.length} records`);
  const outcomesOf = (changeId: string | undefined) =>
    entries.flatMap((entry) =>
      entry.kind === "change.outcome" && entry.changeId === changeId ? [entry.outcome] : [],
    );
  for (const { changeId } of records) {
    const ends = outcomesOf(changeId);
    const final = ends.filter((outcome) => outcome !== "unknown").length;
    expect(final === 1 && ends.at(-1) !== "unknown", `the outcomes ${ends.join(", ")} of ${changeId}`);
  }
  for (const id of ids) {
    const own = patches.filter(({ path, status }) => path.endsWith(id) && status !== 429);
    expect(own.length <= 1, `${id} was sent ${own.length} times`);
  }
  const back = ids.filter((id) => vendor.effective(id).agentId === before).length;
  expect(back >= least, `${back} of ${count} are back, and ${leftOpen} were open`);
  const applied = records.filter(({ changeId }) => outcomesOf(changeId).at(-1) === "applied").length;
  expect(applied === back, `${applied} are on record as restored, and ${back} are`);
  const news = (): string[] =>
    slack
      .messages(voiceOps)
      .slice(seen.messages)
      .map((message) => textOf(message));
  try {
    await until(
      "the news in the conversation",
      () =>
        news().some((text) => {
          const reported = /(\d+) of \d+ changes reverted/u.exec(text)?.[1];
          return reported !== undefined && Number(reported) <= back && Number(reported) >= least;
        }),
      15_000,
    );
  } catch {
    broken.push(
      `the conversation was not told that ${least} to ${back} are back, but “${news().join("”, “")}”`,
    );
  }
  return [...broken, ...(await processes.damage())];
}

/** Adds many numbers to the vendor's account, and reassigns each of them in an incident. */
async function changeMany(processes: ProcessHarness, act: Act) {
  const { harness } = processes;
  const key = `INC-8${(incidents += 1)}`;
  const before =
    harness.vendors[act.vendor].accounts()[0]?.agents.find(({ id }) => id !== act.agentId)?.id ?? "";
  const account = { ...manyNumbersOf(act.vendor, count, before), key: harness.keys[act.vendor] };
  harness.vendors[act.vendor].addAccount(account);
  const ids = account.numbers.map(({ id }) => id);
  await startIncident(processes, key);
  await processes.look(async (infra) => {
    const ctx = infra.contextFor(teamId, { kind: "cli", osUser: "test" });
    for (const numberId of ids)
      await changeNumber(
        { ...ctx, requestId: infra.newId("req") },
        {
          key: { connectionId: harness.connections[act.vendor]?.id ?? "", numberId },
          change: { kind: "reassign", agentId: act.agentId ?? "" },
          seen: { agent: before },
          details: { incident: key },
        },
      );
  });
  return { key, ids, before };
}

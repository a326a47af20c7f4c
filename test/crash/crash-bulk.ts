import { changeNumber } from "../../src/operations/change/change-number.ts";
import { manyNumbersOf } from "../support/many-of.ts";
import { formSays, person, textOf } from "../support/screen.ts";
import { until } from "../support/until.ts";
import type { Act } from "../faults/acts.ts";
import type { BulkPoint } from "./bulk-points.ts";
import { killed, longAfterMs } from "./crash-at.ts";
import { startIncident } from "./later-acts.ts";
import { isPatch } from "./points.ts";
import { channelId, workspaceId, type Yard } from "./process-harness.ts";

/** How many numbers the incident has changed. */
const count = 5;
const noLimit = { burst: 100_000, perSecond: 100_000 };

let incidents = 0;

/** Kills the app in the middle of a paced revert of many changes, starts it again, and gives everything that is wrong then. */
export async function crashBulk(yard: Yard, act: Act, point: BulkPoint): Promise<string[]> {
  const { house } = yard;
  const { slack } = house;
  const vendor = house.vendors[act.vendor];
  vendor.clearFaults();
  vendor.limitRate(noLimit);
  const omar = person(house, "U0OPER001");
  while (omar.view()) await omar.close();
  const { key, ids, before } = await changeMany(yard, act);
  await omar.command("incident revert", { channelId });
  await formSays(house, omar, `*${count} changes will be put back*`);
  const from = (await yard.audit()).at(-1)?.sequence ?? 0;
  const seen = { requests: vendor.requests.length, messages: slack.messages(channelId).length };
  const trap = { vendor, slack, kill: () => yard.app().kill(), freeze: () => yard.app().freeze() };
  vendor.limitRate(point.limit);
  let leftOpen = 0;
  for (const lay of [point.lay, point.again]) {
    if (!lay) continue;
    lay(trap);
    if (lay === point.lay) await omar.submit();
    else await yard.restart();
    if (!(await killed(yard))) return ["the app did not come to this point"];
    leftOpen += await yard.look(
      async ({ store }) => (await store.workspace(workspaceId).audit.unsettled()).length,
    );
    vendor.clearFaults();
    slack.clearFailures();
  }
  // Nothing but what was sent and not answered when it was killed may be left as it is.
  const least = count - leftOpen;
  await yard.restart();
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
    yard.look(async ({ store }) => (await store.workspace(workspaceId).reverts.running()).length === 0),
  );
  // What nobody knows the end of is known an hour on.
  vendor.limitRate(noLimit);
  yard.app().kill();
  await yard.restart(longAfterMs);
  await arrives("the end of everything", async () =>
    yard.look(async ({ store }) => {
      const { audit, said } = store.workspace(workspaceId);
      return (await audit.unsettled()).length + (await said.owed()).length === 0;
    }),
  );
  const entries = (await yard.audit(from)).filter(
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
  expect(applied === back, `${applied} are on record as put back, and ${back} are`);
  const news = (): string[] =>
    slack
      .messages(channelId)
      .slice(seen.messages)
      .map((message) => textOf(message));
  try {
    await until(
      "the news in the conversation",
      () =>
        news().some((text) => {
          const said = /(\d+) of \d+ changes put back/u.exec(text)?.[1];
          return said !== undefined && Number(said) <= back && Number(said) >= least;
        }),
      15_000,
    );
  } catch {
    broken.push(
      `the conversation was not told that ${least} to ${back} are back, but “${news().join("”, “")}”`,
    );
  }
  return [...broken, ...(await yard.damage())];
}

/** Gives the vendor's account many numbers, and each of them another agent in an incident. */
async function changeMany(yard: Yard, act: Act) {
  const { house } = yard;
  const key = `INC-8${(incidents += 1)}`;
  const before =
    house.vendors[act.vendor].accounts()[0]?.agents.find(({ id }) => id !== act.agentId)?.id ?? "";
  const account = { ...manyNumbersOf(act.vendor, count, before), key: house.keys[act.vendor] };
  house.vendors[act.vendor].addAccount(account);
  const ids = account.numbers.map(({ id }) => id);
  await startIncident(yard, key);
  await yard.look(async (ground) => {
    const ctx = ground.contextFor(workspaceId, { kind: "cli", osUser: "test" });
    for (const numberId of ids)
      await changeNumber(
        { ...ctx, requestId: ground.newId("req") },
        {
          key: { connectionId: house.connections[act.vendor]?.id ?? "", numberId },
          change: { kind: "reassign", agentId: act.agentId ?? "" },
          seen: { agent: before },
          details: { incident: key },
        },
      );
  });
  return { key, ids, before };
}

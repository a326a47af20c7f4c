import { setTimeout as pause } from "node:timers/promises";
import { person } from "../support/screen.ts";
import { voiceOps } from "../support/fixtures.ts";
import { beginning, settle } from "./changes.ts";
import { startRenaming } from "./load.ts";
import { startTemporaryChanges } from "./temporary.ts";
import type { Scenario } from "./scenarios.ts";

const perSecond = 50;

/** Restarts one server after the other, as a deploy does, while requests and changes arrive. */
export const rollingRestart: Scenario = async (world, { requests }) => {
  const { harness, replicas, people } = world;
  const begin = await beginning(world);
  const seen = harness.slack.deliveries.length;
  const temporary = await startTemporaryChanges(world, begin);
  const stopRenaming = startRenaming(world, "Rolling", 2);
  const deploying = new AbortController();
  let sent = 0;
  const asking: Promise<unknown>[] = [];
  const startedAt = performance.now();
  const load = (async () => {
    while (!deploying.signal.aborted || sent < requests) {
      await pause(Math.max(0, startedAt + (sent * 1000) / perSecond - performance.now()));
      const who = person(harness, people[2 + (sent % (people.length - 2))] ?? "");
      asking.push(who.command("help", { channelId: voiceOps }));
      sent += 1;
    }
  })();
  for (const { name } of replicas.all()) {
    await replicas.stop(name);
    await replicas.start(name);
  }
  deploying.abort();
  await Promise.all([load, stopRenaming()]);
  await Promise.all(asking);
  const took = performance.now() - startedAt;
  const deliveries = harness.slack.deliveries.slice(seen);
  const bad = deliveries.filter(({ status }) => status !== 200);
  const late = await temporary.faults();
  const counted = await settle(world, begin, (change) => !temporary.has(change));
  const broken = [...late, ...counted.broken];
  if (bad.length > 0)
    broken.push(
      `${bad.length} of ${deliveries.length} requests were not acknowledged with 200, one with ${bad[0]?.status} ${bad[0]?.problem}`,
    );
  return {
    words: `rolling restart of ${replicas.all().length}: ${deliveries.length} requests at ${Math.round((deliveries.length / took) * 1000)} a second, ${bad.length} acks other than 200, ${counted.changes} changes on record, temporary ones among them that reminded and expired once each`,
    broken,
  };
};

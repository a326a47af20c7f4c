import { setTimeout as pause } from "node:timers/promises";
import { isPatch } from "../crash/points.ts";
import { person } from "../support/screen.ts";
import { beginning, openRename, rename, settle, soon } from "./changes.ts";
import type { ReplicaWorld } from "./replica-world.ts";
import type { Scenario } from "./scenarios.ts";

/** The moments of a change at which its server is paused. */
const moments = [
  { name: "before its update is sent", method: "GET" },
  { name: "while its update is sent", method: "PATCH" },
] as const;

/** How long a submitted form may take to come to its moment on a busy machine, in milliseconds. */
const comesMs = 30_000;

/** Pauses a server in the middle of a change while others change the same number, and lets it go on. */
export const paused: Scenario = async (world, { pausedMs }) => {
  const broken: string[] = [];
  let changes = 0;
  for (const [at, moment] of moments.entries()) {
    const begin = await beginning(world);
    const found = await pauseAt(world, moment.method, `Paused ${at}`, pausedMs);
    const counted = await settle(world, begin);
    changes += counted.changes;
    broken.push(...[...found, ...counted.broken].map((words) => `paused ${moment.name}: ${words}`));
  }
  return { words: `${moments.length} pauses of ${pausedMs / 1000} s: ${changes} changes on record`, broken };
};

async function pauseAt(
  world: ReplicaWorld,
  method: "GET" | "PATCH",
  name: string,
  pausedMs: number,
): Promise<readonly string[]> {
  const victim = world.replicas.all().find(({ state }) => state === "running");
  if (!victim) return ["no server runs"];
  const vendor = world.harness.vendors.cartesia;
  const who = person(world.harness, world.people[0] ?? "");
  world.balancer.only(victim.port);
  if (!(await openRename(world, who, "0152", name))) return ["the form did not open"];
  let isPaused = false;
  const seen = vendor.requests.length;
  const stop = vendor.listen(() => {
    if (isPaused || !vendor.requests.slice(seen).some((request) => request.method === method)) return;
    isPaused = true;
    world.replicas.freeze(victim.name);
  });
  vendor.fault({ kind: "delay", ms: 200 }, { times: 1, on: (request) => request.method === method });
  const submitting = who.submit();
  const isMet = await soon(() => isPaused, comesMs);
  stop();
  if (!isMet) {
    world.balancer.only(undefined);
    await submitting;
    return ["the server did not come to this point"];
  }
  const other = world.replicas.all().find(({ state }) => state === "running");
  world.balancer.only(other?.port);
  const until = performance.now() + pausedMs;
  // Another person who wants to change the number meanwhile waits for it, or is told that it is busy.
  if (other)
    for (let turn = 0; performance.now() < until; turn += 1)
      await rename(world, world.people[1] ?? "", "0152", `${name}, meanwhile ${turn}`);
  await pause(Math.max(0, until - performance.now()));
  world.replicas.thaw(victim.name);
  world.balancer.only(undefined);
  await submitting;
  const patches = vendor.requests.slice(seen).filter(isPatch);
  const own = patches.filter(({ body }) => JSON.stringify(body).includes(JSON.stringify(name)));
  return own.length > 1 ? ["its update was sent twice"] : [];
}

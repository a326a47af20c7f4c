import { setTimeout as pause } from "node:timers/promises";
import { person } from "../support/screen.ts";
import { beginning, openRename, rename, settle, soon } from "./changes.ts";
import { startRenaming } from "./load.ts";
import type { ReplicaWorld } from "./replica-world.ts";
import type { Scenario } from "./scenarios.ts";

/** How long the database cannot be reached, in milliseconds. */
const outageMs = 4_000;

const cuts = [
  { name: "while the number is read", method: "GET", isSilent: false },
  { name: "while the update is sent", method: "PATCH", isSilent: false },
  { name: "while the update is sent, without a word", method: "PATCH", isSilent: true },
] as const;

/** Cuts the servers off the database in the middle of a change. */
export const connectionCut: Scenario = async (world) => {
  const broken: string[] = [];
  let [changes, unknown] = [0, 0];
  for (const [at, cut] of cuts.entries()) {
    const begin = await beginning(world);
    const isMet = await cutAt(world, cut, `Cut ${at}`);
    const counted = await settle(world, begin);
    changes += counted.changes;
    unknown += counted.unknown;
    if (!isMet) broken.push(`cut ${cut.name}: the change did not come to this point`);
    broken.push(...counted.broken.map((words) => `cut ${cut.name}: ${words}`));
  }
  return {
    words: `${cuts.length} cuts of ${outageMs / 1000} s: ${changes} changes on record, ${unknown} with an outcome unknown at first`,
    broken,
  };
};

async function cutAt(world: ReplicaWorld, { method, isSilent }: (typeof cuts)[number], name: string) {
  const { proxy } = world;
  const vendor = world.harness.vendors.cartesia;
  const who = person(world.harness, world.people[0] ?? "");
  if (!(await openRename(world, who, "0152", name))) return false;
  const seen = vendor.requests.length;
  let isCut = false;
  const stop = vendor.listen(() => {
    if (isCut || !vendor.requests.slice(seen).some((request) => request.method === method)) return;
    isCut = true;
    if (isSilent) proxy.setSilent(true);
    else proxy.setOpen(false);
  });
  const submitting = who.submit();
  const isMet = await soon(() => isCut);
  stop();
  await pause(outageMs);
  proxy.setOpen(true);
  proxy.setSilent(false);
  await submitting;
  return isMet;
}

/** Restarts PostgreSQL while people rename numbers. */
export const databaseRestart: Scenario = async (world) => {
  const begin = await beginning(world);
  const stop = startRenaming(world, "Restarted", 3);
  for (let restarts = 0; restarts < 2; restarts += 1) {
    await pause(3_000);
    await world.postgres.stop();
    await pause(500);
    await world.postgres.start();
  }
  await pause(3_000);
  await stop();
  const after = await beginning(world);
  await rename(world, world.people[0] ?? "", "0152", "After the restarts");
  const counted = await settle(world, begin);
  const broken = [...counted.broken];
  const later = await world.audit(after.sequence);
  if (
    !later.some(
      ({ kind, wanted }) => kind === "change.requested" && wanted?.["name"] === "After the restarts",
    )
  )
    broken.push("no change was possible after the restarts");
  return {
    words: `2 restarts of PostgreSQL under load: ${counted.changes} changes on record, ${counted.unknown} with an outcome unknown at first`,
    broken,
  };
};

import type { Run } from "../../src/domain/runs/run.ts";
import { stepFaults } from "../crash/failover-faults.ts";
import { operator, overAnHour, voiceOps } from "../support/fixtures.ts";
import { addMany, answeredBy, savePlanOfMany, type ManyNumbers } from "../support/plan-of-many.ts";
import { formSays, person, textOf } from "../support/screen.ts";
import { beginning, patchesSince, soon, vendorsOf } from "./changes.ts";
import type { ReplicaWorld } from "./replica-world.ts";
import type { Scenario } from "./scenarios.ts";

const slug = "many";
/** How many numbers of each of two vendors the plan switches. */
const each = 20;
/** After how many updates the server that executes the run is interrupted. */
const wellIn = 10;
/** Longer than a claim lasts, and shorter than the time after which a run asks. */
const claimIsOverMs = 61_000;
const patienceMs = 120_000;
const mostPauses = 6;

/** A failover whose server is killed, and a fail-back whose server is paused beyond its claim; another one goes on. */
export const failover: Scenario = async (world) => {
  const many = (["cartesia", "dialnexa"] as const).map((vendor) => addMany(world.harness, vendor, each));
  await savePlanOfMany(world.harness, world.workspace, slug, many);
  const broken: string[] = [];
  for (const kind of ["failover", "back"] as const)
    broken.push(...(await interrupted(world, many, kind)).map((words) => `${kind}: ${words}`));
  broken.push(...(await world.damage()));
  return { words: `${2 * each} numbers switched and put back, each by two servers`, broken };
};

async function interrupted(
  world: ReplicaWorld,
  many: readonly ManyNumbers[],
  kind: "failover" | "back",
): Promise<string[]> {
  const { harness, replicas, balancer, workspace } = world;
  const victim = replicas.all().find(({ state }) => state === "running");
  if (!victim) return ["no server runs"];
  const omar = person(harness, operator);
  while (omar.view()) await omar.close();
  // The balancer sends all of it to one server, which then executes the run.
  balancer.only(victim.port);
  await omar.command(
    kind === "back" ? `failover ${slug} back` : `failover ${slug} because callers hear nothing`,
    {
      channelId: voiceOps,
    },
  );
  const planned = many.reduce(
    (sum, one) => sum + answeredBy(harness, one, kind === "back" ? one.after : one.before),
    0,
  );
  await formSays(harness, omar, `${planned} will be ${kind === "back" ? "put back" : "switched"}`);
  const begin = await beginning(world);
  const heard = harness.slack.messages(voiceOps).length;
  let isMet = false;
  const stops = vendorsOf(world).map((vendor) =>
    vendor.listen(() => {
      if (isMet || patchesSince(world, begin).length < wellIn) return;
      isMet = true;
      if (kind === "back") replicas.freeze(victim.name);
      else void replicas.kill(victim.name);
    }),
  );
  await omar.submit();
  const isInterrupted = await soon(() => isMet, patienceMs);
  for (const stop of stops) stop();
  balancer.only(replicas.all().find(({ name, state }) => state === "running" && name !== victim.name)?.port);
  if (!isInterrupted) return ["the server did not come to this point"];
  const leftOpen = (await workspace.audit.unsettled()).length;
  await world.advance(claimIsOverMs);
  const run = await toItsEnd(world, kind);
  if (kind === "back") replicas.thaw(victim.name);
  else await replicas.start(victim.name);
  balancer.only(undefined);
  const news = (): string[] =>
    harness.slack
      .messages(voiceOps)
      .slice(heard)
      .map((message) => textOf(message));
  const words = kind === "back" ? "is over" : "is through";
  const isTold = await soon(() => news().some((text) => text.includes(words)), patienceMs);
  await world.advance(overAnHour);
  const isSettled = await soon(async () => (await workspace.audit.unsettled()).length === 0, patienceMs);
  const changed = many.reduce(
    (sum, one) => sum + answeredBy(harness, one, kind === "back" ? one.before : one.after),
    0,
  );
  const entries = await world.audit(begin.sequence);
  const seen = { run, least: planned - leftOpen, changed, entries, patches: patchesSince(world, begin) };
  const ends = entries.filter(
    (entry) => entry.kind === (kind === "back" ? "failover.returned" : "failover.held"),
  );
  return [
    ...stepFaults(seen),
    ...(isTold ? [] : [`nobody was told that it ${words}`]),
    ...(isSettled ? [] : ["changes are unsettled"]),
    ...(ends.length === 1 ? [] : [`its end is on record ${ends.length} times`]),
    ...(world.overlaps() > 1 ? [`${world.overlaps()} updates of one number were on the wire at once`] : []),
  ];
}

/** Waits until the run is through, and continues it as a person whenever it pauses. */
async function toItsEnd({ workspace, harness }: ReplicaWorld, kind: Run["kind"]): Promise<Run> {
  const { runs } = workspace;
  const last = async () => runs.lastOf(slug);
  for (let pauses = 0; ; pauses += 1) {
    await soon(async () => {
      const newest = await last();
      return newest?.kind === kind && newest.state !== "running" && newest.state !== "shown";
    }, patienceMs);
    const found = await last();
    if (!found) throw new Error("there is no run");
    if (found.state !== "paused" || pauses >= mostPauses) return runs.get(found.id);
    await person(harness, operator).command(`failover ${slug} resume`, { channelId: voiceOps });
    await soon(async () => (await last())?.state !== "paused", patienceMs);
  }
}

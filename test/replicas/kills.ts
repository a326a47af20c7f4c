import { points } from "../crash/points.ts";
import { person } from "../support/screen.ts";
import { beginning, openRename, settle, vendorsOf } from "./changes.ts";
import { startRenaming } from "./load.ts";
import type { ReplicaWorld } from "./replica-world.ts";
import type { Scenario } from "./scenarios.ts";
import type { Fault } from "../../src/sandbox/vendors/index.ts";

/** After how many things that happen at Slack or a vendor a server is killed, at the latest. */
const mostEvents = 120;
const killsInARound = 10;
const patienceMs = 30_000;

const troubles: readonly (Fault | undefined)[] = [
  undefined,
  undefined,
  { kind: "delay", ms: 60 },
  { kind: "drop-before" },
  { kind: "drop-after" },
  { kind: "apply-then-500" },
  { kind: "apply-then-hang" },
  { kind: "status", status: 503 },
];

/** Kills the server that makes a change at each named point; the others take over. */
export const killsAtPoints: Scenario = async (world, { kills }) => {
  const chosen = points.filter(({ submit, again }) => !submit && !again).slice(0, kills);
  const broken: string[] = [];
  let changes = 0;
  for (const [at, point] of chosen.entries()) {
    const begin = await beginning(world);
    const [victim, ...others] = world.replicas.all().filter(({ state }) => state === "running");
    if (!victim || others.length === 0) return { words: "", broken: ["too few servers run"] };
    // The balancer sends the whole change to one server.
    world.balancer.only(victim.port);
    const vendor = world.harness.vendors.cartesia;
    const who = person(world.harness, world.people[at % world.people.length] ?? "");
    if (!(await openRename(world, who, "0152", `Point ${at}`))) {
      broken.push(`${point.name}: the form did not open`);
      continue;
    }
    let isKilled = false;
    const killed = new Promise<void>((resolve) => {
      const kill = (): void => {
        if (isKilled) return;
        isKilled = true;
        world.balancer.only(undefined);
        void world.replicas.kill(victim.name).then(resolve);
      };
      point.lay({ vendor, slack: world.harness.slack, kill, freeze: kill });
    });
    await who.submit();
    const isMet = await Promise.race([killed.then(() => true), late()]);
    world.balancer.only(undefined);
    if (!isMet) broken.push(`${point.name}: the server did not come to this point`);
    const counted = await settle(world, begin);
    changes += counted.changes;
    broken.push(...counted.broken.map((words) => `${point.name}: ${words}`));
    if (isMet) await world.replicas.start(victim.name);
  }
  return { words: `${chosen.length} kills at named points: ${changes} changes on record`, broken };
};

/** Kills any server at random moments while people rename numbers, and starts it again. */
export const randomKills: Scenario = async (world, { kills }, random) => {
  const sum = { kills: 0, changes: 0, sent: 0, unknown: 0 };
  const broken: string[] = [];
  for (let round = 0; sum.kills < kills; round += 1) {
    const begin = await beginning(world);
    const inRound = Math.min(killsInARound, kills - sum.kills);
    await killRound(world, { round, kills: inRound }, random);
    const counted = await settle(world, begin);
    sum.kills += inRound;
    sum.changes += counted.changes;
    sum.sent += counted.sent;
    sum.unknown += counted.unknown;
    broken.push(...counted.broken);
  }
  if (kills >= killsInARound && sum.changes === 0) broken.push("no change was made");
  return {
    words: `${sum.kills} kills under load: ${sum.changes} changes on record, ${sum.sent} sent, ${sum.unknown} with an outcome unknown at first`,
    broken,
  };
};

async function killRound(
  world: ReplicaWorld,
  { round, kills }: { readonly round: number; readonly kills: number },
  random: () => number,
): Promise<void> {
  const pick = <T>(of: readonly T[]): T | undefined => of[Math.floor(random() * of.length)];
  const stop = startRenaming(world, `Round ${round}`, 4);
  for (let done = 0; done < kills; done += 1) {
    for (const vendor of vendorsOf(world)) {
      const trouble = pick(troubles);
      if (trouble) vendor.fault(trouble, { on: "write", times: 1 });
    }
    await events(world, 1 + Math.floor(random() * mostEvents));
    const victim = pick(world.replicas.all().filter(({ state }) => state === "running"));
    if (!victim) break;
    await world.replicas.kill(victim.name);
    await world.replicas.start(victim.name);
  }
  await stop();
}

/** Waits for that many things to happen at Slack or at a vendor. */
async function events(world: ReplicaWorld, count: number): Promise<void> {
  let left = count;
  let stops: readonly (() => void)[] = [];
  const met = new Promise<true>((resolve) => {
    stops = [world.harness.slack, ...vendorsOf(world)].map((fake) =>
      fake.listen(() => {
        left -= 1;
        if (left <= 0) resolve(true);
      }),
    );
  });
  await Promise.race([met, late()]);
  for (const stop of stops) stop();
}

async function late(): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), patienceMs).unref());
}

import { crashFailover } from "../crash/failover/crash-failover.ts";
import { failoverPoints, type FailoverPoint } from "../crash/failover/failover-points.ts";
import { overAnHour } from "../support/fixtures.ts";
import { isNamed } from "../support/sample.ts";
import type { Scenario } from "./scenarios.ts";
import { severalServers, type Interruption } from "./several-servers.ts";

/** A server that is paused continues when the others have made up to so many updates. */
const mostUpdatesMeanwhile = 3;

/** A paused server is interrupted once, and continues in the end. */
const canBePaused = ({ lay, again, goneMs }: FailoverPoint): boolean =>
  lay !== undefined && again === undefined && goneMs === undefined;

const nameOf = ([point, how]: readonly [FailoverPoint, Interruption]): string =>
  `${how === "killed" ? "killed" : "paused"} in the ${point.phase}, ${point.name}`;

/**
 * Failovers and fail-backs of many numbers, in which the server that executes them is killed at a point, or paused beyond
 * its claims. Others take over.
 */
export const failover: Scenario = async (world, { failovers, only }, random) => {
  // A wait of minutes is interrupted with one process (`npm run crash`): no server holds the run meanwhile.
  const points = failoverPoints.filter(({ awaitsCall }) => awaitsCall !== true);
  const tries = [
    ...points.map((point): readonly [FailoverPoint, Interruption] => [point, "killed"]),
    ...points
      .filter(canBePaused)
      .map((point): readonly [FailoverPoint, Interruption] => [
        point,
        { pausedForUpdates: 1 + Math.floor(random() * mostUpdatesMeanwhile) },
      ]),
  ];
  const drawn = tries
    .map((each) => ({ each, lot: random() }))
    .filter(({ each }) => isNamed(nameOf(each), only))
    .toSorted((a, b) => a.lot - b.lot)
    .slice(0, failovers)
    .map(({ each }) => each);
  if (drawn.length === 0) throw new Error("no failover has such a name");
  const broken: string[] = [];
  for (const [point, how] of drawn) {
    const what = nameOf([point, how]);
    const app = severalServers(world, how);
    try {
      const found = await crashFailover(app, ["cartesia", "dialnexa"], point);
      broken.push(...found.map((words) => `${what}: ${words}`));
    } catch (error) {
      broken.push(`${what}: ${String(error).split("\n")[0] ?? ""}`);
    }
    // After a try that broke, too: a plan is run again after a minute.
    await app.pass(overAnHour);
    if (world.overlaps() > 1)
      broken.push(`${what}: ${world.overlaps()} updates of one number were on the wire at once`);
  }
  const paused = drawn.filter(([, how]) => how !== "killed").length;
  return {
    words: `${drawn.length} of ${tries.length} failovers and fail-backs, whose server was killed ${drawn.length - paused} times and paused ${paused} times`,
    broken,
  };
};

import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { lanes } from "../../../src/operations/shared/lanes.ts";
import { workspaceRounds } from "../../../src/operations/shared/workspace-rounds.ts";

const logged: string[] = [];
const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (_fields: unknown, message: string) => void logged.push(message),
};

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) await turn();
}

// O6
it("runs for every workspace in every round while one of them hangs and another fails", async () => {
  const rounds = workspaceRounds({ log, failed: "not done" });
  const done: string[] = [];
  let answer: () => void = () => undefined;
  const act = async (id: string): Promise<void> => {
    done.push(id);
    if (id === "T1") await new Promise<void>((resolve) => (answer = resolve));
    if (id === "T2") throw new Error("failed");
  };
  const first = rounds.round(["T1", "T2", "T3"], act);
  await turns(10);
  expect(done).toEqual(["T1", "T2", "T3"]);
  expect(logged).toEqual(["not done"]);
  await rounds.round(["T1", "T2", "T3"], act);
  expect(done).toEqual(["T1", "T2", "T3", "T2", "T3"]);
  answer();
  await first;
  const third = rounds.round(["T1"], act);
  await turns(5);
  answer();
  await third;
  expect(done.filter((id) => id === "T1")).toHaveLength(2);
});

it("runs the work of a lane in order, a few at a time, and lanes in parallel", async () => {
  const places = lanes(2);
  const order: string[] = [];
  const open: (() => void)[] = [];
  const run = async (lane: string, name: string): Promise<void> =>
    places.run(lane, async () => {
      order.push(name);
      if (lane === "slow") await new Promise<void>((resolve) => open.push(resolve));
    });
  const all = [run("slow", "a"), run("slow", "b"), run("slow", "c"), run("slow", "d"), run("quick", "e")];
  await turns(3);
  expect(order).toEqual(["a", "b", "e"]);
  for (const go of open.splice(0)) go();
  await turns(3);
  expect(order).toEqual(["a", "b", "e", "c", "d"]);
  for (const go of open.splice(0)) go();
  await Promise.all(all);
});

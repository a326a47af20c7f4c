import { getEventListeners, getMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { backgroundTasks } from "../../../src/slack/context/background-tasks.ts";

it("lets any number of tasks wait for its stop without a warning of a leak, and ends all of them", async () => {
  const tasks = backgroundTasks();
  const { stopping } = tasks;
  const waiting = Array.from({ length: 20 }, async () =>
    wait(600_000, "late", { signal: stopping }).catch(() => "stopped"),
  );
  expect(getEventListeners(stopping, "abort")).toHaveLength(20);
  expect(getMaxListeners(stopping)).toBe(Number.POSITIVE_INFINITY);
  await tasks.drain(0);
  expect(await Promise.all(waiting)).toEqual(waiting.map(() => "stopped"));
});

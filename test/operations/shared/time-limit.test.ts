import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { timeLimit } from "../../../src/operations/shared/context.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

it("times out along with another signal, even after a garbage collection", async () => {
  const stopping = new AbortController();
  const signal = timeLimit(100, stopping.signal);
  const ended = once(signal, "abort");
  await setImmediate();
  collectGarbage();
  await ended;
  expect(signal.reason).toMatchObject({ name: "TimeoutError" });
});

it("aborts at once with the other signal and its reason", () => {
  const stopping = new AbortController();
  const signal = timeLimit(30_000, stopping.signal);
  expect(signal.aborted).toBe(false);
  stopping.abort(new Error("it stops"));
  expect(signal.reason).toEqual(new Error("it stops"));
});

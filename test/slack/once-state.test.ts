import { expect, test } from "vitest";
import { onceState } from "../../src/slack/once-state.ts";

const options = { scopes: ["commands"] };
const at = (ms: number): Date => new Date(Date.UTC(2026, 0, 1) + ms);

test("a state is good once", async () => {
  const states = onceState("secret");
  const state = await states.generateStateParam(options, at(0));
  expect(await states.verifyStateParam(at(600_000), state)).toEqual(options);
  await expect(states.verifyStateParam(at(600_000), state)).rejects.toMatchObject({
    code: "slack_oauth_invalid_state",
  });
});

test("a state is good for ten minutes, in the process that made it", async () => {
  const states = onceState("secret");
  const state = await states.generateStateParam(options, at(0));
  await expect(onceState("secret").verifyStateParam(at(0), state)).rejects.toThrow("not of this process");
  await expect(states.verifyStateParam(at(600_001), state)).rejects.toThrow("too old");
});

test("ten thousand others do not push out the newest", async () => {
  const states = onceState("secret");
  const first = await states.generateStateParam(options, at(0));
  let last = first;
  for (let n = 0; n < 10_000; n += 1) last = await states.generateStateParam(options, at(n));
  expect(await states.verifyStateParam(at(20_000), last)).toEqual(options);
  await expect(states.verifyStateParam(at(20_000), first)).rejects.toThrow("used");
});

import { expect, test } from "vitest";
import { oauthStateStore } from "../../../src/slack/installation/oauth-state-store.ts";

/** Claims as in every store: `test/store/installation/installations-contract.ts`. */
function claims() {
  const used = new Set<string>();
  return { claimState: async (id: string) => used.size < used.add(id).size };
}
const options = { scopes: ["commands"] };
const at = (ms: number): Date => new Date(Date.UTC(2026, 0, 1) + ms);

test("accepts a state once", async () => {
  const states = oauthStateStore("secret", claims());
  const state = await states.generateStateParam(options, at(0));
  expect(await states.verifyStateParam(at(600_000), state)).toEqual(options);
  await expect(states.verifyStateParam(at(600_000), state)).rejects.toMatchObject({
    code: "slack_oauth_invalid_state",
  });
});

test("accepts a state for ten minutes", async () => {
  const states = oauthStateStore("secret", claims());
  const state = await states.generateStateParam(options, at(0));
  await expect(states.verifyStateParam(at(600_001), state)).rejects.toThrow("too old");
  expect(await states.verifyStateParam(at(600_000), state)).toEqual(options);
});

test("accepts a state once across all servers with the same secret, and nowhere else", async () => {
  const shared = claims();
  const [made, answers] = [oauthStateStore("secret", shared), oauthStateStore("secret", shared)];
  const state = await made.generateStateParam(options, at(0));
  await expect(oauthStateStore("another", shared).verifyStateParam(at(0), state)).rejects.toThrow(
    "not of this server",
  );
  expect(await answers.verifyStateParam(at(0), state)).toEqual(options);
  await expect(made.verifyStateParam(at(0), state)).rejects.toThrow("was used");
});

// A16
test("keeps each person's state valid, however many others there are", async () => {
  const states = oauthStateStore("secret", claims());
  const first = await states.generateStateParam(options, at(0));
  for (let n = 0; n < 20_000; n += 1) await states.generateStateParam(options, at(n));
  expect(await states.verifyStateParam(at(300_000), first)).toEqual(options);
});

// A16
test("keeps a used state invalid while others use theirs", async () => {
  const states = oauthStateStore("secret", claims());
  const first = await states.generateStateParam(options, at(0));
  await states.verifyStateParam(at(1), first);
  for (let n = 0; n < 1000; n += 1)
    await states.verifyStateParam(at(n), await states.generateStateParam(options, at(n)));
  await expect(states.verifyStateParam(at(1000), first)).rejects.toThrow("was used");
});

// A16
test("refuses a changed, truncated or invented state", async () => {
  const states = oauthStateStore("secret", claims());
  const state = await states.generateStateParam(options, at(0));
  const [body = "", hash = ""] = state.split(".");
  const other = Buffer.from(JSON.stringify({ at: at(0).getTime(), scopes: ["admin"] })).toString("base64url");
  const forged = [
    "",
    ".",
    body,
    `${body}.`,
    `${body}.${hash}.`,
    `${body}x.${hash}`,
    `${other}~${body.split("~")[1]}.${hash}`,
    `${state} `,
    "💥",
  ];
  for (const each of forged)
    await expect(states.verifyStateParam(at(0), each)).rejects.toMatchObject({
      code: "slack_oauth_invalid_state",
    });
  expect(await states.verifyStateParam(at(0), state)).toEqual(options);
});

// A9
test("refuses a state from a clock that was ahead until that time", async () => {
  const states = oauthStateStore("secret", claims());
  const state = await states.generateStateParam(options, at(31_536_000_000));
  await expect(states.verifyStateParam(at(0), state)).rejects.toThrow("too old");
});

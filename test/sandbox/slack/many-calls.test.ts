import { expect, it } from "vitest";
import { startSlackSandbox } from "../../../src/sandbox/slack/index.ts";
import { innerTokens } from "../../../src/sandbox/slack/web-api/inner-tokens.ts";
import { call, SECRET, workspace } from "./tiny-app.ts";

/** How many calls `emulate` accepts from one token in an hour. */
const callsOfOneToken = 5_000;

it("uses no token so often in an hour that emulate rejects it", () => {
  const tokens = innerTokens();
  const uses = new Map<string, number>();
  for (let at = 0; at < 10 * callsOfOneToken; at += 1) {
    const token = tokens.next();
    uses.set(token, (uses.get(token) ?? 0) + 1);
  }
  expect(uses.size).toBeGreaterThan(10);
  expect(Math.max(...uses.values())).toBeLessThan(callsOfOneToken);
});

it("stays the same bot when it switches to the next token", async () => {
  const sandbox = await startSlackSandbox({
    signingSecret: SECRET,
    workspaces: [workspace()],
    callsPerToken: 4,
  });
  try {
    const answers: unknown[] = [];
    for (let at = 0; at < 20; at += 1) {
      const { ok, user_id: userId, team_id: teamId } = await call(sandbox, "auth.test", {});
      answers.push({ ok, userId, teamId });
    }
    expect(answers).toEqual(answers.map(() => ({ ok: true, userId: "UBOT", teamId: "T1" })));
  } finally {
    await sandbox.close();
  }
});

import { expect, it } from "vitest";
import { startSlackSandbox } from "../../../src/sandbox/slack/index.ts";
import { call, SECRET, workspace } from "./tiny-app.ts";

it("answers more calls in an hour than emulate takes from one token", async () => {
  const sandbox = await startSlackSandbox({ signingSecret: SECRET, workspaces: [workspace()] });
  try {
    const failed: unknown[] = [];
    let asked = 0;
    const lane = async (): Promise<void> => {
      while ((asked += 1) <= 5_100) {
        const { ok, error } = await call(sandbox, "auth.test", {});
        if (ok !== true) failed.push(error);
      }
    };
    await Promise.all(Array.from({ length: 16 }, lane));
    expect(failed).toEqual([]);
  } finally {
    await sandbox.close();
  }
}, 60_000);

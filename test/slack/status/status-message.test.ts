import { expect, it } from "vitest";
import type { PendingApproval } from "../../../src/operations/history/pending-approvals.ts";
import { statusMessage } from "../../../src/slack/status/status-message.ts";
import { startWorld } from "../../support/world.ts";

const waiting = 1_000;

// A4
it("draws only as much of what needs attention as it shows", async () => {
  const { ctx, now } = await startWorld();
  let drawn = 0;
  const pending = Array.from({ length: waiting }, (_, at) => ({
    isOwn: false,
    get approval(): PendingApproval["approval"] {
      drawn += 1;
      return {
        id: `apr_${at}`,
        state: "open",
        wanted: 1,
        expiresAt: now().toISOString(),
        messages: [],
        decision: undefined,
        asked: {
          changeId: `chg_${at}`,
          key: { connectionId: "con_1", numberId: `pn_${at}` },
          change: { kind: "detach" },
          seen: { agent: "agent_a" },
          userId: "U1",
          at: now().toISOString(),
          e164: "+14155550100",
          name: `Line ${at}`,
          connection: { id: "con_1", vendor: "cartesia", name: "prod" },
          labels: {},
        },
      };
    },
  }));
  const status = {
    expiries: [],
    runs: [],
    unreadableRuns: [],
    pending,
    detached: [],
    unknown: [],
    failing: [],
    at: now(),
  };
  const { text } = statusMessage(status, ctx.accounts, { page: 0, firstCalls: new Map() });
  expect(text).toContain("Line 2 (+1 415 555 0100)");
  expect(text).toContain(`And ${waiting - 3} more`);
  expect(drawn).toBeLessThan(20);
});

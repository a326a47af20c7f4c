import { expect, it } from "vitest";
import { isProof, classifyCalls } from "../../../src/domain/changes/first-call.ts";
import type { CallStatus, LoggedCall } from "../../../src/domain/vendor/call-log.ts";

const agents = { now: new Set(["new"]), before: new Set(["former"]) };

/** The calls of an agent that ended so, one after the other. */
function calls(statuses: readonly CallStatus[], agentId = "new"): LoggedCall[] {
  return statuses.map((status, index) => ({
    id: `call_${index}`,
    startedAt: new Date(index * 1000),
    status,
    agentId,
  }));
}

it.each([
  [["failed", "completed"], "call_1", true],
  [["active", "completed"], "call_1", true],
  [["failed", "failed", "completed", "failed", "completed"], "call_2", true],
  // It may fail later.
  [["failed", "active"], "call_1", false],
  [["failed"], "call_0", false],
] as const)("of calls that are %j, shows %s, which proves the change: %s", (statuses, id, proves) => {
  const judged = classifyCalls(calls(statuses), agents);
  expect(judged.seen?.id).toBe(id);
  expect(isProof(judged)).toBe(proves);
});

it("takes no call of another agent for a proof", () => {
  expect(classifyCalls(calls(["completed"], "other"), agents).seen).toBeUndefined();
  expect(classifyCalls(calls(["completed"], "former"), agents)).toMatchObject({
    contradicted: { id: "call_0" },
  });
});

import { expect, it } from "vitest";
import type { AuditEvent } from "../../../src/domain/audit/audit-log.ts";
import { refusalSummary } from "../../../src/operations/shared/refusal-summary.ts";

const refusal = (kind: AuditEvent["kind"] = "action.refused"): AuditEvent => ({
  kind,
  actor: { kind: "user", userId: "U1", workspaceId: "T1" },
  requestId: "req_1",
  reason: "see numbers",
  outcome: "refused",
  problem: { code: "not_allowed", message: "No." },
});
const times = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

// A6
it("records the first of repeated requests, and counts the rest", () => {
  const round = refusalSummary();
  const asked = { act: "action unfreeze", content: "a" };
  expect(times(400).filter(() => round.note("T1", refusal(), asked))).toEqual([0]);
  expect(round.end()).toMatchObject([{ workspaceId: "T1", count: 400, folded: true }]);
  expect(round.end()).toEqual([]);
  expect(round.note("T1", refusal(), asked)).toBe(true);
});

// A6
it("cannot be flooded with different requests", () => {
  const round = refusalSummary();
  const written = times(400).filter((at) =>
    round.note("T1", refusal(), { act: "action unfreeze", content: `${at}` }),
  );
  expect(written.length).toBeLessThanOrEqual(21);
});

// A6
it("records each refused change", () => {
  const round = refusalSummary();
  const asked = { act: "view_submission reassign", content: "a" };
  expect(times(5).filter(() => round.note("T1", refusal("change.refused"), asked))).toHaveLength(5);
});

import { expect, it } from "vitest";
import type { RunCalls } from "../../../src/domain/runs/run-calls.ts";
import type { ResultStep } from "../../../src/domain/runs/run-step.ts";
import { runStatus, type Run } from "../../../src/domain/runs/run.ts";
import { firstCallLines } from "../../../src/slack/runs/first-call-lines.ts";
import { failoverTerms, runStepOf } from "../../support/failover/run-steps.ts";

const until = new Date("2026-01-01T00:15:00.000Z");
const shownAt = new Date("2026-01-01T00:05:00.000Z");
const call = { id: "call_1", startedAt: until, status: "completed", agentId: "agent_b" } as const;
const labels = { agent_a: "Holding", agent_b: "Front desk" };
const applied = (id: string, more: Partial<ResultStep> = {}): ResultStep => ({
  ...runStepOf(id, { labels, e164: "+14155550100", name: id }),
  result: { outcome: "applied", at: "2026-01-01T00:00:00.000Z" },
  ...more,
});
const run = (steps: readonly ResultStep[], more: Partial<Run> = {}): Run => ({
  id: "run_1",
  kind: "failover",
  state: "paused",
  by: { userId: "U1" },
  terms: failoverTerms,
  madeAt: "2026-01-01T00:00:00.000Z",
  status: runStatus.parse({ paused: { why: "gate", at: "2026-01-01T00:00:00.000Z", tier: 0 } }),
  steps,
  ...more,
});
const calls: RunCalls = { isOff: false, now: shownAt, unseen: new Map(), proofs: new Map() };

it("names ten numbers of a tier, those with bad news first, and counts the others", () => {
  const steps = Array.from({ length: 12 }, (_, index) => applied(`line ${index}`));
  const proofs = new Map([["chg_line 11", { proof: { contradicted: call }, labels }]]);
  const lines = firstCallLines(run(steps), { ...calls, proofs });
  expect(lines[0]).toBe("The 12 numbers of tier *canary*:");
  expect(lines[1]).toMatch(
    /^• \*line 11\* .*: switched to \*Holding\*\. :warning: .* answered by \*Front desk\*/u,
  );
  expect(lines).toHaveLength(13);
  expect(lines[11]).toBe("• …and 2 more.");
  expect(lines[12]).toContain("First calls: 2 without a call yet (Patchbay looks until");
});

it("tells agents of the same name apart by their ids", () => {
  const namesakes = { agent_a: "Holding", agent_b: "Holding" };
  const proofs = new Map([["chg_a", { proof: { contradicted: call }, labels: namesakes }]]);
  const lines = firstCallLines(run([applied("a")]), { ...calls, proofs });
  expect(lines[1]).toMatch(
    /switched to \*Holding\* \(`agent_a`\)\. .* answered by \*Holding\* \(`agent_b`\)\./u,
  );
});

it.each([
  ["no_log", "has no list of calls that Patchbay can read: call the number to check it."],
  ["denied", "has a key that may not list calls: call the number to check it."],
] as const)("says that it cannot see calls at a connection (%s), and where", (why, words) => {
  const unseen = new Map([["con_1", why]]);
  expect(firstCallLines(run([applied("a")]), { ...calls, unseen }).join()).toContain(`*prod* ${words}`);
  const held = firstCallLines(run([applied("a")], { state: "held" }), { ...calls, unseen });
  expect(held).toEqual([":telephone_receiver: First calls: 1 whose calls Patchbay cannot see (prod)."]);
});

it("promises no look that is over or turned off", () => {
  expect(firstCallLines(run([applied("a")]), { ...calls, now: until }).join()).toContain("No call was seen.");
  const later = applied("b", { result: { outcome: "applied", at: "2026-01-01T00:10:00.000Z" } });
  const each = firstCallLines(run([applied("a"), later], { state: "held" }), { ...calls, now: until }).join();
  expect(each).toMatch(/First calls: 1 without a call yet \(Patchbay looks until <!date\^1767227100\^/u);
  expect(each).toContain(", 1 without a call that Patchbay saw.");
  const off = firstCallLines(run([applied("a")]), { ...calls, isOff: true });
  expect(off.join()).toContain("Patchbay does not look who answers calls");
  expect(firstCallLines(run([applied("a")], { state: "held" }), { ...calls, isOff: true })).toEqual([]);
});

it("says nothing of calls to a number that got no agent", () => {
  const detached = applied("a", { change: { kind: "detach" }, first: { agent: null } });
  expect(firstCallLines(run([detached]), calls)).toEqual([]);
});

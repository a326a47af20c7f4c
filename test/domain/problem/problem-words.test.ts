import { describe, expect, it } from "vitest";
import { problemWords } from "../../../src/domain/problem/problem-words.ts";
import { Problem, type ProblemCode } from "../../../src/domain/problem/problem.ts";

const codes = [
  "invalid_input",
  "nothing_to_change",
  "already_requested",
  "conflict",
  "not_found",
  "not_allowed",
  "not_connected",
  "credentials_rejected",
  "unsupported",
  "vendor_refused",
  "vendor_ignored",
  "rate_limited",
  "vendor_unavailable",
  "vendor_response_unreadable",
  "outcome_unknown",
  "not_recorded",
] as const satisfies readonly ProblemCode[];

describe("the words of a problem", () => {
  it.each(codes)("say for %s what happened, what was not changed and what to do", (code) => {
    const { happened, unchanged, next } = problemWords(new Problem(code, "What happened."));
    expect(happened).toBe("What happened.");
    for (const words of [unchanged, next]) expect(words).toMatch(/^[A-Z].{10,}[.?)]$/u);
  });

  // E2, E14
  it.each([
    ["incident", "/number incident"],
    ["change", "/number history"],
    ["connection", "/number connections"],
    ["freeze", "/number freeze"],
    ["protection", "/number protect"],
    ["number", "/number list"],
    ["constructor", "/number list"],
  ])("say where to look for a missing %s", (field, command) => {
    expect(problemWords(new Problem("not_found", "x", { field })).next).toContain(command);
  });

  it("say that nothing was changed, except for unknown outcomes, duplicates and sent changes", () => {
    const unchanged = (code: ProblemCode) => problemWords(new Problem(code, "x")).unchanged;
    const others = new Set<string>([
      "outcome_unknown",
      "already_requested",
      "nothing_to_change",
      "vendor_refused",
      "vendor_ignored",
    ]);
    for (const code of codes) {
      expect(unchanged(code) === "Nothing was changed.").toBe(!others.has(code));
    }
    expect(unchanged("outcome_unknown")).toContain("Nobody can tell yet");
  });

  it("say how long to wait, in seconds, rounded up", () => {
    const next = (retryAfterMs?: number) =>
      problemWords(new Problem("rate_limited", "x", retryAfterMs === undefined ? {} : { retryAfterMs })).next;
    expect(next(1500)).toBe("Wait 2 s and try again.");
    expect(next(0)).toBe("Wait 1 s and try again.");
    expect(next()).toBe("Wait a moment and try again.");
  });

  it("suggest the closest names if there are any", () => {
    const { next } = problemWords(new Problem("not_found", "x", { nearest: ["one", "two"] }));
    expect(next).toBe("Did you mean one or two?");
  });
});

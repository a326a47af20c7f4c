import { expect, it } from "vitest";
import type { Outcome } from "../../../src/domain/audit/audit-log.ts";
import { hasEffectToUndo } from "../../../src/domain/changes/change-record.ts";
import type { Snapshot } from "../../../src/domain/numbers/change.ts";

const before = { agent: "a", "field.voicemail": "v" };
const wanted = { agent: "b" };
const unchanged = before;
const halfMade = { agent: "a", "field.voicemail": "w" };
const onlyOverride = { ...before, override: "c" };

it.each<[string, Outcome | undefined, Snapshot, boolean]>([
  ["an applied change", "applied", { ...before, agent: "b" }, true],
  ["an applied change whose state is not recorded", "applied", {}, true],
  ["a refused change that altered another field", "refused", halfMade, true],
  ["a refused change that altered nothing", "refused", unchanged, false],
  ["a refused change whose state is not recorded", "refused", {}, false],
  ["a change with an unknown outcome, even if a field is altered", "unknown", halfMade, false],
  ["a change without an outcome", undefined, halfMade, false],
])("knows whether there is something to undo: %s", (_what, outcome, after, expected) => {
  expect(hasEffectToUndo(outcome, { before, wanted, after })).toBe(expected);
});

it("leaves an override alone, so a refused change that altered only that has nothing to undo", () => {
  const withOverride = { ...before, override: null };
  expect(hasEffectToUndo("refused", { before: withOverride, wanted, after: onlyOverride })).toBe(false);
});

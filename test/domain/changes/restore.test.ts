import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditEntry, ChangeRecord, Outcome } from "../../../src/domain/audit/audit-log.ts";
import {
  compare,
  changedFields,
  affectedFields,
  wantedState,
  type Change,
  type Snapshot,
} from "../../../src/domain/numbers/change.ts";
import { changeToReach, netEffects } from "../../../src/domain/changes/net-effect.ts";
import { isProblem } from "../../../src/domain/problem/problem.ts";
import {
  restoreOf,
  expectedState,
  restoreVerdict,
  type RestorePoint,
} from "../../../src/domain/changes/restore.ts";

const value = fc.option(fc.constantFrom("a", "b", "c"), { nil: null });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant("reassign" as const), agentId: fc.constantFrom("a", "b") }),
  fc.constant({ kind: "detach" as const }),
  fc.record({ kind: fc.constant("rename" as const), name: value }),
  fc.record({
    kind: fc.constant("edit" as const),
    fields: fc.dictionary(fc.constantFrom("x", "y"), value, { minKeys: 1 }),
  }),
);
const state = fc.record({ agent: value, name: value, "field.x": value, "field.y": value });
const point = fc.constantFrom<RestorePoint>("before", "made");

/** A change on record, as the change pipeline would have written it. */
function recorded(made: Change, before: Snapshot, outcome: Outcome | undefined): ChangeRecord {
  const keys = affectedFields(made);
  const entry: AuditEntry = {
    kind: "change.requested",
    actor: { kind: "user", userId: "U1", workspaceId: "T1" },
    requestId: "r1",
    changeId: "chg_1",
    change: made.kind,
    before: Object.fromEntries(Object.entries(before).filter(([key]) => keys.includes(key))),
    wanted: wantedState(made),
    sequence: 1,
    id: "aud_1",
    at: "2026-01-01T00:00:00.000Z",
    workspaceId: "T1",
    position: 1,
    previousHash: "",
    hash: "",
  };
  return { requested: entry, outcome: outcome && { ...entry, kind: "change.outcome", outcome } };
}

/** The number after a change was carried out. */
const after = (now: Snapshot, done: Change): Snapshot => ({ ...now, ...wantedState(done) });

describe("restoring a change", () => {
  it("writes exactly the fields of the change with their earlier values", () => {
    fc.assert(
      fc.property(change, state, (made, before) => {
        const restore = restoreOf(recorded(made, before, "applied"), "before");
        expect(new Set(affectedFields(restore.change))).toEqual(new Set(affectedFields(made)));
        expect(after(after(before, made), restore.change)).toEqual(before);
      }),
    );
  });

  it("can itself be undone", () => {
    fc.assert(
      fc.property(change, state, (made, before) => {
        const changed = after(before, made);
        const undo = restoreOf(recorded(made, before, "applied"), "before").change;
        const again = restoreOf(recorded(undo, changed, "applied"), "before").change;
        expect(after(after(changed, undo), again)).toEqual(changed);
      }),
    );
  });

  it("passes the change pipeline, which refuses it if a field was changed since", () => {
    fc.assert(
      fc.property(change, state, state, point, (made, before, now, to) => {
        const restore = restoreOf(recorded(made, before, "applied"), to);
        const verdict = restoreVerdict(restore, now);
        const seen = expectedState(restore, now);
        const conflict = changedFields(seen, now, affectedFields(restore.change)).length > 0;
        expect(verdict === "already so").toBe(compare(restore.wanted, now) === "same");
        expect(verdict === "moved since").toBe(conflict);
        if (to === "made") expect(verdict).not.toBe("moved since");
      }),
    );
  });

  // B2
  it.each<[string, Partial<AuditEntry>, Change | undefined]>([
    [
      "that says who answers and no more",
      { before: { agent: "a" }, after: { agent: "b" } },
      { kind: "reassign", agentId: "a" },
    ],
    [
      "whose vendor moved the number's own agent too",
      { before: { agent: "a", own_agent: "o" }, after: { agent: "b", own_agent: "b" } },
      { kind: "reassign", agentId: "a", ownAgentId: "o" },
    ],
    [
      "that left the number's own agent alone",
      { before: { agent: "a", own_agent: "o" }, after: { agent: "b", own_agent: "o" } },
      { kind: "reassign", agentId: "a" },
    ],
    [
      "that was refused, of which half was made",
      { outcome: "refused", before: { agent: "a", own_agent: "o" }, after: { agent: "a", own_agent: null } },
      { kind: "reassign", agentId: "a", ownAgentId: "o" },
    ],
    [
      "that was refused and left nothing",
      { outcome: "refused", before: { agent: "a", own_agent: "o" }, after: { agent: "a", own_agent: "o" } },
      undefined,
    ],
  ])("undoes a record %s, and what is taken back by an incident is the same", (_what, said, wanted) => {
    const { requested, outcome } = recorded({ kind: "reassign", agentId: "b" }, {}, "applied");
    const about = {
      number: { connectionId: "con_1", numberId: "n1" },
      connection: { id: "con_1", vendor: "oneinbox", name: "c" },
    } as const;
    const record = {
      requested: { ...requested, ...about, before: said.before },
      outcome: outcome && { ...outcome, ...about, ...said },
    };
    const [effect] = netEffects([record]);
    expect(effect && changeToReach(effect.first, {})).toEqual(wanted);
    expect(effect?.unsettled ?? false).toBe(false);
    if (wanted) expect(restoreOf(record, "before").change).toEqual(wanted);
    else expect(() => restoreOf(record, "before")).toThrow("refused");
  });

  it("ignores changes of other fields, and finds none if nothing changed", () => {
    fc.assert(
      fc.property(change, state, state, (made, before, other) => {
        const restore = restoreOf(recorded(made, before, "applied"), "before");
        expect(restoreVerdict(restore, { ...other, ...wantedState(made) })).not.toBe("moved since");
      }),
    );
  });

  it.each([
    ["refused", "nothing_to_change"],
    ["unknown", "outcome_unknown"],
    [undefined, "outcome_unknown"],
  ] as const)("is refused for a change that is %s", (outcome, code) => {
    expect(problemOf(() => restoreOf(recorded({ kind: "detach" }, { agent: "a" }, outcome), "before"))).toBe(
      code,
    );
  });

  it("is refused if the vendor did not report the earlier state, but not for the state that the change made", () => {
    const record = recorded({ kind: "detach" }, {}, "applied");
    expect(problemOf(() => restoreOf(record, "before"))).toBe("unsupported");
    expect(restoreOf(record, "made").change).toEqual({ kind: "detach" });
  });

  it("counts a field that is no longer reported as changed", () => {
    const restore = restoreOf(recorded({ kind: "rename", name: "b" }, { name: "a" }, "applied"), "before");
    expect(restoreVerdict(restore, {})).toBe("moved since");
  });
});

function problemOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return isProblem(error) ? error.code : String(error);
  }
}

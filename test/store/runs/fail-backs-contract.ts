import { expect, test } from "vitest";
import type { AuditKind } from "../../../src/domain/audit/audit-kind.ts";
import { failoverOf, runStepOf } from "../../support/failover/run-steps.ts";
import { outcome } from "../events.ts";
import type { OpenStore } from "../contract.ts";

const actor = { kind: "user", userId: "U1", workspaceId: "T1" } as const;
const by = { userId: "U1", channelId: "C1" };
type RunEvent = Extract<AuditKind, `failover.${string}`>;
const event = <Kind extends RunEvent>(kind: Kind) => ({ kind, actor, requestId: "req_1" }) as const;
const begun = event("failover.begun");

/** What every store guarantees about fail-backs, and what a failover holds until then. */
export function failBacksContract(open: OpenStore): void {
  test("takes a held run back: its fail-back may change the same numbers, and ends both", async () => {
    const { runs, audit } = (await open()).store.workspace("T1");
    await runs.show(failoverOf("run_1", [runStepOf("num_1")]));
    await runs.begin("run_1", by, begun);
    await runs.hold("run_1", event("failover.held"));
    const back = { kind: "back", returns: "run_1" } as const;
    for (const id of ["run_2", "run_3"]) await runs.show(failoverOf(id, [runStepOf("num_1")], back));
    await runs.begin("run_2", by, begun);
    await expect(runs.begin("run_3", by, begun)).rejects.toMatchObject({ code: "already_requested" });
    await runs.end("run_2", event("failover.returned"));
    expect([(await runs.getState("run_1")).state, (await runs.getState("run_2")).state]).toEqual([
      "done",
      "done",
    ]);
    await runs.end("run_2", event("failover.returned"));
    const kinds = (await audit.entries({ limit: 9 })).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "failover.returned")).toHaveLength(1);
  });

  test("holds only what a fail-back had to leave, until another one puts that back, and reminds of it", async () => {
    const { store, work } = await open();
    const { runs } = store.workspace("T1");
    const reminded = async () => {
      const claims = await store.work.claim("run_reminder", { limit: 9, perLane: 9, leaseMs: 1000 });
      for (const claim of claims) await store.work.finish(claim);
      return claims.map(({ itemId }) => itemId);
    };
    const left = [{ connectionId: "con_1", numberId: "num_2" }];
    const steps = [runStepOf("num_1"), runStepOf("num_2")];
    await runs.show(failoverOf("run_1", steps));
    await runs.begin("run_1", by, begun);
    await runs.hold("run_1", event("failover.held"));
    for (const [position] of steps.entries()) await runs.noteStep("run_1", position, { outcome: "applied" });
    for (const id of ["run_2", "run_3", "run_4"])
      await runs.show(failoverOf(id, steps, { kind: "back", returns: "run_1" }));
    const states = async () =>
      Promise.all(["run_1", "run_2", "run_4"].map(async (id) => (await runs.getState(id)).state));
    await runs.begin("run_2", by, begun);
    await runs.end("run_2", event("failover.returned"), left);
    expect(await states()).toEqual(["held", "done", "shown"]);
    expect((await runs.returnsOf("run_1")).map(({ id, state }) => [id, state])).toEqual([["run_2", "done"]]);
    expect((await runs.holders()).map(({ id, key }) => [id, key.numberId])).toEqual([["run_1", "num_2"]]);
    expect((await runs.get("run_1")).steps.map(({ isReleased }) => isReleased)).toEqual([true, undefined]);
    // Its end reminds of what is left. After that, nothing else would.
    await work.pass(61 * 60_000);
    expect(await reminded()).toEqual(["run_1"]);
    await work.alter("UPDATE runs SET ends_at = '2020-01-01T00:00:00.000Z' WHERE id = 'run_1'");
    await runs.begin("run_3", by, begun);
    await runs.end("run_3", event("failover.returned"), left);
    await work.pass(61 * 60_000);
    expect(await reminded()).toEqual(["run_1"]);
    await runs.begin("run_4", by, begun);
    await runs.end("run_4", event("failover.returned"));
    expect(await states()).toEqual(["done", "done", "done"]);
    expect(await runs.holders()).toEqual([]);
  });

  test("releases what a stopped fail-back has put back, also what is found later, and ends the failover then", async () => {
    const { store } = await open();
    const { runs, audit } = store.workspace("T1");
    const ids = ["num_1", "num_2", "num_3"];
    const steps = ids.map((id) => runStepOf(id, { changeId: `chg_back_${id}` }));
    const held = async () =>
      (await runs.holders()).flatMap(({ id, key }) => (id === "run_1" ? key.numberId : []));
    const found = async (id: string) =>
      audit.append({
        ...outcome(1, "applied"),
        changeId: `chg_back_${id}`,
        number: { connectionId: "con_1", numberId: id },
        details: { run: "run_2" },
      });
    await runs.show(failoverOf("run_1", steps));
    await runs.begin("run_1", by, begun);
    for (const [position] of steps.entries()) await runs.noteStep("run_1", position, { outcome: "applied" });
    await runs.hold("run_1", event("failover.held"));
    await runs.show(failoverOf("run_2", steps, { kind: "back", returns: "run_1" }));
    await runs.begin("run_2", by, begun);
    await runs.noteStep("run_2", 0, { outcome: "applied" });
    await runs.noteStep("run_2", 1, { outcome: "unknown" });
    await runs.noteStep("run_2", 2, { outcome: "unknown" });
    await found("num_2");
    // It goes on, and may yet be continued.
    await runs.releaseReturned("run_2");
    expect(await held()).toHaveLength(3);
    await runs.stop("run_2", event("failover.stopped"));
    await runs.releaseReturned("run_2");
    expect(await held()).toEqual(["num_3"]);
    expect(await runs.endIfReturned("run_1", event("failover.ended"))).toBe(false);
    await found("num_3");
    expect(await held()).toEqual([]);
    expect(await runs.endIfReturned("run_1", event("failover.ended"))).toBe(true);
  });

  test("releases what is found to be put back, or never switched, and ends the failover once nothing is left", async () => {
    const { store, work } = await open();
    const { runs, audit } = store.workspace("T1");
    const ids = ["num_1", "num_2", "num_3", "num_4"];
    const found = async (of: "run_1" | "run_2", id: string, how: "applied" | "refused" | "unknown") =>
      audit.append({
        ...outcome(1, how),
        changeId: `chg_${of}_${id}`,
        number: { connectionId: "con_1", numberId: id },
        details: { run: of },
      });
    const of = (run: string) => ids.map((id) => runStepOf(id, { changeId: `chg_${run}_${id}` }));
    const held = async () => (await runs.holders()).map(({ id, key }) => `${id} ${key.numberId}`);
    const due = async () => {
      const claims = await store.work.claim("run", { limit: 9, perLane: 9, leaseMs: 1000 });
      for (const claim of claims) await store.work.finish(claim);
      return claims.map(({ itemId }) => itemId);
    };
    await runs.show(failoverOf("run_1", of("run_1")));
    await runs.begin("run_1", by, begun);
    await runs.noteStep("run_1", 0, { outcome: "unknown" });
    for (const position of [1, 2, 3]) await runs.noteStep("run_1", position, { outcome: "applied" });
    await runs.hold("run_1", event("failover.held"));
    const [first, ...rest] = of("run_2");
    const wasUnknown = {
      ...runStepOf("num_1"),
      ...first,
      verdict: { kind: "unknown" },
      undoes: "chg_run_1_num_1",
    } as const;
    await runs.show(failoverOf("run_2", [wasUnknown, ...rest], { kind: "back", returns: "run_1" }));
    await runs.begin("run_2", by, begun);
    for (const position of [1, 2, 3]) await runs.noteStep("run_2", position, { outcome: "unknown" });
    await store.work.own({ kind: "run", workspaceId: "T1", itemId: "run_1" }, -1000);
    expect(await due()).toEqual(["run_1"]);
    // Found while the fail-back goes on, after its steps were read for its end.
    await found("run_2", "num_2", "applied");
    expect(await held()).toContain("run_1 num_2");
    await runs.end(
      "run_2",
      event("failover.returned"),
      of("run_2").map(({ key }) => key),
    );
    expect(await held()).toEqual(["run_1 num_1", "run_1 num_3", "run_1 num_4"]);
    // What is still unknown stays left.
    await found("run_2", "num_3", "unknown");
    await found("run_1", "num_1", "refused");
    expect(await held()).toEqual(["run_1 num_3", "run_1 num_4"]);
    const [one] = (await runs.get("run_1")).steps;
    expect([one?.result?.outcome, one?.isReleased]).toEqual(["refused", undefined]);
    expect((await runs.get("run_2")).steps[0]?.foundOfLast).toBe("refused");
    expect(await due()).toEqual([]);
    expect(await runs.endIfReturned("run_1", event("failover.ended"))).toBe(false);
    await found("run_2", "num_3", "applied");
    await found("run_2", "num_4", "applied");
    expect(await held()).toEqual([]);
    expect(await due()).toEqual(["run_1"]);
    await work.pass(2 * 60 * 60_000);
    expect(
      await Promise.all([1, 2].map(async () => runs.endIfReturned("run_1", event("failover.ended")))),
    ).toEqual([true, false]);
    expect(await runs.getState("run_1")).toMatchObject({ state: "done", status: { isFoundReturned: true } });
    expect(await store.work.claim("run_reminder", { limit: 9, perLane: 9, leaseMs: 0 })).toEqual([]);
    const kinds = (await audit.entries({ limit: 30 })).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "failover.ended")).toHaveLength(1);
  });
}

import pino from "pino";
import { expect, test, vi } from "vitest";
import type { OnCallTools, Shift } from "../../../src/domain/access/on-call.ts";
import type { Store } from "../../../src/domain/ports/store.ts";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { onCallReader, type OnCallReaderOptions } from "../../../src/operations/access/on-call-reader.ts";
import type { OpenStore } from "../contract.ts";
import { manualSources } from "../events.ts";

const by = { actor: { kind: "user", userId: "U0ADMIN01", workspaceId: "T1" }, requestId: "req_1" } as const;
const schedule = { id: "ocs_1", name: "Voice primary", tool: "pagerduty", schedule: "PI7DH85" } as const;
const people = [
  { id: "PXPGF42", name: "Omar", userId: "U0OPER001" },
  { id: "PEYSGVF", name: "Mia", userId: "U0MIA0001" },
];
const second = 1_000;
const minute = 60 * second;

/** A server that reads from this tool. */
const serverOf = (
  clock: Pick<ReturnType<typeof manualSources>["sources"], "now">,
  shifts: OnCallTools["shifts"],
  after: OnCallReaderOptions["after"] = () => () => undefined,
) =>
  onCallReader({
    tools: { shifts },
    log: pino({ level: "silent" }),
    now: clock.now,
    monotonicMs: () => clock.now().getTime(),
    after,
    newId: (prefix) => `${prefix}_1`,
  });
const refused = async (): Promise<never> =>
  Promise.reject(new Problem("rate_limited", "PagerDuty asks to wait (429)."));

async function kindsOf(store: Store): Promise<readonly string[]> {
  return (await store.workspace("T1").audit.entries({ limit: 50 })).map(({ kind }) => kind).toReversed();
}

/** What every store guarantees about on-call schedules, with what servers that share it read. */
export function onCallContract(open: OpenStore): void {
  test("keeps schedules apart from other workspaces, with their keys sealed, each step on record", async () => {
    const { store, reopen } = await open({ keys: ["k1"] });
    const { onCallSchedules: schedules, audit } = store.workspace("T1");
    const added = await schedules.add(schedule, { key: "pd-key-1" }, by);
    expect(added).toMatchObject({ ...schedule, people: [] });
    await expect(schedules.add({ ...schedule, id: "ocs_2" }, { key: "k" }, by)).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(store.workspace("T2").onCallSchedules.access("ocs_1")).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await schedules.setPeople("ocs_1", { before: [], people }, by)).people).toEqual(people);
    // A form that was opened before that would take it back.
    await expect(schedules.setPeople("ocs_1", { before: [], people: [] }, by)).rejects.toMatchObject({
      code: "conflict",
    });
    await schedules.keep("ocs_1", { shifts: [], readAt: "2026-02-01T12:00:00.000Z" });
    await schedules.keep("ocs_1", { shifts: [{ person: "P" }], readAt: "2026-02-01T11:00:00.000Z" });
    expect((await schedules.copy("ocs_1"))?.shifts).toEqual([]);
    await schedules.setAccess("ocs_1", { key: "pd-key-2" }, by);
    // What another key read may be another account's.
    expect(await schedules.copy("ocs_1")).toBeUndefined();
    const entries = await audit.entries({ limit: 9 });
    expect(JSON.stringify(entries)).not.toContain("pd-key");
    expect(entries.find(({ details }) => details?.what === "people")?.details?.after).toBe(
      '{"people":["U0OPER001","U0MIA0001"]}',
    );
    // They would outlast the erasure of a person.
    expect(JSON.stringify(entries)).not.toContain("PXPGF42");
    const both = await reopen({ keys: ["k2", "k1"] });
    for await (const { outcome } of both.secrets.reseal({
      actor: { kind: "cli", osUser: "ops" },
      requestId: "r",
    }))
      expect(outcome).toBe("resealed");
    const later = (await both.reopen({ keys: ["k2"] })).store.workspace("T1").onCallSchedules;
    expect(await later.access("ocs_1")).toEqual({ key: "pd-key-2" });
    await later.remove("ocs_1", by);
    expect(await later.list()).toEqual([]);
    await expect(later.remove("ocs_1", by)).rejects.toMatchObject({ code: "not_found" });
    expect(await kindsOf(store)).toEqual([
      "oncall.added",
      "oncall.changed",
      "oncall.changed",
      "secret.resealed",
      "oncall.removed",
    ]);
  });

  test("asks the tool once a minute for all servers, and counts an old answer for ten minutes with a mark", async () => {
    const clock = manualSources();
    const { store } = await open({ sources: clock.sources });
    const workspace = store.workspace("T1");
    await workspace.onCallSchedules.add(schedule, { key: "pd-key-1" }, by);
    await workspace.onCallSchedules.setPeople("ocs_1", { before: [], people }, by);
    const start = clock.sources.now().getTime();
    const at = (ms: number): string => new Date(start + ms).toISOString();
    let isDown = false;
    let asked = 0;
    const shifts: readonly Shift[] = [
      { person: "PXPGF42", until: at(5 * minute) },
      { person: "PEYSGVF", from: at(5 * minute) },
      { person: "PUNKNOWN" },
    ];
    const server = () =>
      serverOf(clock.sources, async () => {
        asked += 1;
        if (isDown) throw new Problem("vendor_unavailable", "PagerDuty answered 502.");
        return shifts;
      });
    const [one, other] = [server(), server()];
    const seen = async (reader: typeof one) => {
      const [now] = await reader.now(workspace, ["ocs_1", "ocs_gone"]);
      const { people: found = [], unmapped, staleSince, unreadable } = now ?? {};
      return [found.map(({ userId }) => userId).join(), unmapped, staleSince, unreadable];
    };
    expect(await Promise.all([seen(one), seen(one)])).toEqual(
      Array.from({ length: 2 }, () => ["U0OPER001", 1, undefined, undefined]),
    );
    expect(await seen(other)).toEqual(["U0OPER001", 1, undefined, undefined]);
    expect(asked).toBe(1);
    clock.advance(minute);
    await seen(other);
    expect(asked).toBe(2);
    isDown = true;
    clock.advance(minute);
    expect(await seen(one)).toEqual(["U0OPER001", 1, at(minute), undefined]);
    await seen(one);
    // A tool that is down is left alone for a while.
    expect(asked).toBe(3);
    clock.advance(3 * minute);
    // The handover happened meanwhile.
    expect((await seen(other)).slice(0, 3)).toEqual(["U0MIA0001", 1, at(minute)]);
    clock.advance(6 * minute);
    expect(await seen(one)).toEqual(["", 0, undefined, "PagerDuty answered 502."]);
    expect((await kindsOf(store)).filter((kind) => kind === "oncall.stale")).toHaveLength(1);
    isDown = false;
    clock.advance(20 * second);
    expect(await seen(one)).toEqual(["U0MIA0001", 1, undefined, undefined]);
    isDown = true;
    clock.advance(2 * minute);
    await seen(one);
    expect((await kindsOf(store)).filter((kind) => kind === "oncall.stale")).toHaveLength(2);
  });

  test("replaces a copy from the future, which a set clock makes, and does not count it later either", async () => {
    const clock = manualSources();
    const { store } = await open({ sources: clock.sources });
    const { onCallSchedules: schedules } = store.workspace("T1");
    await schedules.add(schedule, { key: "pd-key-1" }, by);
    await schedules.setPeople("ocs_1", { before: [], people }, by);
    const at = (ms: number): string => new Date(clock.sources.now().getTime() + ms).toISOString();
    const now = async (shifts: OnCallTools["shifts"]) =>
      serverOf(clock.sources, shifts).now(store.workspace("T1"), ["ocs_1"]);
    await schedules.keep("ocs_1", { shifts: [{ person: "PXPGF42" }], readAt: at(60 * minute) });
    expect(await now(async () => [{ person: "PEYSGVF" }])).toMatchObject([{ people: [{ name: "Mia" }] }]);
    expect(await schedules.copy("ocs_1")).toEqual({ shifts: [{ person: "PEYSGVF" }], readAt: at(0) });
    // The clocks of servers differ a little.
    await schedules.keep("ocs_1", { shifts: [{ person: "PXPGF42" }], readAt: at(2 * second) });
    expect(await now(refused)).toMatchObject([{ people: [{ name: "Omar" }] }]);

    await schedules.keep("ocs_1", { shifts: [{ person: "PXPGF42" }], readAt: at(60 * minute) });
    const unread = [{ people: [], unreadable: "PagerDuty asks to wait (429)." }];
    expect(await now(refused)).toMatchObject(unread);
    clock.advance(60 * minute);
    expect(await now(refused)).toMatchObject(unread);
  });

  test("has one entry about an outage, and none while another server reads the tool", async () => {
    const clock = manualSources();
    const { store } = await open({ sources: clock.sources });
    const workspace = store.workspace("T1");
    await workspace.onCallSchedules.add(schedule, { key: "pd-key-1" }, by);
    await workspace.onCallSchedules.setPeople("ocs_1", { before: [], people }, by);
    let isDown = false;
    const reaches = serverOf(clock.sources, async () => (isDown ? refused() : [{ person: "PXPGF42" }]));
    const cannot = serverOf(clock.sources, refused);
    const passTenMinutes = async (): Promise<void> => {
      for (let step = 0; step < 30; step += 1) {
        clock.advance(20 * second);
        await cannot.now(workspace, ["ocs_1"]);
        await reaches.now(workspace, ["ocs_1"]);
      }
    };
    const stale = async () => (await kindsOf(store)).filter((kind) => kind === "oncall.stale");
    await reaches.now(workspace, ["ocs_1"]);
    await passTenMinutes();
    expect(await stale()).toEqual([]);
    isDown = true;
    await passTenMinutes();
    expect(await stale()).toEqual(["oncall.stale"]);
  });

  test("counts the time that the tool took, and waits for it only so long", async () => {
    const clock = manualSources();
    const { store } = await open({ sources: clock.sources });
    const workspace = store.workspace("T1");
    await workspace.onCallSchedules.add(schedule, { key: "pd-key-1" }, by);
    await workspace.onCallSchedules.setPeople("ocs_1", { before: [], people }, by);
    await workspace.onCallSchedules.keep("ocs_1", {
      shifts: [{ person: "PXPGF42" }],
      readAt: clock.sources.now().toISOString(),
    });
    clock.advance(10 * minute - second);
    const slow = serverOf(clock.sources, async () => {
      clock.advance(2 * second);
      return refused();
    });
    expect(await slow.now(workspace, ["ocs_1"])).toMatchObject([{ people: [] }]);

    let answer = (_shifts: readonly Shift[]): void => undefined;
    const pages = new Promise<readonly Shift[]>((resolve) => (answer = resolve));
    const endless = serverOf(
      clock.sources,
      async () => pages,
      (_ms, run) => {
        queueMicrotask(run);
        return () => undefined;
      },
    );
    expect(await endless.now(workspace, ["ocs_1"])).toMatchObject([
      { people: [], unreadable: "PagerDuty did not answer in time." },
    ]);
    answer([{ person: "PEYSGVF" }]);
    // What came too late is there for the next one.
    await vi.waitFor(async () =>
      expect(await slow.now(workspace, ["ocs_1"])).toMatchObject([{ people: [{ name: "Mia" }] }]),
    );
  });
}

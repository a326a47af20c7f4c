import { expect, test } from "vitest";
import { subjectOf } from "../../../src/domain/notifications/button-subject.ts";
import type { Drift } from "../../../src/domain/changes/drift.ts";
import type { OpenStore } from "../contract.ts";
import { requested } from "../events.ts";

const actor = { kind: "system", job: "test" } as const;
const key = { connectionId: "con_1", numberId: "num_1" };
const [channel, person] = [{ channelId: "C1" }, { userId: "U1" }];

/** What every store guarantees about messages: waiting, announced, with buttons, promised to a person; and about drift. */
export function messagesContract(open: OpenStore): void {
  test("keeps messages in order for each destination until they are removed", async () => {
    const { store } = await open();
    const { outbox } = store;
    await outbox.add("T1", channel, { text: "first" });
    await outbox.add("T1", person, { text: "second" });
    await outbox.add("T1", channel, { text: "third" });
    await outbox.add("T2", channel, { text: "fourth" });
    expect(await outbox.length()).toBe(4);
    const works = await store.work.claim("outbox", { limit: 9, perLane: 9, leaseMs: 60_000 });
    expect(new Set(works.map(({ workspaceId, version }) => `${workspaceId} ${version}`))).toEqual(
      new Set(["T1 1", "T1 2", "T2 1"]),
    );
    const [itemId = ""] = works.flatMap((work) => (work.version === 2 ? work.itemId : []));
    expect(await outbox.hasPending("T2", person)).toBe(false);
    const [first, third] = (await outbox.next("T1", itemId, 9)).messages ?? [];
    expect([first?.message, third?.message]).toEqual([{ text: "first" }, { text: "third" }]);
    expect(await outbox.next("T1", itemId, 1)).toEqual({ messages: [first] });
    await outbox.remove(first?.id ?? 0);
    expect((await outbox.waiting()).map(({ message }) => message)).toEqual([
      { text: "second" },
      { text: "third" },
      { text: "fourth" },
    ]);
    expect(await outbox.hasPending("T1", channel)).toBe(true);
    const act = { kind: "approval", approvalId: "apr_1" } as const;
    expect(await outbox.hasPendingFor("T1", channel, act)).toBe(false);
    await outbox.add("T1", channel, { text: "fifth", act });
    const other = { ...act, approvalId: "aprx1" };
    for (const [place, about, isPending] of [
      [channel, act, true],
      [channel, other, false],
      [person, act, false],
    ] as const)
      expect(await outbox.hasPendingFor("T1", place, about)).toBe(isPending);
  });

  test("schedules what has messages and no work", async () => {
    const { store } = await open();
    await store.outbox.add("T1", channel, { text: "first" });
    const options = { limit: 9, perLane: 9, leaseMs: 60_000 };
    const [work] = await store.work.claim("outbox", options);
    if (work) await store.work.finish(work);
    expect(await store.work.claim("outbox", options)).toEqual([]);
    await store.outbox.scheduleMissing();
    await store.outbox.scheduleMissing();
    expect(await store.work.claim("outbox", options)).toEqual([
      { ...work, kind: "outbox", version: 1, attempts: 1 },
    ]);
  });

  test("announces from the moment that a channel is chosen, each entry once", async () => {
    const { store } = await open();
    const { announcementCursor, audit, settings } = store.workspace("T1");
    await announcementCursor.advance(1, { place: channel, message: "no channel" });
    expect(await announcementCursor.position()).toBeUndefined();
    await audit.append(requested(1));
    await settings.write({ announcementsChannelId: "C123" }, { actor, requestId: "req_settings" });
    // The entry about the channel itself.
    expect(await store.withUnannouncedEntries()).toEqual(["T1"]);
    const start = (await announcementCursor.position()) ?? 0;
    expect(start).toBeGreaterThanOrEqual(1);
    const { sequence } = await audit.append(requested(2));
    expect(await store.withUnannouncedEntries()).toEqual(["T1"]);
    for (const message of ["announced", "again"])
      await announcementCursor.advance(sequence, { place: channel, message });
    expect(await announcementCursor.position()).toBe(sequence);
    expect((await store.outbox.waiting()).map(({ message }) => message)).toEqual(["announced"]);
    expect(await store.withUnannouncedEntries()).toEqual([]);
    await audit.append(requested(3));
    await settings.write({}, { actor, requestId: "req_none" });
    expect(await announcementCursor.position()).toBeUndefined();
    expect(await store.withUnannouncedEntries()).toEqual([]);
  });

  test("finds the workspaces whose buttons newer entries may have ended", async () => {
    const { store } = await open();
    const message = {
      address: { channelId: "C1", ts: "1.1" },
      act: { kind: "change", changeId: "chg_1", key },
      message: "one",
    } as const;
    for (const id of ["T1", "T2", "T3"]) await store.workspace(id).audit.append(requested(1));
    expect(await store.withUncheckedButtons()).toEqual([]);
    for (const id of ["T3", "T1"]) await store.workspace(id).messagesWithButtons.note(message);
    expect(await store.withUncheckedButtons()).toEqual(["T1", "T3"]);
    const { audit, messagesWithButtons } = store.workspace("T1");
    const [newest] = await audit.entries({ limit: 1 });
    await messagesWithButtons.moveTo(newest?.sequence ?? 0);
    expect(await store.withUncheckedButtons()).toEqual(["T3"]);
    await audit.append(requested(2));
    expect(await store.withUncheckedButtons()).toEqual(["T1", "T3"]);
  });

  test("updates a message with buttons through the outbox and forgets it, or stores what remains", async () => {
    const { store } = await open();
    const { messagesWithButtons } = store.workspace("T1");
    const act = { kind: "change", changeId: "chg_1", key } as const;
    const [one, two] = ["1.1", "2.2"].map((ts) => ({ channelId: "C1", ts }));
    if (!one || !two) throw new Error("there are two messages");
    for (const address of [one, two])
      await messagesWithButtons.note({ address, act, message: "with buttons" });
    const about = async () => (await messagesWithButtons.about(subjectOf(act))).map(({ address }) => address);
    expect(await about()).toEqual([one, two]);
    expect(await store.workspace("T2").messagesWithButtons.find(one)).toBeUndefined();
    await messagesWithButtons.update(one, { message: "without buttons" });
    await messagesWithButtons.update(two, {
      message: "fewer buttons",
      rest: { act, message: "fewer buttons" },
    });
    expect(await messagesWithButtons.find(one)).toBeUndefined();
    expect(await messagesWithButtons.find(two)).toEqual({ address: two, act, message: "fewer buttons" });
    expect((await store.outbox.waiting()).map(({ place, message }) => [place, message])).toEqual([
      [{ channelId: "C1", messageTs: "1.1" }, "without buttons"],
      [{ channelId: "C1", messageTs: "2.2" }, "fewer buttons"],
    ]);
  });

  test("drops an update that was made from an older version of the message", async () => {
    const { store } = await open();
    const { messagesWithButtons } = store.workspace("T1");
    const act = { kind: "change", changeId: "chg_1", key } as const;
    const address = { channelId: "C1", ts: "1.1" };
    const [older, newer] = [{ text: "Unknown" }, { text: "It took effect" }];
    await messagesWithButtons.note({ address, act, message: newer });
    await messagesWithButtons.update(address, { message: { text: "Over: Unknown" }, madeFrom: older });
    expect(await store.outbox.length()).toBe(0);
    expect(await messagesWithButtons.find(address)).toEqual({ address, act, message: newer });
    await messagesWithButtons.update(address, { message: { text: "Over" }, madeFrom: newer });
    expect((await store.outbox.waiting()).map(({ message }) => message)).toEqual([{ text: "Over" }]);
    expect(await messagesWithButtons.find(address)).toBeUndefined();
  });

  test("moves the mark of finished actions forward only", async () => {
    const { messagesWithButtons } = (await open()).store.workspace("T1");
    expect(await messagesWithButtons.through()).toBeUndefined();
    await messagesWithButtons.moveTo(7);
    await messagesWithButtons.moveTo(3);
    expect(await messagesWithButtons.through()).toBe(7);
  });

  test("keeps who waits for the outcome of a change until it is forgotten", async () => {
    const { store } = await open();
    const { notifications } = store.workspace("T1");
    const message = { channelId: "C1", ts: "1.1" };
    await notifications.keep("chg_1", { userId: "U1", viewId: "V1" });
    await notifications.keep("chg_2", { userId: "U2" });
    await notifications.keep("chg_2", { userId: "U2", message });
    expect(await notifications.pending()).toEqual(["chg_1", "chg_2"]);
    expect(await notifications.find("chg_2")).toEqual({ userId: "U2", message });
    expect(await store.workspace("T2").notifications.find("chg_1")).toBeUndefined();
    await notifications.forget("chg_1");
    expect(await notifications.pending()).toEqual(["chg_2"]);
    expect(await notifications.forget("chg_2", { userId: "U2" })).toBe(false);
    expect(await notifications.pending()).toEqual(["chg_2"]);
    expect(await notifications.forget("chg_2", { message, userId: "U2" })).toBe(true);
    expect(await notifications.forget("chg_2", { userId: "U2" })).toBe(true);
    expect(await notifications.pending()).toEqual([]);
  });

  test("keeps the newest drift of each number, and reports it until it is noted as reported", async () => {
    const { store } = await open();
    const { drifts, audit } = store.workspace("T1");
    const event = { kind: "drift.seen", actor, requestId: "req_drift" } as const;
    await drifts.see(found("num_1", "agent_b"), event);
    await drifts.see(found("num_2", null), event);
    const seen = await drifts.unreported();
    expect(seen.map(({ drift }) => drift.key.numberId)).toEqual(["num_1", "num_2"]);
    await drifts.see(found("num_1", "agent_c"), event);
    await drifts.markReported(seen);
    expect((await drifts.unreported()).map(({ drift }) => drift)).toEqual([found("num_1", "agent_c")]);
    expect(await drifts.count()).toBe(2);
    expect(await drifts.list({ connectionId: "con_2" })).toEqual([]);
    expect(await drifts.list({ most: 1 })).toHaveLength(1);
    expect(await store.workspace("T2").drifts.count()).toBe(0);
    await drifts.forget(key);
    expect((await drifts.list()).map(({ drift }) => drift.key.numberId)).toEqual(["num_2"]);
    expect(await audit.entries({ limit: 9 })).toHaveLength(3);
  });

  test("forgets the drift of connections that were removed", async () => {
    const { drifts, connections } = (await open()).store.workspace("T1");
    const { id } = await connections.add({ vendor: "cartesia", name: "Prod", credentials: { k: "v" } });
    const event = { kind: "drift.seen", actor, requestId: "req_drift" } as const;
    await drifts.see(found("num_1", null, id), event);
    await drifts.see(found("num_1", null, "con_gone"), event);
    await drifts.forgetDisconnected();
    expect((await drifts.list()).map(({ drift }) => drift.key.connectionId)).toEqual([id]);
  });
}

function found(numberId: string, now: string | null, connectionId = "con_1"): Drift {
  return {
    kind: now === null ? "nobody" : "changed_elsewhere",
    key: { connectionId, numberId },
    e164: "+14155550100",
    connection: "Prod",
    vendor: "cartesia",
    now,
    labels: {},
  };
}

import { expect, test } from "vitest";
import type { OpenStore } from "../contract.ts";
import { requested } from "../events.ts";

const actor = { kind: "user", userId: "U1", workspaceId: "T1" } as const;
const begun = (key: string, channelId?: string) => ({
  key,
  title: "Calls drop",
  channelId,
  startedBy: actor,
  startedAt: "2026-03-01T00:00:00.000Z",
});
const event = { kind: "incident.started", actor, requestId: "req_1" } as const;
const ended = { ...event, kind: "incident.ended" } as const;

/** What every store guarantees about incidents. */
export function incidentsContract(open: OpenStore): void {
  test("stores an incident with its entry, apart from other workspaces", async () => {
    const { store } = await open();
    const { incidents, audit } = store.workspace("T1");
    const incident = await incidents.start(begun("INC-1", "C1"), event);
    expect(incident).toMatchObject({
      key: "INC-1",
      title: "Calls drop",
      channelId: "C1",
      endedAt: undefined,
    });
    expect(await incidents.openIn("C1")).toEqual(incident);
    expect(await audit.entries({ limit: 9 })).toMatchObject([{ kind: "incident.started" }]);
    const other = store.workspace("T2");
    await expect(other.incidents.get("INC-1")).rejects.toMatchObject({ code: "not_found" });
    expect(await other.incidents.openIn("C1")).toBeUndefined();
  });

  test("refuses a second incident with the same key or in the same channel, and records nothing", async () => {
    const { incidents, audit } = (await open()).store.workspace("T1");
    await incidents.start(begun("INC-1", "C1"), event);
    await expect(incidents.start(begun("INC-1", "C2"), event)).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(incidents.start(begun("INC-2", "C1"), event)).rejects.toThrow(/INC-1 is open in this/u);
    expect(await audit.entries({ limit: 9 })).toHaveLength(1);
  });

  test("closes an incident once, and frees its channel for another", async () => {
    const { incidents } = (await open()).store.workspace("T1");
    await incidents.start(begun("INC-1", "C1"), event);
    const by = { actor, at: "2026-03-01T01:00:00.000Z" };
    expect((await incidents.end("INC-1", by, ended)).endedAt).toBe(by.at);
    await expect(incidents.end("INC-1", by, ended)).rejects.toThrow(/has ended already/u);
    await incidents.start(begun("INC-2", "C1"), event);
    expect((await incidents.open()).map(({ key }) => key)).toEqual(["INC-2"]);
  });

  test("closes an incident by itself only if nothing about it came since it was looked at", async () => {
    const { incidents, audit } = (await open()).store.workspace("T1");
    await incidents.start(begun("INC-1", "C1"), event);
    const by = { actor, at: "2026-03-01T01:00:00.000Z" };
    const quietSince = by.at;
    const lastSeen = async (): Promise<number> =>
      (await audit.entries({ incident: "INC-1", limit: 1 }))[0]?.sequence ?? 0;
    await audit.append(requested(1, { details: { incident: "INC-1" } }));
    const sequence = await lastSeen();
    await audit.append(requested(2, { details: { incident: "INC-1" } }));
    expect(await incidents.endIfQuiet("INC-1", by, { sequence, quietSince }, ended)).toBe(false);
    // Others do not matter.
    await audit.append(requested(3, { details: { incident: "INC-2" } }));
    expect((await incidents.get("INC-1")).endedAt).toBeUndefined();
    const now = { sequence: await lastSeen(), quietSince };
    expect(await incidents.endIfQuiet("INC-1", by, now, ended)).toBe(true);
    expect(await incidents.endIfQuiet("INC-1", by, now, ended)).toBe(false);
    const entries = await audit.entries({ limit: 9 });
    expect(entries.filter(({ kind }) => kind === "incident.ended")).toHaveLength(1);
  });

  test("finds the changes of an incident by the details of their entries", async () => {
    const { audit } = (await open()).store.workspace("T1");
    await audit.append(requested(1, { details: { incident: "INC-1" } }));
    await audit.append(requested(2, { details: { until: "2026-03-01T01:00:00.000Z" } }));
    await audit.append(requested(3, { details: { incident: "INC-2" } }));
    await audit.append(requested(4));
    const found = await audit.changes({ incident: "INC-1", limit: 9 });
    expect(found.map(({ requested: { changeId } }) => changeId)).toEqual(["chg_1"]);
  });
}

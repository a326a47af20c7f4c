import { expect, test } from "vitest";
import type { RequestedChange } from "../../../src/domain/changes/approval.ts";
import type { AuditKind } from "../../../src/domain/audit/audit-kind.ts";
import type { WorkKind } from "../../../src/domain/ports/work-queue.ts";
import type { OpenStore } from "../contract.ts";
import { requested } from "../events.ts";

const actor = { kind: "user", userId: "U1", workspaceId: "T1" } as const;
const event = <Kind extends AuditKind>(kind: Kind) => ({ kind, actor, requestId: `req_${kind}` });
const at = "2026-03-01T00:00:00.000Z";
const asked: RequestedChange = {
  changeId: "chg_1",
  key: { connectionId: "con_1", numberId: "num_1" },
  change: { kind: "reassign", agentId: "agent_b" },
  seen: { agent: "agent_a" },
  userId: "U1",
  at,
  e164: "+14155550100",
  connection: { id: "con_1", vendor: "cartesia", name: "Prod" },
  labels: {},
};
const request = (id: string, expiresAt = "2026-03-01T04:00:00.000Z") => ({
  id,
  asked,
  expiresAt,
  wanted: 1 as const,
});

/** What every store guarantees about approvals, their pages, and reviews of break-glass changes. */
export function approvalsContract(open: OpenStore): void {
  test("stores a request for approval with its entry and its messages", async () => {
    const { store } = await open();
    const { approvals, audit } = store.workspace("T1");
    await approvals.ask(request("apr_1"), event("approval.requested"));
    await approvals.addMessage("apr_1", { channelId: "C1", ts: "1.1" });
    await approvals.addMessage("apr_1", { channelId: "D2", ts: "2.2", userId: "U2" });
    expect(await approvals.find("apr_1")).toEqual({
      ...request("apr_1"),
      state: "open",
      decision: undefined,
      messages: [
        { channelId: "C1", ts: "1.1" },
        { channelId: "D2", ts: "2.2", userId: "U2" },
      ],
    });
    expect(await audit.entries({ limit: 9 })).toMatchObject([{ kind: "approval.requested" }]);
    expect(await store.workspace("T2").approvals.find("apr_1")).toBeUndefined();
    expect(await store.workspace("T2").approvals.inState("open")).toEqual([]);
  });

  test("decides a request once, and records only that decision", async () => {
    const { approvals, audit } = (await open()).store.workspace("T1");
    await approvals.ask(request("apr_1"), event("approval.requested"));
    const approved = { state: "approved", by: actor, at } as const;
    const declined = { state: "declined", by: actor, at, comment: "not now" } as const;
    const decisions = [
      approvals.decide("apr_1", approved, event("approval.approved")),
      approvals.decide("apr_1", declined, event("approval.declined")),
    ];
    expect(new Set(await Promise.all(decisions))).toEqual(new Set([true, false]));
    expect(await audit.entries({ limit: 9 })).toHaveLength(2);
    const state = (await approvals.find("apr_1"))?.state;
    expect((await audit.entries({ limit: 1 }))[0]?.kind).toBe(`approval.${state}`);
  });

  test("keeps one first approval of a request that wants two, and is decided only after it", async () => {
    const { approvals, audit } = (await open()).store.workspace("T1");
    await approvals.ask({ ...request("apr_1"), wanted: 2 }, event("approval.requested"));
    const by = (userId: string) => ({ by: { ...actor, userId }, at, onCall: "PagerDuty PI7DH85" });
    const decide = async (userId: string) =>
      approvals.decide("apr_1", { state: "approved", ...by(userId) }, event("approval.approved"));
    expect(await decide("U2")).toBe(false);
    const firsts = ["U2", "U3"].map(async (userId) =>
      approvals.approveFirst("apr_1", by(userId), 2, event("approval.approved")),
    );
    expect(new Set(await Promise.all(firsts))).toEqual(new Set([true, false]));
    const found = await approvals.find("apr_1");
    const { first } = found ?? {};
    expect(found).toMatchObject({ state: "open", wanted: 2, decision: undefined });
    const [winner, other] =
      first?.by.kind === "user" && first.by.userId === "U2" ? ["U2", "U3"] : ["U3", "U2"];
    expect(first).toEqual(by(winner));
    expect(await decide(winner)).toBe(false);
    expect(await audit.entries({ limit: 9 })).toHaveLength(2);
    expect(await decide(other)).toBe(true);
    expect(await approvals.find("apr_1")).toMatchObject({ state: "approved", first, decision: by(other) });
    expect(await approvals.approveFirst("apr_1", by("U4"), 2, event("approval.approved"))).toBe(false);
    expect(await audit.entries({ limit: 9 })).toHaveLength(3);
  });

  test("lists requests by state, oldest first", async () => {
    const { approvals } = (await open()).store.workspace("T1");
    for (const id of ["apr_2", "apr_1"]) await approvals.ask(request(id), event("approval.requested"));
    await approvals.ask(request("apr_3", "2026-03-01T05:00:00.000Z"), event("approval.requested"));
    await approvals.decide("apr_1", { state: "approved", by: actor, at }, event("approval.approved"));
    await approvals.end("apr_2");
    expect((await approvals.inState("open")).map(({ id }) => id)).toEqual(["apr_2", "apr_3"]);
    expect((await approvals.inState("approved")).map(({ id }) => id)).toEqual(["apr_1"]);
    await approvals.end("apr_1");
    expect((await approvals.inState("over")).map(({ id }) => id)).toEqual(["apr_1"]);
  });

  test("schedules what a request for approval needs in each of its states", async () => {
    const { store, work, installations } = await open();
    const { approvals } = store.workspace("T1");
    const due = async (kind: WorkKind): Promise<readonly string[]> => {
      await work.pass(60_000);
      const claimed = await store.work.claim(kind, { limit: 10, perLane: 10, leaseMs: 1 });
      return claimed.map(({ itemId }) => itemId).toSorted();
    };
    const pageAt = ["2026-03-01T00:03:00.000Z", "2026-03-01T00:06:00.000Z"].map((time) => new Date(time));
    for (const id of ["apr_1", "apr_2", "apr_3"])
      await approvals.ask(request(id), event("approval.requested"), id === "apr_3" ? [] : pageAt);
    expect(await store.work.claim("approval_request", { limit: 10, perLane: 10, leaseMs: 1 })).toEqual([]);
    expect(await due("approval_request")).toEqual(["apr_1", "apr_2", "apr_3"]);
    await approvals.addMessage("apr_1", { channelId: "C1", ts: "1.1" });
    expect(await due("approval_request")).toEqual(["apr_2", "apr_3"]);
    await approvals.decide("apr_2", { state: "approved", by: actor, at }, event("approval.approved"));
    await approvals.decide("apr_3", { state: "declined", by: actor, at }, event("approval.declined"));
    expect(await due("approval_request")).toEqual([]);
    expect(await due("approved_change")).toEqual(["apr_2"]);
    const year = 365 * 24 * 60 * 60_000;
    await work.pass(year);
    expect(await due("approval_expiry")).toEqual(["apr_1"]);
    // Nobody is paged for what is decided.
    expect(await due("approval_page")).toEqual(["apr_1 1", "apr_1 2"]);
    await approvals.end("apr_2");
    expect(await due("approved_change")).toEqual([]);
    // After a first approval, the next approver is asked, and paged later than those who were to be.
    const first = { by: actor, at };
    await approvals.approveFirst("apr_1", first, 2, event("approval.approved"), pageAt);
    expect(await due("approval_request")).toEqual(["apr_1 2"]);
    await work.pass(year);
    // Pages that were begun are looked at once more, to complete their records.
    expect(await due("approval_page")).toEqual(["apr_1 1", "apr_1 2", "apr_1 3", "apr_1 4"]);
    // Nor where the app is not installed any more.
    await installations.wipe("T1");
    expect(await due("approval_page")).toEqual([]);
  });

  test("looks at a page that is on record at once, and again as soon as its request is decided", async () => {
    const { store, work } = await open();
    const { approvals, audit } = store.workspace("T1");
    const claim = async () => store.work.claim("page_closing", { limit: 10, perLane: 10, leaseMs: 60_000 });
    for (const id of ["apr_1", "apr_2"]) await approvals.ask(request(id), event("approval.requested"));
    const paged = (approval: string, step: string, who?: string) =>
      audit.append({ ...event("approval.paged"), details: { approval, step, paged: who } });
    await paged("apr_1", "1", "U1");
    await paged("apr_2", "1", "U1");
    // Nobody was found, so nothing was sent.
    await paged("apr_2", "2");
    const looked = await claim();
    expect(looked.map(({ itemId }) => itemId).toSorted()).toEqual(["apr_1 1", "apr_2 1"]);
    // One request is decided during that look, whose result comes too late.
    await approvals.decide("apr_2", { state: "declined", by: actor, at }, event("approval.declined"));
    for (const each of looked) await store.work.finish(each, { dueInMs: 30 * 60_000 });
    const late = await claim();
    expect(late).toMatchObject([{ itemId: "apr_2 1", attempts: 1 }]);
    for (const each of late) await store.work.finish(each);
    const first = { by: actor, at };
    await approvals.approveFirst("apr_1", first, 2, event("approval.approved"));
    const due = await claim();
    expect(due).toMatchObject([{ itemId: "apr_1 1", attempts: 1 }]);
    for (const each of due) await store.work.finish(each);
    await approvals.decide("apr_1", { state: "expired", by: actor, at }, event("approval.expired"));
    await work.pass(60_000);
    expect(await claim()).toEqual([]);
  });

  test("lists the break-glass changes and overrides that no admin has reviewed", async () => {
    const { store } = await open();
    const { audit, reviews } = store.workspace("T1");
    for (const n of [1, 2]) await audit.append(requested(n, { details: { breakGlass: "yes" } }));
    await audit.append({ ...event("rule.overridden"), changeId: "ovr_1" });
    await audit.append(requested(3));
    const waiting = async () => (await reviews.waiting()).map(({ changeId }) => changeId);
    expect(await waiting()).toEqual(["chg_1", "chg_2", "ovr_1"]);
    await audit.append({ ...event("breakglass.reviewed"), changeId: "chg_1" });
    expect(await waiting()).toEqual(["chg_2", "ovr_1"]);
    await audit.append({ ...event("breakglass.reviewed"), changeId: "ovr_1" });
    expect(await waiting()).toEqual(["chg_2"]);
    expect(await store.workspace("T2").reviews.waiting()).toEqual([]);
  });
}

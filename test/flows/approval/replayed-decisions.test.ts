import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { AuditEntry } from "../../../src/domain/audit/audit-log.ts";
import { assistance, cli, dispatch, roadside, teamId } from "../../support/fixtures.ts";
import { formState, press, submission, type Crafted } from "../../support/forged-requests.ts";
import { protectNumber } from "../../support/restrictions.ts";

const admin = { userId: "U0ADMIN01", teamId };
const operator = { userId: "U0OPER001", teamId };
/** What the audit log says of a request that came in before, as opposed to a decision that was made before. */
const cameBefore = /already received/u;

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    timedEveryMs: 10,
  });
});
afterAll(async () => harness.close());
beforeEach(async () => {
  const { protections } = harness.infra.store.workspace(teamId);
  for (const one of await protections.list())
    await protections.remove(one, { ...event(), kind: "protection.lifted" });
});

const event = () => ({ actor: cli, requestId: harness.infra.newId("req"), outcome: "applied" }) as const;
const connectionId = (): string => harness.connections.cartesia?.id ?? "";
const bodyOf = (payload: Crafted): string =>
  new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
const patches = (): number =>
  harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;
const next = async (entries: number, fits: (entry: AuditEntry) => boolean): Promise<AuditEntry> =>
  harness.slack.eventually("an entry more", async () => (await harness.audit()).slice(entries).find(fits));

let renamed = 0;
/** Asks for a new name of the protected number, as the form does; gives what is then on record. */
const renames = async (kind: AuditEntry["kind"], breakGlass: boolean): Promise<AuditEntry> => {
  await protectNumber(harness, roadside, { breakGlass });
  const { name } = harness.vendors.cartesia.effective(roadside);
  const number = { connectionId: connectionId(), numberId: roadside, seen: { name } };
  const metadata = { ...formState("rename", number), breakGlass };
  const values = { number: `${connectionId()}/${roadside}`, name: `Line ${(renamed += 1)}`, reason: "tried" };
  const entries = (await harness.audit()).length;
  await harness.slack.rawRequest(bodyOf(submission(operator, { callbackId: "rename", metadata, values })));
  return next(entries, (entry) => entry.kind === kind);
};
const askedFor = async (): Promise<string> =>
  (await renames("approval.requested", false)).details?.["approval"] ?? "";
const brokeGlass = async (): Promise<string> => (await renames("change.outcome", true)).changeId ?? "";

/** A change on record that ends by itself in half an hour; gives the value of its buttons. */
const ending = async (): Promise<string> => {
  const { audit, temporaryChanges: temporary } = harness.infra.store.workspace(teamId);
  const changeId = harness.infra.newId("chg");
  const number = { connectionId: connectionId(), numberId: roadside };
  const agent = harness.vendors.cartesia.effective(roadside).agentId ?? null;
  const changed = {
    ...event(),
    changeId,
    change: "reassign",
    connection: { id: connectionId(), vendor: "cartesia", name: "cartesia demo" },
    number,
    before: { agent: agent === dispatch ? assistance : dispatch },
    wanted: { agent },
  } as const;
  const endsAt = new Date(Date.now() + 1_800_000);
  const times = { endsAt, durationMs: 1_800_000, remindAt: endsAt, dueAt: endsAt };
  await temporary.begin(
    { ...changed, kind: "change.requested" },
    { ...times, ...number, changeId, place: {} },
  );
  await audit.append({ ...changed, kind: "change.outcome" });
  return JSON.stringify({ change: changeId, ends: endsAt.toISOString() });
};

interface Decision {
  readonly name: string;
  /** Makes what is decided on; gives what names it in the request. */
  readonly prepare: () => Promise<string>;
  readonly payload: (about: string) => Crafted;
  readonly done: AuditEntry["kind"];
  /** How many requests for a change it takes to the vendor. */
  readonly sends: number;
  /** What comes of a second press: the same again, or what is said of a decision that was made. */
  readonly again: "applied" | RegExp;
}

const pressed =
  (actionId: string) =>
  (about: string): Crafted =>
    press(admin, actionId, about);

const decisions: readonly Decision[] = [
  {
    name: "Approve",
    prepare: askedFor,
    payload: pressed("approve"),
    done: "approval.approved",
    sends: 1,
    again: /was approved before/u,
  },
  {
    name: "Decline",
    prepare: askedFor,
    payload: (approvalId) =>
      submission(admin, { callbackId: "decline", metadata: { approvalId }, values: {} }),
    done: "approval.declined",
    sends: 0,
    again: /was declined before/u,
  },
  {
    name: "Keep",
    prepare: ending,
    payload: pressed("keep_change"),
    done: "timed.kept",
    sends: 0,
    again: /someone already decided/u,
  },
  {
    name: "Extend",
    prepare: ending,
    payload: pressed("extend_change"),
    done: "timed.extended",
    sends: 0,
    again: /already extended this change/u,
  },
  {
    name: "Revert now",
    prepare: ending,
    payload: pressed("end_change"),
    done: "timed.ended",
    sends: 1,
    again: /someone already decided|already extended this change/u,
  },
  {
    name: "Disconnect",
    prepare: async () => (await harness.connect("cartesia", teamId, harness.infra.newId("spare"))).id,
    payload: pressed("disconnect"),
    done: "connection.removed",
    sends: 0,
    again: /no such connection\. It was removed/u,
  },
  {
    name: "Replace key",
    prepare: async () => connectionId(),
    payload: (id) =>
      submission(admin, {
        callbackId: "connect",
        metadata: { from: {}, connectionId: id, vendor: "cartesia" },
        values: { api_key: harness.keys.cartesia },
      }),
    done: "connection.replaced",
    sends: 0,
    again: "applied",
  },
  {
    name: "the review of a break-glass change",
    prepare: brokeGlass,
    payload: pressed("reviewed"),
    done: "breakglass.reviewed",
    sends: 0,
    again: /is not awaiting review/u,
  },
];

// A8
it.each(decisions)(
  "applies $name once, however often the same signed request or a second click arrives, even after a restart",
  async ({ prepare, payload, done, sends, again }) => {
    const about = await prepare();
    const body = bodyOf(payload(about));
    const timestamp = Math.floor(Date.now() / 1000);
    const before = (await harness.audit()).length;
    const sent = patches();
    const taken = async (): Promise<number> =>
      (await harness.audit())
        .slice(before)
        .filter(({ kind, outcome }) => kind === done && outcome === "applied").length;
    // Two at the same moment: one of them does it.
    const both = [1, 2].map(async () => harness.slack.rawRequest(body, { timestamp }));
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
    await next(before, ({ kind, outcome }) => kind === done && outcome === "applied");
    const refused = async (from: number): Promise<AuditEntry> =>
      next(from, ({ kind, problem }) => kind === "action.refused" && cameBefore.test(problem?.message ?? ""));
    await refused(before);
    await harness.slack.eventually("what it sends", () => patches() - sent === sends);

    await harness.stopApp();
    await harness.startApp();
    const restarted = (await harness.audit()).length;
    expect((await harness.slack.rawRequest(body, { timestamp })).status).toBe(200);
    expect((await refused(restarted)).problem?.code).toBe("already_requested");
    expect(await taken()).toBe(1);

    const calls = harness.slack.calls.length;
    await harness.slack.rawRequest(bodyOf(payload(about)));
    if (again === "applied")
      await harness.slack.eventually("the same again", async () => (await taken()) === 2);
    else
      await harness.slack.eventually("words of a second press", () =>
        harness.slack.calls.slice(calls).some(({ args }) => again.test(JSON.stringify(args))),
      );
    expect(await taken()).toBe(again === "applied" ? 2 : 1);
    expect(patches() - sent).toBe(sends);
  },
);

import { beforeEach, expect, it } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { closePage } from "../../../src/operations/approval/close-page.ts";
import { recordPage, type PageEntry } from "../../../src/operations/approval/recorded-pages.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { startWorld, type World } from "../../support/world.ts";
import { requestApproval } from "./approval-request.ts";

const by = {
  actor: { kind: "user", userId: "U1", workspaceId: "T1" },
  requestId: "req_1",
  outcome: "applied",
} as const;
const [ana, bo] = ["U0ANA0001", "U0BOB0001"];
const next = { userId: ana, schedule: "PagerDuty PI7DH85", scheduleId: "ocs_1" };
const unavailable = new Problem("vendor_unavailable", "PagerDuty answered 503.");

let world: World;
let ctx: Context;
let asked: string[];
/** The open page at the tool that has a key. */
let keyed: string | undefined;
/** What the tool does with a page that is to be closed. */
let onClose: () => Promise<void>;
beforeEach(async () => {
  world = await startWorld();
  ctx = { ...world.ctx, actor: { kind: "system", job: "approvals" } };
  [asked, keyed] = [[], undefined];
  onClose = async () => undefined;
  const { onCallSchedules } = world.ctx.workspace;
  const schedule = { id: "ocs_1", name: "Voice", tool: "pagerduty", schedule: "PI7DH85" } as const;
  const access = { key: "a-key-of-pagerduty", service: "PIJ90N7", from: "voice@example.com" };
  await onCallSchedules.add(schedule, access, by);
  const people = [{ id: "PANA", name: "Ana", userId: ana }];
  await onCallSchedules.setPeople("ocs_1", { before: [], people }, by);
  await requestApproval(world, "apr_1");
});

const close = async (attempts = 1) =>
  closePage(
    ctx,
    { itemId: "apr_1 1", attempts },
    {
      onCallTools: {
        openPage: async (_at, key) => {
          asked.push(`key ${key}`);
          return keyed;
        },
        closePage: async ({ key }, id) => {
          asked.push(`close ${id} with ${key}`);
          await onClose();
        },
      },
    },
  );

async function paged(
  ...entries: readonly (Pick<PageEntry, "outcome"> & Partial<PageEntry>)[]
): Promise<void> {
  const approval = await ctx.workspace.approvals.find("apr_1");
  if (!approval) throw new Error("it was stored");
  for (const entry of entries) await recordPage(ctx, "approval.paged", approval, { step: 1, next, ...entry });
}

async function decide(state: "declined" | "approved" = "declined"): Promise<void> {
  const actor = { ...by.actor, userId: "U2" };
  const decision = { state, by: actor, at: "2026-01-01T03:01:00.000Z" } as const;
  await world.ctx.workspace.approvals.decide("apr_1", decision, { ...by, kind: `approval.${state}` });
}

/** The entries about closing the page, oldest first. */
async function recorded(): Promise<readonly string[]> {
  const entries = await world.ctx.workspace.audit.entries({ limit: 100 });
  return entries
    .filter(({ kind }) => kind === "approval.page_closed")
    .map(({ details, outcome }) =>
      [details?.paged, details?.["page"], outcome, details?.["why"]]
        .filter((part) => part !== undefined)
        .join(" "),
    )
    .toReversed();
}

const placed = [{ outcome: "unknown" }, { outcome: "applied", page: "Q1" }] as const;
const closing = "close Q1 with a-key-of-pagerduty";

it("waits for the approval, and then closes the page once, on record before it is sent", async () => {
  await paged(...placed);
  expect(await close()).toEqual({ dueInMs: 30 * 60_000 });
  expect(asked).toEqual([]);
  // The first of two approvals.
  const first = { by: { ...by.actor, userId: ana }, at: world.now().toISOString() };
  await ctx.workspace.approvals.approveFirst("apr_1", first, 2, { ...by, kind: "approval.approved" });
  onClose = async () => {
    expect(await recorded()).toEqual([`${ana} Q1 unknown`]);
    throw new Error("the process ends");
  };
  await expect(close()).rejects.toThrow("the process ends");
  onClose = async () => undefined;
  for (const attempts of [2, 1]) expect(await close(attempts)).toBeUndefined();
  expect(asked).toEqual([closing, closing]);
  expect(await recorded()).toEqual([`${ana} Q1 unknown`, `${ana} Q1 applied`]);
  // A page for the second approval stays.
  const options = { onCallTools: { openPage: async () => undefined, closePage: async () => undefined } };
  const second = await closePage(ctx, { itemId: "apr_1 3", attempts: 1 }, options);
  expect(second).toEqual({ dueInMs: 30 * 60_000 });
});

it("tries for some minutes, longer each time, and then says that the page is open", async () => {
  await paged(...placed);
  await decide("approved");
  onClose = async () => {
    throw unavailable;
  };
  const delays: unknown[] = [];
  for (const attempts of [1, 2, 3, 4, 5, 6]) delays.push((await close(attempts))?.dueInMs);
  expect(delays).toEqual([15_000, 30_000, 60_000, 120_000, 240_000, undefined]);
  expect(await recorded()).toEqual([`${ana} Q1 unknown`, `${ana} Q1 refused PagerDuty answered 503.`]);
  await close(1);
  expect(asked).toHaveLength(6);
});

it("gives up at once if the key may not close pages", async () => {
  await paged(...placed);
  await decide();
  onClose = async () => {
    throw new Problem("credentials_rejected", "Grafana IRM does not let this key close pages (403).");
  };
  expect(await close()).toBeUndefined();
  expect((await recorded()).at(-1)).toMatch(/refused Grafana IRM does not let/u);
});

it("gives up at once without the schedule that paged", async () => {
  await paged(...placed);
  await decide();
  await world.ctx.workspace.onCallSchedules.remove("ocs_1", by);
  expect(await close()).toBeUndefined();
  expect(await recorded()).toEqual([`${ana} Q1 refused The schedule that paged was removed.`]);
  expect(asked).toEqual([]);
});

it("waits for a page that is on its way, and finds one whose answer nobody saw by its key", async () => {
  await paged({ outcome: "unknown" });
  await decide();
  expect(await close()).toMatchObject({ dueInMs: 15_000, hasFailed: true });
  expect(asked).toEqual([]);
  await paged({ outcome: "refused", why: "It is not known to have arrived." });
  // It did not arrive, so nothing is changed, and nothing is to be said.
  expect(await close()).toBeUndefined();
  expect([asked, await recorded()]).toEqual([["key patchbay-apr_1-1-PANA"], []]);
  keyed = "Q1";
  await close();
  expect(asked.slice(1)).toEqual(["key patchbay-apr_1-1-PANA", closing]);
  expect(await recorded()).toEqual([`${ana} Q1 unknown`, `${ana} Q1 applied`]);
});

it("closes nothing if nothing was sent, and looks by the key if the record of the page stays incomplete", async () => {
  await paged({ outcome: "refused", why: "The stored secret cannot be opened." });
  await decide();
  expect(await close()).toBeUndefined();
  expect(asked).toEqual([]);
  await paged({ outcome: "unknown" });
  keyed = "Q1";
  await close(6);
  expect(await recorded()).toEqual([`${ana} Q1 unknown`, `${ana} Q1 applied`]);
});

it("closes the pages of two people after a handover between two attempts", async () => {
  const toBo = { ...next, userId: bo };
  await paged({ outcome: "unknown" }, { outcome: "unknown", next: toBo });
  await paged({ outcome: "applied", next: toBo, page: "Q2" });
  await decide();
  // The answer about Ana's page was lost, and the tool does not take the other one at first.
  keyed = "Q1";
  onClose = async () => {
    if (asked.length === 1) throw unavailable;
  };
  expect(await close(1)).toMatchObject({ hasFailed: true });
  expect(await close(2)).toBeUndefined();
  expect((await recorded()).toSorted()).toEqual([
    `${ana} Q1 applied`,
    `${ana} Q1 unknown`,
    `${bo} Q2 applied`,
    `${bo} Q2 unknown`,
  ]);
  expect(asked.filter((line) => line.startsWith("close"))).toHaveLength(3);
});

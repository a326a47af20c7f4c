import { beforeEach, expect, it } from "vitest";
import { allPermissions, noPermissions } from "../../../src/domain/access/authorization.ts";
import type { OnCallNow, Page } from "../../../src/domain/access/on-call.ts";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { onCallApprovers } from "../../../src/operations/approval/on-call-approvers.ts";
import { pageApprover } from "../../../src/operations/approval/page-approvers.ts";
import type { Context } from "../../../src/operations/shared/context.ts";
import { startWorld, type World } from "../../support/world.ts";
import { by, requestApproval, schedulePages } from "./approval-request.ts";

const [ana, bo, cy] = ["U0ANA0001", "U0BOB0001", "U0CYD0001"];
const again = { dueInMs: 15_000, hasFailed: true };

let world: World;
let ctx: Context;
/** Who is on call, or why that cannot be read. */
let onCall: readonly string[] | string;
let pages: Page[];
let asked: number;
/** What the tool does with a page. */
let onPage: () => Promise<void>;
beforeEach(async () => {
  world = await startWorld();
  ctx = { ...world.ctx, actor: { kind: "system", job: "approvals" } };
  [onCall, pages, asked] = [[ana, bo], [], 0];
  onPage = async () => undefined;
  await schedulePages(world);
  await requestApproval(world, "apr_1");
});

const reader = {
  now: async (): Promise<readonly OnCallNow[]> => {
    const [schedule] = await world.ctx.workspace.onCallSchedules.list();
    if (!schedule) return [];
    if (typeof onCall === "string") return [{ schedule, people: [], unmapped: 0, unreadable: onCall }];
    const people = onCall.map((userId) => ({ id: `P${userId}`, name: userId, userId }));
    return [{ schedule, people, unmapped: 0 }];
  },
};

const page = async (step: number, attempts = 1) =>
  pageApprover(
    ctx,
    { itemId: `apr_1 ${step}`, attempts },
    {
      onCall: reader,
      onCallTools: {
        page: async (_at, sent) => {
          pages.push(sent);
          await onPage();
          return `Q${pages.length}`;
        },
      },
      notifier: { approvalRequested: async () => void (asked += 1) },
    },
  );

/** The entries about pages, oldest first: the turn, who, and how it ended. */
async function recorded(): Promise<readonly string[]> {
  const entries = await world.ctx.workspace.audit.entries({ limit: 100 });
  return entries
    .filter(({ kind }) => kind === "approval.paged")
    .map(({ details, outcome }) =>
      [details?.step, details?.paged, outcome, details?.["why"]]
        .filter((part) => part !== undefined)
        .join(" "),
    )
    .toReversed();
}

const paged = () => pages.map(({ person }) => person.slice(1));

it("pages the next approver whom nobody paged, even after a handover, with the person in the key", async () => {
  expect(await page(1)).toBeUndefined();
  onCall = [bo, cy];
  await page(2);
  expect(paged()).toEqual([ana, bo]);
  expect(pages.map(({ key }) => key)).toEqual([`patchbay-apr_1-1-P${ana}`, `patchbay-apr_1-2-P${bo}`]);
  expect(await recorded()).toEqual([
    `1 ${ana} unknown`,
    `1 ${ana} applied`,
    `2 ${bo} unknown`,
    `2 ${bo} applied`,
  ]);
  // An earlier process ended between the entry and the end of the work.
  await page(2, 2);
  expect(paged()).toEqual([ana, bo]);
});

it("pages another one for a second approval, and never the person who gave the first", async () => {
  onCall = [ana, bo, cy];
  await page(1);
  await page(2);
  const first = { by: { ...by.actor, userId: ana }, at: world.now().toISOString() };
  const event = { ...by, kind: "approval.approved" } as const;
  expect(await world.ctx.workspace.approvals.approveFirst("apr_1", first, 2, event)).toBe(true);
  // Bo was paged before, so Cy is next; then Bo once more, because nobody else is left.
  await page(3);
  await page(4);
  expect(paged()).toEqual([ana, bo, cy, bo]);
  onCall = [ana];
  await page(4, 2);
  expect(paged()).toHaveLength(4);
  expect(await recorded()).toContain(`4 ${bo} applied`);
});

it("has a page on record before it is sent, and asks everybody again after a crash", async () => {
  onPage = async () => {
    expect(await recorded()).toEqual([`1 ${ana} unknown`]);
    throw new Error("the process ends");
  };
  await expect(page(1)).rejects.toThrow("the process ends");
  onPage = async () => undefined;
  onCall = [bo, ana];
  await page(1, 2);
  expect([asked, paged()]).toEqual([2, [ana, ana]]);
  expect(new Set(pages.map(({ key }) => key)).size).toBe(1);
  expect(await recorded()).toEqual([`1 ${ana} unknown`, `1 ${ana} applied`]);
});

it("tries again when a tool, a schedule or Slack cannot be read, and then records why", async () => {
  onPage = async () => {
    throw new Problem("vendor_unavailable", "PagerDuty answered 503.");
  };
  for (const attempts of [1, 2]) expect(await page(1, attempts)).toEqual(again);
  expect(await page(1, 3)).toBeUndefined();
  // The next one's turn comes all the same.
  onPage = async () => undefined;
  await page(2);
  onCall = "PagerDuty cannot be reached.";
  expect(await page(3)).toEqual(again);
  await page(3, 3);
  expect(await recorded()).toEqual([
    `1 ${ana} unknown`,
    `1 ${ana} refused PagerDuty answered 503.`,
    `2 ${bo} unknown`,
    `2 ${bo} applied`,
    "3 refused PagerDuty cannot be reached.",
  ]);
  onCall = [ana];
  const unavailable = { ...noPermissions, unavailableReason: "Slack does not answer." };
  ctx = { ...ctx, authorizer: { permissions: async () => unavailable } };
  expect(await onCallApprovers(ctx, reader, ["U1"])).toEqual({
    approvers: [],
    unread: "Slack does not answer.",
  });
});

it("says how a page ended that failed before somebody decided, even if the work was begun", async () => {
  onPage = async () => {
    throw new Problem("vendor_unavailable", "PagerDuty answered 503.");
  };
  expect(await page(1)).toEqual(again);
  const { approvals } = world.ctx.workspace;
  const first = { by: { ...by.actor, userId: "U2" }, at: world.now().toISOString() };
  await approvals.approveFirst("apr_1", first, 2, { ...by, kind: "approval.approved" });
  for (const attempts of [2, 3]) expect(await page(1, attempts)).toBeUndefined();
  expect(await recorded()).toEqual([
    `1 ${ana} unknown`,
    `1 ${ana} refused It is not known to have arrived: the request did not wait for this approval any more.`,
  ]);
  expect(pages).toHaveLength(1);
});

it("pages nobody for a request that is decided while it finds people, or by a schedule without pages", async () => {
  const decision = {
    state: "declined",
    by: { ...by.actor, userId: "U2" },
    at: "2026-01-01T03:01:00.000Z",
  } as const;
  ctx = {
    ...ctx,
    authorizer: {
      permissions: async () => {
        const event = { ...by, kind: "approval.declined" } as const;
        await world.ctx.workspace.approvals.decide("apr_1", decision, event);
        return allPermissions;
      },
    },
  };
  expect(await page(1)).toBeUndefined();
  expect([pages, await recorded()]).toEqual([[], []]);

  ctx = { ...ctx, authorizer: world.ctx.authorizer };
  const { onCallSchedules } = world.ctx.workspace;
  await onCallSchedules.setAccess("ocs_1", { key: "a-key-of-pagerduty" }, by);
  expect(await onCallApprovers(ctx, reader, ["U1"])).toMatchObject({
    approvers: [{ userId: ana, paging: undefined }, { userId: bo }],
  });
  onCall = "PagerDuty cannot be reached.";
  expect(await onCallApprovers(ctx, reader, ["U1"])).toEqual({ approvers: [], unread: undefined });
});

it("records nothing where no page is set up, and says that a key cannot be decrypted", async () => {
  const { onCallSchedules } = world.ctx.workspace;
  await onCallSchedules.setAccess("ocs_1", { key: "a-key-of-pagerduty" }, by);
  expect(await page(1)).toBeUndefined();
  expect([pages, await recorded()]).toEqual([[], []]);
  const access = async () => {
    throw new Problem("not_connected", "The stored secret cannot be opened.");
  };
  ctx = { ...ctx, workspace: { ...ctx.workspace, onCallSchedules: { ...onCallSchedules, access } } };
  await page(1, 3);
  expect([pages, await recorded()]).toEqual([[], [`1 ${ana} refused The stored secret cannot be opened.`]]);
});

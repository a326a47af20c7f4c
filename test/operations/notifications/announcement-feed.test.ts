import { beforeEach, expect, it } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { announcementFeed } from "../../../src/operations/notifications/announcement-feed.ts";
import type { AnnouncedEntry } from "../../../src/operations/notifications/notifier.ts";
import { startWorld, type World } from "../../support/world.ts";

let world: World;
let read: AnnouncedEntry[];
let deliveries: number;
beforeEach(async () => {
  world = await startWorld();
  read = [];
  deliveries = 0;
  await world.ctx.workspace.settings.write(
    { announcementsChannelId: "C0VOICE01" },
    { actor: world.ctx.actor, requestId: "req_1" },
  );
});

const feed = () =>
  announcementFeed({
    store: world.store,
    log: world.ctx.log,
    locks: world.ctx.locks,
    notifier: {
      announcement: (_workspaceId, sequence, entry) => {
        read.push(entry);
        const kind = "entry" in entry ? entry.entry.kind : "unreadable";
        return kind === "change.outcome" ? `${kind} ${sequence}` : undefined;
      },
    },
    outbox: { deliverPending: async () => void (deliveries += 1) },
    track: () => undefined,
  });
const stored = async () => (await world.store.outbox.waiting()).map(({ message }) => message);
const newest = async () => (await world.ctx.workspace.audit.entries({ limit: 1 })).at(0)?.sequence;
const position = async () => world.ctx.workspace.announcementCursor.position();

it("stores an announcement of each new entry once, in order, and has them delivered", async () => {
  const before = (await newest()) ?? 0;
  const { requested } = await world.record("chg_1", "agent_a", "agent_b");
  await world.ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome: "applied" });
  const { checkAll: lookAtAll } = feed();
  await Promise.all([lookAtAll(), lookAtAll()]);
  await lookAtAll();
  expect(await stored()).toEqual([`change.outcome ${before + 2}`]);
  expect(deliveries).toBe(1);
  expect(read.at(-1)).toMatchObject({ requested: { sequence: before + 1, changeId: "chg_1" } });
});

it("reads an entry that is not announced once", async () => {
  const before = (await newest()) ?? 0;
  await world.record("chg_1", "agent_a", "agent_b");
  await feed().checkAll();
  expect([await stored(), deliveries, await position()]).toEqual([[], 0, before + 1]);
});

it("announces nothing without a channel", async () => {
  await world.ctx.workspace.settings.write({}, { actor: world.ctx.actor, requestId: "req_2" });
  await world.record("chg_1", "agent_a", "agent_b");
  await feed().checkAll();
  expect(read).toEqual([]);
});

it("tries again when the announcement cannot be stored", async () => {
  const { requested } = await world.record("chg_1", "agent_a", "agent_b");
  await world.ctx.workspace.audit.append({ ...requested, kind: "change.outcome", outcome: "applied" });
  const { announcementCursor } = world.ctx.workspace;
  const { advance } = announcementCursor;
  Object.assign(announcementCursor, {
    advance: async () => {
      throw new Problem("not_recorded", "The disk is full.");
    },
  });
  await feed().checkAll();
  Object.assign(announcementCursor, { advance });
  expect(await stored()).toEqual([]);
  await feed().checkAll();
  expect(await stored()).toHaveLength(1);
});

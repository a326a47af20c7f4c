import { beforeEach, expect, it } from "vitest";
import type { OnCallNow } from "../../../src/domain/access/on-call.ts";
import { askedText } from "../../../src/slack/forms/asked-approvers.ts";
import { approversText } from "../../../src/slack/forms/form-restrictions.ts";
import { cli, nobody } from "../../support/fixtures.ts";
import { startWorld, type World } from "../../support/world.ts";

const by = { actor: cli, requestId: "req_1" } as const;
const [ana, bo] = ["U0ANA0001", "U0BOB0001"];
const paging = { key: "a-key-of-pagerduty", service: "PIJ90N7", from: "voice@example.com" };

let world: World;
beforeEach(async () => {
  world = await startWorld();
  const { onCallSchedules } = world.ctx.workspace;
  const schedule = { id: "ocs_1", name: "Voice <1>", tool: "pagerduty", schedule: "PI7DH85" } as const;
  await onCallSchedules.add(schedule, paging, by);
});

/** What a form says while requests are open for so many minutes. */
async function form(minutes: number): Promise<string> {
  const { settings } = world.ctx.workspace;
  const approver = { ...nobody, schedules: ["ocs_1"] };
  await settings.write(
    { roles: { approver }, protection: { on: true, breakGlass: false, minutes } },
    { ...by, outcome: "applied" },
  );
  const now = async (): Promise<readonly OnCallNow[]> => {
    const [schedule] = await world.ctx.workspace.onCallSchedules.list();
    const people = [ana, bo].map((userId) => ({ id: `P${userId}`, name: userId, userId }));
    return schedule ? [{ schedule, people, unmapped: 0 }] : [];
  };
  const asking = { ctx: world.ctx, deps: { onCall: { now } }, conversation: { userId: "U1" } };
  return askedText(asking, false);
}

it("promises the pages for which a request is open, and none where nobody set them up", async () => {
  const first = `<@${ana}> is on call and asked first`;
  const end = "Break-glass is not possible for you.";
  const pages = [`<@${ana}> is paged after 3 min`, `<@${bo}> is paged after 6 min`];
  expect(await form(30)).toBe(`${first}: ${pages.join(", then ")}. ${end}`);
  expect(await form(6)).toBe(`${first}: ${pages[0]}. ${end}`);
  await world.ctx.workspace.onCallSchedules.setAccess("ocs_1", { key: paging.key }, by);
  expect(await form(30)).toBe(`${first}; nobody is paged. ${end}`);
});

it("names the schedules that make approvers", async () => {
  await form(30);
  expect(await approversText(world.ctx.workspace)).toBe("the people on call in Voice &lt;1&gt;");
});

import { afterEach, beforeEach, expect, it } from "vitest";
import { pageWorkspaces } from "../../src/demo/page/people.ts";
import { startDemoSession, type DemoSession } from "../../src/demo/page/demo-session.ts";
import { visibleText } from "../../src/sandbox/slack/index.ts";
import { formSays } from "../support/screen.ts";

let session: DemoSession;
let aheadMs = 0;
beforeEach(async () => {
  aheadMs = 0;
  session = await startDemoSession({ time: { now: () => new Date(Date.now() + aheadMs), timedEveryMs: 20 } });
});
afterEach(async () => {
  await session.close();
});

const operators = pageWorkspaces.flatMap(({ info }) =>
  info.people
    .filter(({ role }) => role === "operator")
    .map(({ id, name, sees }) => ({ name, team: info.id, userId: id, channelId: sees[0] ?? "" })),
);
/** A change for a minute in each workspace, and the digits by which messages name its number. */
const changes: Readonly<Record<string, readonly [line: string, digits: string]>> = {
  T0PATCH01: ['reassign "After hours" to Appointments for 1m because it loops', "617 555 0181"],
  T0NORD001: [
    'rename "Nordlicht Roadside Dallas" to "Nordlicht night" for 1m because it loops',
    "214 555 0100",
  ],
};

// F3
it.each(operators)(
  "shows $name the reminder and the expiry of a change in the opening channel",
  async (operator) => {
    const { slack } = session.harness;
    const { team, userId, channelId } = operator;
    const [line = "", digits = ""] = changes[team] ?? [];
    const saidBefore = slack.messages(channelId).length;
    const person = slack.as(team, userId);
    await person.command(line, { channelId });
    await formSays(session.harness, person, "*Reverts*");
    const { errors, trouble } = await person.submit();
    expect([errors, trouble]).toEqual([undefined, undefined]);
    const told = async (what: string, count: number): Promise<unknown> =>
      slack.eventually(`${what} in ${channelId}`, () => {
        const news = slack.messages(channelId).slice(saidBefore);
        return news.filter((message) => visibleText(message).includes(digits)).length === count;
      });
    await told("the result", 1);
    aheadMs = 50_000;
    await told("the reminder", 2);
    aheadMs = 61_000;
    await told("the end", 3);
  },
);

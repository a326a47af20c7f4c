import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { demoAccount, type AccountSeed } from "../../../src/sandbox/vendors/index.ts";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { announcements, cli, teamId, voiceOps } from "../../support/fixtures.ts";
import { change } from "../../support/undo.ts";
import { person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { blockText, opens } from "../../support/words.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";

const odd = ["constructor", "__proto__", "toString", "hasOwnProperty"] as const;

let harness: Harness;
let logged: string[];
beforeEach(async () => {
  logged = [];
  const channels = [
    ...demoWorkspace.channels,
    { id: announcements, name: "patchbay-log", botIsMember: true },
  ];
  harness = await startHarness({
    workspaces: [{ ...demoWorkspace, channels }],
    connected: ["cartesia"],
    accounts: (vendor): AccountSeed => {
      const seed = demoAccount(vendor);
      if (vendor !== "cartesia") return seed;
      const agents = odd.map((id) => ({ id, name: `Agent ${id.replaceAll("_", "")}` }));
      const [first, ...rest] = seed.numbers;
      // Nobody has a name for this one's agent: it is on no list.
      const numbers = first ? [{ ...first, agentId: "valueOf" }, ...rest] : rest;
      return { ...seed, agents: [...seed.agents, ...agents], numbers };
    },
    logTo: { write: (line) => void logged.push(line) },
    outboxEveryMs: 20,
  });
  await harness.infra.store
    .workspace(teamId)
    .settings.write(
      { announcementsChannelId: announcements },
      { actor: cli, requestId: "test", details: { before: "{}", after: "{}" } },
    );
});
afterEach(async () => harness.close());

it.each(odd)("names an agent whose id is %s everywhere", async (id) => {
  const name = `Agent ${id.replaceAll("_", "")}`;
  const omar = person(harness, "U0OPER001");
  await omar.command("incident start INC-7 Odd ids", { channelId: voiceOps });
  await toldInChannel(harness, voiceOps, "*INC-7*");
  await change(harness, omar, `reassign Roadside to "${name}" because odd`, voiceOps);
  await toldInChannel(harness, voiceOps, `→ *${name}*`);
  await change(harness, omar, "reassign Roadside to Dispatch because back", "C0INCID01");
  await toldInChannel(harness, announcements, `*${name}* → *Dispatch*`);

  await omar.command("history Roadside");
  expect(textOf(await toldAlone(harness, "U0OPER001", "History of"))).toContain(`*${name}* → *Dispatch*`);
  await omar.openHome();
  await harness.slack.eventually("the change on the home tab", () =>
    blockText(harness.slack.home(teamId, "U0OPER001")).includes(`*${name}* → *Dispatch*`),
  );
  await omar.command("incident end INC-7", { channelId: voiceOps });
  await toldInChannel(harness, voiceOps, "was ended");
  const report = await harness.slack.eventually("the report", () =>
    harness.slack.messages(voiceOps).find(({ files }) => files),
  );
  expect(report.files?.[0]?.content?.replaceAll("\\", "")).toContain(`${name} (${id})`);
  expect(logged.filter((line) => line.includes('"bug"'))).toEqual([]);
});

it("shows the id where no name is on record for it", async () => {
  const omar = person(harness, "U0OPER001");
  const form = await opens(harness, omar, async () => omar.command("reassign 0107"), "*Now:*");
  expect(blockText(form)).toContain("agent `valueOf`");
});

it("skips an entry that it cannot announce, says so, and continues", async () => {
  const { audit } = harness.infra.store.workspace(teamId);
  await harness.stopApp();
  const about = {
    actor: cli,
    requestId: "r1",
    changeId: "chg_odd",
    change: "reassign",
    connection: { id: "con_x", vendor: JSON.parse('"toString"'), name: "odd" },
    number: { connectionId: "con_x", numberId: "n", e164: "+14155550100", name: "Odd" },
    before: { agent: "a" },
    wanted: { agent: "b" },
  } as const;
  await audit.append({ ...about, kind: "change.outcome", outcome: "applied" });
  await audit.append({ kind: "freeze.set", actor: cli, requestId: "r2", details: { title: "torn" } });
  const torn = (await audit.entries({ limit: 1 }))[0]?.sequence;
  await audit.append({ kind: "freeze.set", actor: cli, requestId: "r3", details: { title: "whole" } });
  const db = openFile(harness.settings.databasePath);
  const guards = db.prepare<[], { sql: string; name: string }>(
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
  );
  const triggers = guards.all();
  for (const { name } of triggers) db.exec(`DROP TRIGGER "${name}"`);
  db.prepare("UPDATE audit_entries SET details = '{' WHERE sequence = ?").run(torn);
  for (const { sql } of triggers) db.exec(sql);
  db.close();
  await harness.startApp();
  await toldInChannel(harness, announcements, "froze *whole*");
  const told = harness.slack.messages(announcements).map((message) => textOf(message));
  const missing = told.filter((words) => words.includes("could not put audit log entry"));
  // A vendor that nobody knows costs no words: the entry has what there is to say.
  expect(
    told.some((words) => words.includes("reassigned *Odd*") && words.includes("+1 415 555 0100 · odd")),
  ).toBe(true);
  expect(missing).toHaveLength(1);
  expect(missing[0]).toContain(`entry ${torn} into words`);
  expect(logged.filter((line) => line.includes("event not formatted"))).toHaveLength(1);
});

it("skips a message that Slack never accepts, says so, and continues", async () => {
  await harness.stopApp();
  const { outbox } = harness.infra.store;
  const place = { channelId: announcements };
  const bad = { text: "bad", blocks: [{ type: "section", text: { type: "mrkdwn", text: "" } }] };
  await outbox.add(teamId, place, bad);
  await outbox.add(teamId, place, { text: "behind it", blocks: [] });
  await harness.startApp();
  await toldInChannel(harness, announcements, "behind it");
  const told = harness.slack.messages(announcements).map((message) => textOf(message));
  expect(told[0]).toContain("could not post a message here: Slack does not accept it");
  expect(await harness.audit()).toContainEqual(
    expect.objectContaining({
      kind: "message.dropped",
      reason: "Slack does not accept it: invalid_blocks",
    }),
  );
});

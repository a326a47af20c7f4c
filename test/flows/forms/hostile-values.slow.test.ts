import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { demoAccount } from "../../../src/sandbox/vendors/index.ts";
import type { SandboxMessage, SandboxView, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { admin, operator, teamId, uuid, voiceOps } from "../../support/fixtures.ts";
import { settle } from "../../support/restrictions.ts";
import { formSays, person, toldAlone, toldInChannel } from "../../support/screen.ts";
import { showTopic } from "../installation/settings-topics.ts";
import { brokenIn, blockText, opens, quiet } from "../../support/words.ts";

const repeated = (text: string, most: number): string => {
  const count = Array.from(text).length;
  return text.repeat(Math.floor(most / count));
};
/** Names of 200 characters and more, each hostile in its own way. */
const names = ["&", "<@U0ADMIN01>", "👩‍💻 ", "🇩🇪", "*_~`", "e\u0301", "a<b>&amp;c ", "پشتیبانی‌ها "].map((one) =>
  repeated(one, 200),
);
const nameOf = (at: number): string => `${at} ${names[at % names.length]}`;
const longReason = repeated("&<>", 300);

let harness: Harness;
let omar: SlackPerson;
let ada: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({
    connected: ["oneinbox"],
    logTo: quiet,
    outboxEveryMs: 20,
    driftEveryMs: 50,
    pause: async () => undefined,
    accounts: (id) => {
      const account = demoAccount(id);
      if (id !== "oneinbox") return account;
      const agents = Array.from({ length: 40 }, (_, at) => ({ id: uuid(900 + at), name: nameOf(at) }));
      const numbers = Array.from({ length: 100 }, (_, at) => ({
        id: uuid(at + 1),
        e164: `+1305555${String(at).padStart(4, "0")}`,
        name: nameOf(at),
        agentId: uuid(900 + (at % 40)),
      }));
      return { ...account, agents, numbers };
    },
  });
  omar = person(harness, operator);
  ada = person(harness, admin);
});
afterEach(async () => harness.close());

/** What Slack answers to what is too long, too much or not well made. */
const aboutContent = new Set([
  "invalid_blocks",
  "invalid_arguments",
  "view_too_large",
  "msg_too_long",
  "no_text",
]);

interface Shown {
  readonly where: string;
  readonly blocks: unknown;
  readonly text?: string | undefined;
}

/** Every text in mrkdwn on a screen. */
function mrkdwnIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (typeof value !== "object" || value === null) return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  if (type === "mrkdwn" && typeof text === "string") return [text];
  return Object.values(value).flatMap(mrkdwnIn);
}

/** What Slack has not taken of all that the app has sent, and what of it is torn. */
function faults(): string[] {
  const refused = harness.slack.calls
    .filter(({ error }) => error !== undefined && aboutContent.has(error))
    .map(({ method, error, answer }) => `${method}: ${error} ${JSON.stringify(answer)}`);
  const message = ({ text, blocks }: SandboxMessage): Shown => ({ where: "message", blocks, text });
  const view = (shown: SandboxView | undefined): Shown[] =>
    shown ? [{ where: shown.callback_id ?? "home", blocks: shown.blocks }] : [];
  const shown: Shown[] = [
    ...harness.slack.messages(voiceOps).map(message),
    ...[operator, admin].flatMap((id) => harness.slack.ephemerals(id).map(message)),
    ...[operator, admin].flatMap((id) => harness.slack.directMessages(id).map(message)),
    ...sent(),
    ...[operator, admin].flatMap((id) => view(harness.slack.home(teamId, id))),
  ];
  const torn = shown.flatMap(({ where, blocks, text = "" }) =>
    [...mrkdwnIn(blocks), text].flatMap((one) => brokenIn(one).map((fault) => `${where}: ${fault}`)),
  );
  return [...new Set([...refused, ...torn])];
}

/** Every view that was drawn, also those that others have taken the place of. */
function sent(): Shown[] {
  return harness.slack.calls
    .filter(({ method }) => method.startsWith("views."))
    .map(({ method, args }) => {
      const view = typeof args["view"] === "string" ? (JSON.parse(args["view"]) as unknown) : args["view"];
      return { where: method, blocks: view };
    });
}

async function freezeMany(count: number): Promise<void> {
  const { freezes } = harness.infra.store.workspace(teamId);
  const connectionId = harness.connections.oneinbox?.id ?? "";
  const actor = { kind: "user", userId: operator, workspaceId: teamId } as const;
  for (let at = 0; at < count; at += 1) {
    const title = `${nameOf(at)} (+1 305 555 0000)`;
    await freezes.set(
      {
        connectionId,
        numberId: at < 90 ? uuid(at + 10) : `gone_${at}`,
        title,
        by: actor,
        reason: longReason,
        at: new Date().toISOString(),
        until: "9999-12-31T23:59:59.999Z",
      },
      { kind: "freeze.set", actor, requestId: `r${at}`, outcome: "applied", details: { title } },
    );
  }
}

// D9
it("sends nothing that Slack refuses, and splits no character, whatever the names, reasons and numbers", async () => {
  await freezeMany(300);
  await settle(harness, { announcementsChannelId: voiceOps });
  const says = async (line: string, words: string, who = omar, id = operator): Promise<string> => {
    await who.command(line, { channelId: voiceOps });
    return blockText(await toldAlone(harness, id, words));
  };
  await says("list", "100 numbers");
  expect(await says("freeze", "is frozen")).toContain("And 280 more: `/number unfreeze`");
  await says(`show ${uuid(1)}`, "answers now");
  await says("status", "As of");
  await says("help", "Patchbay");
  await says(`show ${"&".repeat(300)}`, "No number is called");
  await omar.command("incident start INC-7 " + repeated("&<", 90), { channelId: voiceOps });
  await toldInChannel(harness, voiceOps, "*INC-7*");
  for (const [at, line] of [
    `reassign ${uuid(1)} to ${uuid(905)} for 30m`,
    `reassign ${uuid(2)} to ${uuid(906)}`,
    `rename ${uuid(3)} to ${repeated("&<👩‍💻>", 200)}`,
  ].entries()) {
    await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), "*Now:*");
    await omar.fill("reason", longReason);
    expect((await omar.submit()).errors, `line ${at}`).toBeUndefined();
    await formSays(harness, omar, "confirmed by");
    await omar.close();
  }
  await opens(harness, omar, async () => omar.command(`edit ${uuid(4)}`, { channelId: voiceOps }), "*Now:*");
  await omar.fill("voicemail_message", repeated("&<", 1000));
  await omar.fill("reason", longReason);
  expect((await omar.submit()).errors).toBeUndefined();
  await formSays(harness, omar, "confirmed by");
  await omar.close();
  await opens(
    harness,
    omar,
    async () => omar.command(`reassign ${uuid(30)}`, { channelId: voiceOps }),
    "is frozen",
  );
  await omar.close();
  harness.vendors.oneinbox.changeNumber(uuid(2), { inbound_routing: { agent_id: uuid(911) } });
  await toldInChannel(harness, voiceOps, "outside Patchbay");
  await says("history", "History of all numbers");
  await says(`history ${uuid(1)}`, "History of");
  await says("status", "Temporary changes");
  await says("incident", "*INC-7*");
  await opens(
    harness,
    omar,
    async () => omar.command("incident revert", { channelId: voiceOps }),
    "will be restored",
  );
  await omar.close();
  await opens(
    harness,
    omar,
    async () => omar.command(`undo ${uuid(1)}`, { channelId: voiceOps }),
    "*After:*",
  );
  await omar.close();
  await says("connections", "Healthy", ada, admin);
  await says("protect", "protected", ada, admin);
  await ada.command("settings");
  await formSays(harness, ada, "Admins by name");
  for (const topic of ["reasons", "approvals", "channels", "drift"] as const)
    await showTopic(harness, ada, topic);
  await ada.close();
  await omar.openHome();
  await harness.slack.eventually("the home tab", () =>
    blockText(harness.slack.home(teamId, operator)).includes("And 290 more: `/number freeze` shows them."),
  );
  await omar.command("incident end INC-7", { channelId: voiceOps });
  await toldInChannel(harness, voiceOps, "was ended by");
  expect(faults()).toEqual([]);
});

import { setTimeout as pause } from "node:timers/promises";
import type { SlackPerson, SlackSandbox } from "../../src/sandbox/slack/index.ts";
import type { Workplace } from "./mixed-work.ts";
import { announcedId, channelId, teamId, userId } from "./workspace.ts";

/**
 * How long the app must be silent for an action to count as finished, and how long to wait for that, in milliseconds.
 */
const [quietMs, longestMs] = [300, 8_000];

/** What a person does. `admin` has every permission. */
type Act = (at: { readonly admin: SlackPerson; readonly slack: SlackSandbox }) => Promise<unknown>;

/** Slack's longest command and message, in characters. */
const [longestCommand, longestMessage] = [3_000, 40_000];
const filled = (part: string, length = longestCommand): string =>
  part.repeat(Math.ceil(length / part.length)).slice(0, length);
/** A number of the large account with its connection's name, and one that was changed for an incident. */
const number = "+12062000123";

const say =
  (text: string): Act =>
  async ({ admin }) =>
    admin.command(text, { channelId });
const sayAtOnce =
  (...texts: readonly string[]): Act =>
  async ({ slack }) =>
    Promise.all(texts.map(async (text, at) => slack.as(teamId, userId(at)).command(text, { channelId })));
const shortcut =
  (callbackId: string, text: string): Act =>
  async ({ admin }) =>
    admin.messageShortcut(callbackId, { channelId, ts: "1700000000.000100", text });

/** Opens a form, fills it in and submits it. */
const form =
  (line: string, values: Readonly<Record<string, string>> = {}): Act =>
  async ({ admin, slack }) => {
    await admin.command(line, { channelId });
    await slack.eventually(`a form for ${line.slice(0, 20)}`, () => Boolean(admin.view()?.["submit"]));
    for (const [actionId, value] of Object.entries(values)) await admin.fill(actionId, value);
    await admin.submit();
  };
const typing =
  (...texts: readonly string[]): Act =>
  async ({ admin, slack }) => {
    await admin.command("reassign", { channelId });
    await slack.eventually("a form that asks for a number", () =>
      JSON.stringify(admin.view() ?? {}).includes('"action_id":"number"'),
    );
    for (const text of texts) await admin.suggestions("number", text);
  };
const manyNumbers = Array.from({ length: 2_000 }, (_, at) => `+1206${2_000_000 + at}`).join(", ");

const acts: Readonly<Record<string, Act>> = {
  help: say("help"),
  list: say("list support"),
  "list everything": say("list"),
  "list, 3,000 characters": say(`list ${filled("x")}`),
  show: say(`show ${number}`),
  "show, the last digits": say("show 0123"),
  "show, a name with a mistake": say("show Bostn suport 40"),
  "show, 3,000 letters, five at once": sayAtOnce(
    ...Array.from("abcde", (letter) => `show ${filled(letter)}`),
  ),
  "show, 3,000 quotes": say(`show ${filled('"')}`),
  "show, 3,000 curly quotes and words": say(`show ${filled("“a” ")}`),
  "show, 3,000 brackets": say(`show ${filled("(")}`),
  "show, 3,000 combining characters": say(`show ${filled("a\u0301\u0323")}`),
  "show, 3,000 digits": say(`show +${filled("1234567890")}`),
  "show, links in links": say(`show ${filled("<tel:+1|")}`),
  status: say("status"),
  reassign: form(`reassign ${number} to cartesia_agent_7 because of the bench`),
  "reassign, every word a keyword": sayAtOnce(
    `reassign ${filled("to for 1h until incident 1 ")}`,
    `reassign ${filled('incident "')}`,
  ),
  detach: form("detach +12062000124"),
  rename: form("rename +12062000125 to Another"),
  "rename to 3,000 characters": say(`rename ${number} to ${filled("ü ")}`),
  edit: say(`edit +16172000123`),
  undo: say("undo"),
  history: say("history"),
  "history of a number": say(`history ${number}`),
  freeze: say(`freeze ${number} because of the bench`),
  "freeze a connection": say("freeze connection cartesia main for 2h because of the bench"),
  "freeze all": say("freeze all because of the bench"),
  "list freezes": say("freeze"),
  unfreeze: say(`unfreeze ${number}`),
  "unfreeze a connection": say("unfreeze connection cartesia main"),
  "unfreeze all": say("unfreeze all"),
  "unfreeze, 3,000 characters": say(`unfreeze ${filled("x(+1 ")}`),
  protect: say(`protect ${number}`),
  "protect a connection": say("protect connection cartesia main"),
  "protect all": say("protect all"),
  "list protections": say("protect"),
  unprotect: say(`unprotect ${number}`),
  "unprotect a connection": say("unprotect connection cartesia main"),
  "unprotect all": say("unprotect all"),
  reviews: say("reviews"),
  connect: say("connect"),
  connections: say("connections"),
  "App Home": async ({ admin }) => admin.openHome(),
  "typeahead, letters": typing("b", "bo", "bost", "a", "(", "“"),
  "typeahead, 3,000 characters": typing(filled("x"), filled("Überlauf "), filled("2")),
  "message shortcut, 40,000 characters of prose": shortcut(
    "numbers_in_message",
    filled("Callers at 2:50 hear nothing (1 of 3) - ext. 5. ", longestMessage),
  ),
  "message shortcut, 40,000 digits and blanks": shortcut(
    "numbers_in_message",
    filled("2:50 ", longestMessage),
  ),
  "message shortcut, 2,000 numbers": shortcut("numbers_in_message", manyNumbers),
  "message shortcut, start an incident": shortcut("start_incident", filled("INC-1 (down) ", longestMessage)),
  "incident start": async ({ admin }) =>
    admin.command(`incident start INC-2 ${filled("Calls drop ", 140)}`, { channelId: announcedId }),
  "incident timeline": say("incident INC-1"),
  "incident end, 1,000 changes": async ({ admin, slack }) => {
    await admin.command("incident end INC-1", { channelId });
    await slack.eventually("the report of an incident", () =>
      slack.calls.some(({ method }) => method === "files.completeUploadExternal"),
    );
  },
  "incident revert, 1,000 changes": async ({ admin, slack }) => {
    await admin.command("incident revert INC-1", { channelId });
    await slack.eventually("the preview of a revert", () => Boolean(admin.view()?.["submit"]));
    await admin.submit();
  },
  settings: async ({ admin, slack }) => {
    await admin.command("settings", { channelId });
    await slack.eventually("the settings", () => Boolean(admin.view()?.["submit"]));
    await admin.choose("settings_topic", { text: "Changes outside Patchbay", value: "drift" });
    await slack.eventually("the topic", () =>
      JSON.stringify(admin.view()?.["blocks"] ?? []).includes('"action_id":"drift"'),
    );
    await admin.choose("drift", { text: "All numbers", value: "all" });
    await admin.submit();
  },
};

/** The names of all actions, in order. */
export const stallActs: readonly string[] = Object.keys(acts);

/** Runs an action and waits until the app has sent everything. Throws for an unknown name. */
export async function stallAct(name: string, { slack }: Workplace): Promise<void> {
  const act = acts[name];
  if (!act) throw new Error(`there is no act ${name}`);
  const admin = slack.as(teamId, userId(0));
  while (admin.view()) await admin.close();
  const startedAt = performance.now();
  await act({ admin, slack });
  for (let [calls, since] = [slack.calls.length, performance.now()]; ;) {
    await pause(25);
    const now = performance.now();
    if (slack.calls.length !== calls) [calls, since] = [slack.calls.length, now];
    if (now - startedAt > longestMs) return;
    if (now - since > quietMs && slack.calls.some(({ method }) => answers.test(method))) return;
  }
}

/** The calls by which the app shows something to people. */
const answers = /^(?:response_url|views\.|chat\.|files\.)/u;

import { composedText } from "./composed-text.ts";
import { deliver } from "../delivery.ts";
import { eventPayload } from "../event-payload.ts";
import { isObject, parseJson } from "../json.ts";
import { choose, fill, press } from "./keyboard.ts";
import { inviteApp, removeApp } from "../membership.ts";
import { type OpenView, viewAsSent } from "./open-views.ts";
import { commandPayload, messageShortcutPayload, shortcutPayload } from "./payloads.ts";
import type { SlackPerson } from "../sandbox-types.ts";
import { postAs, postIn } from "../web-api/post-message.ts";
import { fieldLabelled, fieldOn, screenFor } from "./screens.ts";
import { isForeign, type Session } from "./session.ts";
import { dismiss, submit } from "./submission.ts";
import { suggestions } from "./suggestions.ts";
import type { Delivery } from "../types.ts";

const DEFAULT_COMMAND = "/number";

function topForm({ world, workspace, user }: Session): OpenView {
  const open = world.views.top(workspace, user.id);
  if (open === undefined) throw new Error(`${user.id} has no form open`);
  return open;
}

/** Types into a field. In a select that asks the app, it then takes the option with the typed value. */
async function fillOrPick(
  session: Session,
  on: Parameters<typeof fill>[1],
  field: Parameters<typeof fill>[2],
  value: string,
): Promise<Delivery | undefined> {
  if (field.element["type"] !== "external_select") return fill(session, on, field, value);
  const { options } = await suggestions(session, on, field, value);
  const option = options.find((each) => each.value === value);
  if (!option) throw new Error(`no option is ${value}: ${options.map((each) => each.value).join(", ")}`);
  return choose(session, on, field, option);
}

async function command(
  session: Session,
  text: string,
  options: { command?: string; channelId?: string; triggerAgeMs?: number; sent?: boolean },
): Promise<Delivery> {
  const { world, workspace, user } = session;
  if (isForeign(session)) throw new Error(`${user.id} is of another organization and has no slash commands`);
  const channelId = options.channelId ?? workspace.seed.channels[0]?.id;
  if (channelId === undefined) throw new Error(`${workspace.seed.teamId} has no channel to type in`);
  const name = options.command ?? DEFAULT_COMMAND;
  const sent = options.sent === true ? text : composedText(text, workspace.seed, world.options.emoji);
  const payload = commandPayload(session, name, sent, channelId, options.triggerAgeMs ?? 0);
  const delivery = await deliver(world, "command", payload);
  const body = delivery.body.trim();
  // By a socket, an empty acknowledgement is an empty object.
  if (delivery.problem !== undefined || body === "" || body === "{}") return delivery;
  const parsed = parseJson(body);
  const place = { workspace, channelId, userId: user.id };
  const refused = postIn(world, place, isObject(parsed) ? parsed : { text: body });
  if (refused !== undefined) delivery.problem = `invalid_command_response: ${refused}`;
  return delivery;
}

async function openHome(session: Session): Promise<Delivery> {
  const { world, workspace, user } = session;
  const open = world.views.home(workspace, user.id);
  const event = {
    type: "app_home_opened",
    user: user.id,
    channel: await workspace.directChannel(user.id),
    tab: "home",
    ...(open === undefined ? {} : { view: viewAsSent(open, true) }),
  };
  return deliver(world, "event", eventPayload(world, workspace, event, {}));
}

/** According to Slack's page on `app_mention`: only where the app is a member, with a thread's `thread_ts` in a thread. */
async function mention(
  session: Session,
  text: string,
  where: { channelId: string; threadTs?: string },
): Promise<Delivery | undefined> {
  const { world, workspace, user } = session;
  const { botUserId, teamId, scopes } = workspace.seed;
  const said = postAs(session, text, where);
  if (!said.text.includes(`<@${botUserId}>`)) throw new Error(`the app is not mentioned in ${text}`);
  const hasScope = scopes === undefined || scopes.includes("app_mentions:read");
  if (!hasScope || !workspace.botChannels.has(where.channelId)) return undefined;
  const team = user.teamId ?? teamId;
  const event = {
    type: "app_mention",
    user: user.id,
    text: said.text,
    ts: said.ts,
    channel: where.channelId,
    team,
    ...(where.threadTs === undefined ? {} : { thread_ts: where.threadTs }),
    ...(isForeign(session) ? { user_team: team, source_team: team } : {}),
    event_ts: said.ts,
  };
  return deliver(world, "event", {
    ...eventPayload(world, workspace, event, {}),
    is_ext_shared_channel: isForeign(session),
  });
}

/** A person at a keyboard. */
export function person(session: Session): SlackPerson {
  const { world, workspace, user } = session;
  return {
    command: (text, options = {}) => command(session, text, options),
    globalShortcut: (callbackId) => deliver(world, "interaction", shortcutPayload(session, callbackId)),
    messageShortcut: (callbackId, message) =>
      deliver(world, "interaction", messageShortcutPayload(session, callbackId, message)),
    openHome: () => openHome(session),
    say: (text, where) => postAs(session, text, where),
    mention: async (text, where) => mention(session, text, where),
    inviteApp: (channelId) => inviteApp(session, channelId),
    removeApp: (channelId) => removeApp(session, channelId),
    appChannel: () => workspace.directChannel(user.id),
    view() {
      const open = world.views.top(workspace, user.id);
      return open === undefined ? undefined : viewAsSent(open, true);
    },
    async options(actionId, typed, options = {}) {
      const on = screenFor(session, options.in);
      return (await suggestions(session, on, fieldOn(on, actionId, options), typed)).options;
    },
    async suggestions(actionId, typed, options = {}) {
      const on = screenFor(session, options.in);
      return suggestions(session, on, fieldOn(on, actionId, options), typed);
    },
    async choose(actionId, option, options = {}) {
      const on = screenFor(session, options.in);
      return choose(session, on, fieldOn(on, actionId, options), option);
    },
    async fill(actionId, value, options = {}) {
      const on = screenFor(session, options.in);
      return fillOrPick(session, on, fieldOn(on, actionId, options), value);
    },
    async fillByLabel(label, value) {
      const on = screenFor(session);
      return fillOrPick(session, on, fieldLabelled(on, label), value);
    },
    async click(actionId, options = {}) {
      const on = screenFor(session, options.in);
      return press(session, on, fieldOn(on, actionId, options));
    },
    submit: async () => submit(session, topForm(session)),
    close: async () => dismiss(session, topForm(session)),
  };
}

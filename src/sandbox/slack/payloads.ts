import { enterpriseOf } from "./directory-methods.ts";
import { type Field, stateOf } from "./fields.ts";
import { slackTs, slug } from "./ids.ts";
import type { Json } from "./json.ts";
import type { StoredMessage } from "./messages.ts";
import { type OpenView, viewAsSent } from "./open-views.ts";
import { channelOf, common, responseUrl, type Seat, trigger, VERIFICATION_TOKEN } from "./session.ts";

/** A slash command: a form, so that even `is_enterprise_install` is a string. */
export function commandPayload(
  seat: Seat,
  command: string,
  text: string,
  channelId: string,
  triggerAgeMs: number,
): Record<string, string> {
  const { world, workspace, user } = seat;
  const { seed } = workspace;
  const enterprise = enterpriseOf(seed);
  return {
    token: VERIFICATION_TOKEN,
    team_id: seed.teamId,
    team_domain: slug(seed.name),
    ...(enterprise === null ? {} : { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
    channel_id: channelId,
    channel_name: channelOf(seat, channelId).name,
    user_id: user.id,
    user_name: slug(user.name),
    command,
    text,
    api_app_id: world.options.appId,
    is_enterprise_install: String(seed.orgInstall === true),
    response_url: responseUrl(seat, channelId),
    trigger_id: world.triggers.create(workspace, user.id, triggerAgeMs),
  };
}

/** A global shortcut. */
export function shortcutPayload(seat: Seat, callbackId: string): Json {
  return {
    type: "shortcut",
    ...common(seat),
    callback_id: callbackId,
    action_ts: slackTs(),
    trigger_id: trigger(seat),
  };
}

/** A shortcut on a message. */
export function messageShortcutPayload(
  seat: Seat,
  callbackId: string,
  { channelId, ...message }: { channelId: string; ts: string; text: string },
): Json {
  return {
    type: "message_action",
    ...common(seat),
    callback_id: callbackId,
    action_ts: slackTs(),
    trigger_id: trigger(seat),
    response_url: responseUrl(seat, channelId),
    message_ts: message.ts,
    channel: channelOf(seat, channelId),
    message: { type: "message", user: seat.user.id, team: seat.workspace.seed.teamId, ...message },
  };
}

function inMessage(seat: Seat, message: StoredMessage): Json {
  const { ts, channelId, onlyFor, threadTs } = message;
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  return {
    container: {
      type: "message",
      message_ts: ts,
      channel_id: channelId,
      is_ephemeral: onlyFor !== undefined,
      ...thread,
    },
    channel: channelOf(seat, channelId),
    // Slack does not keep ephemeral messages, so it cannot send them along.
    ...(onlyFor !== undefined
      ? {}
      : {
          message: {
            type: "message",
            ts,
            user: message.userId,
            bot_id: message.workspace.seed.botId,
            app_id: seat.world.options.appId,
            team: message.workspace.seed.teamId,
            text: message.text,
            blocks: structuredClone(message.blocks),
            ...thread,
          },
        }),
  };
}

/** A press or choice on a form, a home tab or a message. */
export function actionPayload(seat: Seat, on: OpenView | StoredMessage, action: Json): Json {
  const actions = [{ ...action, action_ts: slackTs() }];
  const start = { type: "block_actions", ...common(seat), trigger_id: trigger(seat), actions };
  if ("view" in on) {
    return {
      ...start,
      container: { type: "view", view_id: on.view["id"] },
      view: viewAsSent(on, true),
    };
  }
  return {
    ...start,
    ...inMessage(seat, on),
    state: structuredClone(stateOf(on)),
    response_url: responseUrl(seat, on.channelId, on),
  };
}

/** A question for the options of a select menu; it never carries what was typed elsewhere. */
export function suggestionPayload(
  seat: Seat,
  on: OpenView | StoredMessage,
  { block, element }: Field,
  typed: string,
): Json {
  const start = {
    type: "block_suggestion",
    ...common(seat),
    action_id: element["action_id"],
    block_id: block["block_id"],
    value: typed,
  };
  if (!("view" in on)) return { ...start, ...inMessage(seat, on) };
  const { state: _state, ...view } = viewAsSent(on, false);
  return { ...start, container: { type: "view", view_id: view.id }, view };
}

/** A submitted form. */
export function submissionPayload(seat: Seat, open: OpenView): Json {
  return {
    type: "view_submission",
    ...common(seat),
    trigger_id: trigger(seat),
    view: viewAsSent(open, true),
    response_urls: [],
  };
}

/** A closed form. */
export function closedPayload(seat: Seat, open: OpenView, isCleared: boolean): Json {
  return { type: "view_closed", ...common(seat), view: viewAsSent(open, true), is_cleared: isCleared };
}

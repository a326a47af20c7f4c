import { enterpriseOf } from "../web-api/directory-methods.ts";
import { type Field, stateOf } from "./fields.ts";
import { slackTs, slug } from "../ids.ts";
import type { Json } from "../json.ts";
import type { StoredMessage } from "../messages.ts";
import { type OpenView, viewAsSent } from "./open-views.ts";
import { channelOf, common, responseUrl, type Session, trigger, VERIFICATION_TOKEN } from "./session.ts";

/** A slash command. It is a form, so even `is_enterprise_install` is a string. */
export function commandPayload(
  session: Session,
  command: string,
  text: string,
  channelId: string,
  triggerAgeMs: number,
): Record<string, string> {
  const { world, workspace, user } = session;
  const { seed } = workspace;
  const enterprise = enterpriseOf(seed);
  return {
    token: VERIFICATION_TOKEN,
    team_id: seed.teamId,
    team_domain: slug(seed.name),
    ...(enterprise === null ? {} : { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
    channel_id: channelId,
    channel_name: channelOf(session, channelId).name,
    user_id: user.id,
    user_name: slug(user.name),
    command,
    text,
    api_app_id: world.options.appId,
    is_enterprise_install: String(seed.orgInstall === true),
    response_url: responseUrl(session, channelId),
    trigger_id: world.triggers.create(workspace, user.id, triggerAgeMs),
  };
}

/** A global shortcut. */
export function shortcutPayload(session: Session, callbackId: string): Json {
  return {
    type: "shortcut",
    ...common(session),
    callback_id: callbackId,
    action_ts: slackTs(),
    trigger_id: trigger(session),
  };
}

/** A shortcut on a message. */
export function messageShortcutPayload(
  session: Session,
  callbackId: string,
  { channelId, ...message }: { channelId: string; ts: string; text: string },
): Json {
  return {
    type: "message_action",
    ...common(session),
    callback_id: callbackId,
    action_ts: slackTs(),
    trigger_id: trigger(session),
    response_url: responseUrl(session, channelId),
    message_ts: message.ts,
    channel: channelOf(session, channelId),
    message: { type: "message", user: session.user.id, team: session.workspace.seed.teamId, ...message },
  };
}

function inMessage(session: Session, message: StoredMessage): Json {
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
    channel: channelOf(session, channelId),
    // Slack does not store ephemeral messages, so it cannot include them.
    ...(onlyFor !== undefined
      ? {}
      : {
          message: {
            type: "message",
            ts,
            user: message.userId,
            bot_id: message.workspace.seed.botId,
            app_id: session.world.options.appId,
            team: message.workspace.seed.teamId,
            text: message.text,
            blocks: structuredClone(message.blocks),
            ...thread,
          },
        }),
  };
}

/** A click or choice on a form, a home tab or a message. */
export function actionPayload(session: Session, on: OpenView | StoredMessage, action: Json): Json {
  const actions = [{ ...action, action_ts: slackTs() }];
  const start = { type: "block_actions", ...common(session), trigger_id: trigger(session), actions };
  if ("view" in on) {
    return {
      ...start,
      container: { type: "view", view_id: on.view["id"] },
      view: viewAsSent(on, true),
    };
  }
  return {
    ...start,
    ...inMessage(session, on),
    state: structuredClone(stateOf(on)),
    response_url: responseUrl(session, on.channelId, on),
  };
}

/** A request for the options of a select. It never contains what was typed elsewhere. */
export function suggestionPayload(
  session: Session,
  on: OpenView | StoredMessage,
  { block, element }: Field,
  typed: string,
): Json {
  const start = {
    type: "block_suggestion",
    ...common(session),
    action_id: element["action_id"],
    block_id: block["block_id"],
    value: typed,
  };
  if (!("view" in on)) return { ...start, ...inMessage(session, on) };
  const { state: _state, ...view } = viewAsSent(on, false);
  return { ...start, container: { type: "view", view_id: view.id }, view };
}

/** A submitted form. */
export function submissionPayload(session: Session, open: OpenView): Json {
  return {
    type: "view_submission",
    ...common(session),
    trigger_id: trigger(session),
    view: viewAsSent(open, true),
    response_urls: [],
  };
}

/** A closed form. */
export function closedPayload(session: Session, open: OpenView, isCleared: boolean): Json {
  return { type: "view_closed", ...common(session), view: viewAsSent(open, true), is_cleared: isCleared };
}

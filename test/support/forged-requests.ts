import type { Harness } from "../../src/demo/harness.ts";
import type { ChangeForm, FormNumber } from "../../src/slack/change/change-form-state.ts";

/** A request as nobody's own client would send it: made up by hand and signed as Slack signs. */
export type Crafted = Readonly<Record<string, unknown>>;

/** Who a made-up request says that it comes from. */
export interface Sender {
  readonly userId: string;
  readonly teamId: string;
  /** The workspace of the installation, when it is another one than the person's own. */
  readonly installedIn?: string;
}

let made = 0;
const fresh = (prefix: string): string => `${prefix}${Date.now()}.${(made += 1)}`;

/** Sends an interaction (or a question for options), signed. */
export async function sendInteraction(
  harness: Harness,
  payload: Crafted,
): Promise<{ status: number; body: string }> {
  return harness.slack.rawRequest(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
}

/** Sends a slash command, signed. */
export async function sendCommand(
  harness: Harness,
  from: Sender,
  text: string,
): Promise<{ status: number; body: string }> {
  return harness.slack.rawRequest(commandBody(from, text));
}

/** The body of a slash command, with a trigger of its own. */
export function commandBody({ userId, teamId }: Sender, text: string): string {
  const fields = {
    command: "/number",
    text,
    team_id: teamId,
    user_id: userId,
    channel_id: "C0NOWHERE",
    trigger_id: fresh("crafted."),
    is_enterprise_install: "false",
  };
  return new URLSearchParams(fields).toString();
}

/** A press of a button outside of any form, with any value. */
export function press(from: Sender, actionId: string, value: string): Crafted {
  return {
    ...common(from),
    type: "block_actions",
    actions: [{ type: "button", action_id: actionId, block_id: "b1", value, action_ts: "1.1" }],
    container: { type: "message", message_ts: "1.1", channel_id: "C0NOWHERE" },
  };
}

/** A choice of an entry of an overflow menu outside of any form, with any value. */
export function pressMore(from: Sender, value: string): Crafted {
  const option = { text: { type: "plain_text", text: "More", emoji: true }, value };
  return {
    ...common(from),
    type: "block_actions",
    actions: [
      { type: "overflow", action_id: "more", block_id: "b1", selected_option: option, action_ts: "1.1" },
    ],
    container: { type: "message", message_ts: "1.1", channel_id: "C0NOWHERE" },
  };
}

/** A submitted form, with any state. */
export function submission(
  from: Sender,
  view: {
    readonly id?: string;
    readonly callbackId: string;
    readonly metadata: unknown;
    readonly values: Readonly<Record<string, string>>;
  },
): Crafted {
  const values = Object.fromEntries(
    Object.entries(view.values).map(([actionId, value]) => [
      `${actionId}:crafted`,
      {
        [actionId]: {
          type: "external_select",
          selected_option: { text: { type: "plain_text", text: value }, value },
        },
      },
    ]),
  );
  return {
    ...common(from),
    type: "view_submission",
    view: {
      ...viewOf(from, view.callbackId, view.metadata),
      ...(view.id ? { id: view.id } : {}),
      state: { values },
    },
    response_urls: [],
  };
}

/** A question for the options of a select of a form. */
export function suggestion(from: Sender, actionId: string, metadata: unknown): Crafted {
  return {
    ...common(from),
    type: "block_suggestion",
    action_id: actionId,
    block_id: "b1",
    value: "",
    view: viewOf(from, "reassign", metadata),
    container: { type: "view" },
  };
}

/** What a change form carries in `private_metadata`, with any number in it. */
export function formState(
  verb: ChangeForm["verb"],
  number: Pick<FormNumber, "connectionId" | "numberId" | "seen">,
): ChangeForm {
  const words = { connection: "crafted", title: "*crafted*", label: "crafted", answers: "*somebody*" };
  const readAt = new Date(0).toISOString();
  return {
    verb,
    from: {},
    revision: 0,
    number: { ...number, ...words, vendor: "cartesia", labels: {}, readAt },
  };
}

function common({ userId, teamId }: Sender): Crafted {
  return {
    team: { id: teamId, domain: "crafted" },
    user: { id: userId, team_id: teamId },
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: fresh("crafted."),
  };
}

function viewOf({ teamId, installedIn }: Sender, callbackId: string, metadata: unknown): Crafted {
  return {
    id: fresh("VCRAFTED"),
    hash: fresh("hash."),
    type: "modal",
    callback_id: callbackId,
    private_metadata: JSON.stringify(metadata),
    app_installed_team_id: installedIn ?? teamId,
    blocks: [],
    state: { values: {} },
  };
}

/** The types of messages between the page's server and its client. Both sides import this file and `inspector-types.ts`. */

/** A JSON object with unknown fields. */
export type Json = Record<string, unknown>;

/** The id of a vendor. Which there are is in the initial data. */
export type VendorId = string;

/** A person that the visitor can act as. */
export interface Person {
  readonly id: string;
  readonly name: string;
  /** "admin", "operator", "guest", "another organization": shown next to the name. */
  readonly role: string;
  /** Whether they belong to another organization: no commands, no app, no global shortcuts. */
  readonly foreign: boolean;
  /** The ids of the conversations that they see. */
  readonly sees: readonly string[];
}

/** A channel, or a direct conversation of two people. */
export interface Place {
  readonly id: string;
  readonly name: string;
  readonly kind: "channel" | "direct";
  readonly topic: string;
  /** The two people of a direct conversation. */
  readonly between?: readonly string[];
}

/** A workspace with its people and conversations. */
export interface WorkspaceInfo {
  readonly id: string;
  readonly name: string;
  readonly botUserId: string;
  readonly people: readonly Person[];
  readonly places: readonly Place[];
}

/** A shortcut from the manifest. */
export interface Shortcut {
  readonly type: "global" | "message";
  readonly callbackId: string;
  readonly name: string;
  readonly description: string;
}

/** The app according to its manifest. */
export interface AppInfo {
  readonly name: string;
  readonly description: string;
  readonly command: string;
  readonly commandDescription: string;
  readonly usageHint: string;
  /** Whether people cannot write to the app. */
  readonly readOnlyMessages: boolean;
  readonly shortcuts: readonly Shortcut[];
}

/** The initial data of the page. */
export interface Bootstrap {
  readonly app: AppInfo;
  readonly workspaces: readonly WorkspaceInfo[];
  /** Whether the app is several processes on one database. */
  readonly hasReplicas: boolean;
  /** In display order. */
  readonly vendors: readonly { readonly id: VendorId; readonly title: string }[];
}

/** A message as a person sees it. */
export interface PageMessage {
  readonly ts: string;
  readonly channelId: string;
  readonly userId: string;
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly threadTs?: string;
  readonly ephemeral?: boolean;
  readonly files?: readonly SharedFile[];
}

/** A text file that was shared with a message. */
export interface SharedFile {
  readonly title: string;
  readonly filename: string;
  readonly content: string;
}

/** The values of a form's inputs, by block id and action id. */
export type FormValues = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** A form or home tab as a person sees it. `state.values` has its input values. */
export interface PageView extends Json {
  readonly id: string;
  readonly hash: string;
  readonly blocks: readonly Json[];
  readonly state: { readonly values: FormValues };
}

export interface Screen {
  readonly as: string;
  /** The conversation with the app; empty for people of other organizations. */
  readonly appChannel: string;
  readonly messages: readonly PageMessage[];
  readonly view: PageView | null;
  readonly home: PageView | null;
}

/** The surface of the clicked element. */
export type On = "view" | "home" | { readonly channelId: string; readonly ts: string };

/** An entry of a select. */
export interface Choice {
  readonly text: string;
  readonly value: string;
  readonly description?: string;
}

/** The result of a request to the app. `problem` is Slack's error. */
export interface Sent {
  readonly problem?: string;
}

/** Slackbot's reply to one of Slack's own commands; empty if the channel shows the result. */
export interface SlackbotReply {
  readonly reply?: string;
}

/** The result of a submission. */
export interface Submitted {
  readonly errors?: Readonly<Record<string, string>>;
  readonly trouble?: string;
  /** The submitted values. */
  readonly values: FormValues;
}

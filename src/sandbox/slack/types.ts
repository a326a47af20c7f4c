import type { Json } from "./json.ts";

/** What a fake is started with: the app's secrets and the workspaces that it is installed in. */
export interface SlackSandboxOptions {
  port?: number;
  signingSecret: string;
  clientId?: string;
  clientSecret?: string;
  /** Where consent leads back to when the app does not say, as set up at Slack. */
  redirectUrl?: string;
  /** The app-level token (`xapp-…`) that opens Socket Mode connections. */
  appToken?: string;
  appId?: string;
  /** How long an acknowledgement may take, 3000 ms as at Slack; only tests of slowness lower it. */
  ackTimeoutMs?: number;
  /** Keeps its connections to the app, as a proxy in front of one may; each request has its own unless given. */
  keepConnections?: boolean;
  /** Token rotation, and for how many seconds a new token is good (43200 at Slack). */
  tokenRotation?: { lifetimeSeconds: number };
  /** The characters of emoji by Slack's short names: Slack sends what people type of them as `:name:`. None unless given. */
  emoji?: ReadonlyMap<string, string>;
  /** The clock of its `Date` headers; the machine's unless given. */
  now?: () => Date;
  /** After how many calls it speaks to the `emulate` behind it with another token; fewer than `emulate` takes of one unless given. */
  callsPerToken?: number;
  workspaces: WorkspaceSeed[];
}

/** A workspace that the app is installed in. `orgInstall` makes its payloads those of an org-wide install. */
export interface WorkspaceSeed {
  teamId: string;
  name: string;
  enterpriseId?: string;
  orgInstall?: boolean;
  botToken: string;
  botUserId: string;
  botId: string;
  /** When given, methods that need another scope are refused with `missing_scope`. */
  scopes?: string[];
  users: UserSeed[];
  channels: ChannelSeed[];
  userGroups?: UserGroupSeed[];
}

/** A user group and who is in it, by user id. */
export interface UserGroupSeed {
  id: string;
  name: string;
  handle: string;
  users: string[];
  disabled?: boolean;
}

/** A person as the workspace sees them; `teamId` is given for people of other organisations (Slack Connect). */
export interface UserSeed {
  id: string;
  name: string;
  isAdmin?: boolean;
  isOwner?: boolean;
  /** An admin, or an owner, of the whole organisation; their workspace alone says nothing about it. */
  isOrgAdmin?: boolean;
  isOrgOwner?: boolean;
  isRestricted?: boolean;
  isUltraRestricted?: boolean;
  isBot?: boolean;
  deleted?: boolean;
  teamId?: string;
  enterpriseId?: string;
  tz?: string;
}

/** A channel. The bot is no member unless it says so; a private one is not even found by it then. */
export interface ChannelSeed {
  id: string;
  name: string;
  botIsMember?: boolean;
  /** Direct messages between these people; give it `isPrivate` too, since no app sees them. */
  between?: [string, string];
  isPrivate?: boolean;
}

/** One call of the app: a Web API method, or `response_url` for a request to one of those. */
export interface WebApiCall {
  at: string;
  atMs: number;
  method: string;
  token: string;
  args: Json;
  /** What it was answered; not kept for calls that were made to fail. */
  answer?: Json;
  ok: boolean;
  error?: string;
}

/** What kind of request was sent to the app. */
export type DeliveryKind = "command" | "interaction" | "options" | "event";

/**
 * One request sent to the app and its acknowledgement. `status` is 0 when none came; `ackedAtMs` is when
 * it came or was given up; `problem` says what Slack would have made of it (`operation_timeout`,
 * `dispatch_failed`, refused options …).
 */
export interface Delivery {
  kind: DeliveryKind;
  payload: Json;
  status: number;
  body: string;
  tookMs: number;
  atMs: number;
  ackedAtMs: number;
  problem?: string;
}

/** A message as people see it now; `replaced` once it was updated or replaced. */
export interface SandboxMessage {
  ts: string;
  channelId: string;
  text: string;
  blocks: Json[];
  user?: string;
  threadTs?: string;
  ephemeral?: boolean;
  replaced?: boolean;
  /** Files that were shared with it. */
  files?: { title: string; filename: string; content: string }[];
}

/** An open form or home tab as Slack keeps it, with what the person typed in `state.values`. */
export interface SandboxView extends Json {
  id: string;
  hash: string;
  type: string;
  callback_id: string;
  private_metadata: string;
  blocks: Json[];
  state: ViewState;
}

/** Typed values by block and action id. */
export interface ViewState {
  values: Record<string, Record<string, Json>>;
}

/** What became of a submission: field errors shown to the person, or the trouble that they read about instead. */
export interface SubmitResult {
  delivery: Delivery;
  errors?: Record<string, string>;
  trouble?: string;
}

/** An entry of a select menu, as a person sees it. */
export interface MenuOption {
  text: string;
  value: string;
  description?: string;
}

/** What a menu shows for what was typed; `problem` says why the list is empty when the app is to blame. */
export interface Suggestions {
  options: MenuOption[];
  problem?: string;
}

/** What became of an attempt to add the app to a channel, or to take it out: done, or Slack's error. */
export type MembershipResult =
  | "done"
  | "already_in_channel"
  | "not_in_channel"
  | "restricted_action"
  | "method_not_supported_for_channel_type";

/** Where an element is looked for: the top form (the default), the home tab, or a message. */
export type Surface = "view" | "home" | SandboxMessage;

/** How Web API calls are made to fail; see `SlackSandbox.fail`. */
export interface CallFailure {
  error?: string;
  status?: number;
  retryAfter?: number;
  hang?: boolean;
  dropConnection?: boolean;
  /** The call takes effect first, so that only its answer is lost. */
  afterwards?: boolean;
}

/** An acknowledgement as it came in; `status` 0 stands for none, with why in `failure`. */
export interface RawAnswer {
  status: number;
  body: string;
  failure?: "timeout" | "connection";
}

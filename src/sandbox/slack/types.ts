import type { Json } from "./json.ts";

/** How to start a fake: the app's secrets and the workspaces that it is installed in. */
export interface SlackSandboxOptions {
  port?: number;
  signingSecret: string;
  clientId?: string;
  clientSecret?: string;
  /** The default redirect after consent, as configured at Slack. */
  redirectUrl?: string;
  /** The app-level token (`xapp-…`) that opens Socket Mode connections. */
  appToken?: string;
  appId?: string;
  /** The time limit of an acknowledgement, 3000 ms as at Slack. Only tests of slowness lower it. */
  ackTimeoutMs?: number;
  /** How long a trigger id opens a form, 3000 ms as at Slack. Only tests that load the machine raise it. */
  triggerLifetimeMs?: number;
  /** Keeps connections to the app alive, as a proxy may. By default, each request has its own. */
  keepConnections?: boolean;
  /** Token rotation, and the lifetime of a new token in seconds (43200 at Slack). */
  tokenRotation?: { lifetimeSeconds: number };
  /** The characters of emoji by Slack's short names. Slack sends typed ones as `:name:`. None by default. */
  emoji?: ReadonlyMap<string, string>;
  /** The clock of its `Date` headers; the system's by default. */
  now?: () => Date;
  /**
   * The number of calls after which it uses another token for its `emulate`; by default fewer than `emulate` accepts
   * per token.
   */
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
  /** If given, methods that need another scope are refused with `missing_scope`. */
  scopes?: string[];
  users: UserSeed[];
  channels: ChannelSeed[];
  userGroups?: UserGroupSeed[];
}

/** A user group and the ids of its members. */
export interface UserGroupSeed {
  id: string;
  name: string;
  handle: string;
  users: string[];
  disabled?: boolean;
}

/** A person in the workspace. `teamId` is given for people of other organizations (Slack Connect). */
export interface UserSeed {
  id: string;
  name: string;
  isAdmin?: boolean;
  isOwner?: boolean;
  /** An admin or owner of the whole organization. Their role in the workspace says nothing about that. */
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

/** A channel. By default the bot is not a member, and then does not even find a private one. */
export interface ChannelSeed {
  id: string;
  name: string;
  botIsMember?: boolean;
  /** A direct conversation of these people. Also set `isPrivate`, because no app sees it. */
  between?: [string, string];
  isPrivate?: boolean;
}

/** A call of the app: a Web API method, or `response_url`. */
export interface WebApiCall {
  at: string;
  atMs: number;
  method: string;
  token: string;
  args: Json;
  /** The response; not stored for calls that were made to fail. */
  answer?: Json;
  ok: boolean;
  error?: string;
}

/** What kind of request was sent to the app. */
export type DeliveryKind = "command" | "interaction" | "options" | "event";

/**
 * A request to the app and its acknowledgement. `status` is 0 without one; `ackedAtMs` is when it arrived or timed out;
 * `problem` is Slack's reaction (`operation_timeout`, `dispatch_failed`, refused options …).
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

/** A message as people see it now. `replaced`: it was updated or replaced. */
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

/** An open form or home tab as Slack stores it, with typed values in `state.values`. */
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

/** The result of a submission: field errors shown to the person, or the error that they see instead. */
export interface SubmitResult {
  delivery: Delivery;
  errors?: Record<string, string>;
  trouble?: string;
}

/** An option of a select, as a person sees it. */
export interface MenuOption {
  text: string;
  value: string;
  description?: string;
}

/** The options for typed text. `problem` says why the list is empty if that is the app's fault. */
export interface Suggestions {
  options: MenuOption[];
  problem?: string;
}

/** The result of adding the app to a channel or removing it: done, or Slack's error. */
export type MembershipResult =
  | "done"
  | "already_in_channel"
  | "not_in_channel"
  | "restricted_action"
  | "method_not_supported_for_channel_type";

/** Where to look for an element: the top form (default), the home tab, or a message. */
export type Surface = "view" | "home" | SandboxMessage;

/** How Web API calls are made to fail; see `SlackSandbox.fail`. */
export interface CallFailure {
  error?: string;
  status?: number;
  retryAfter?: number;
  hang?: boolean;
  dropConnection?: boolean;
  /** The call takes effect first, and only its response is lost. */
  afterwards?: boolean;
}

/** An acknowledgement as received. `status` 0 means none, with the reason in `failure`. */
export interface RawAnswer {
  status: number;
  body: string;
  failure?: "timeout" | "connection";
}

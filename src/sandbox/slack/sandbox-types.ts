import type { Json } from "./json.ts";
import type {
  CallFailure,
  Delivery,
  MembershipResult,
  MenuOption,
  SandboxMessage,
  SandboxView,
  SubmitResult,
  Suggestions,
  Surface,
  WebApiCall,
} from "./types.ts";

/** Slack for one app: answers its calls, sends it signed requests, and lets a test act as the people in it. */
export interface SlackSandbox {
  /** Where it listens, `http://localhost:PORT`. */
  readonly url: string;
  /** What the app takes as `slackApiUrl`. */
  readonly apiUrl: string;
  /** Every finished call of the app, oldest first; requests to a `response_url` carry that as their method. */
  readonly calls: WebApiCall[];
  /** Every request sent to the app and its acknowledgement, oldest first. */
  readonly deliveries: Delivery[];
  /** HTTP mode: signed requests go to this address from now on. */
  connect(eventsUrl: string): void;
  /** Someone at a keyboard. */
  as(teamId: string, userId: string): SlackPerson;
  /** What everybody in a channel sees, oldest first. */
  messages(channelId: string): SandboxMessage[];
  /** What only this person saw: ephemeral messages and the answers of slash commands, oldest first. */
  ephemerals(userId: string): SandboxMessage[];
  /** Direct messages between the app and this person, oldest first. */
  directMessages(userId: string): SandboxMessage[];
  /** The home tab published for this person. */
  home(teamId: string, userId: string): SandboxView | undefined;
  /**
   * Makes calls of a method (`*` for all, `response_url` for those) fail: with Slack's `error`, an HTTP
   * `status`, a 429 (`retryAfter`, seconds), no answer at all, or a torn connection. Until cleared, or `times` times.
   */
  fail(method: string, failure: CallFailure, times?: number): void;
  /** Lets every method work again. */
  clearFailures(): void;
  /** Sends an event as `event_callback`. The id and time may be chosen, and a retry be marked as one. */
  sendEvent(
    teamId: string,
    event: Json,
    options?: { eventId?: string; eventTime?: number; retry?: number },
  ): Promise<Delivery>;
  /** Sends the same request once more, freshly signed, as Slack does when it repeats itself. */
  redeliver(delivery: Delivery): Promise<Delivery>;
  /** Sends a body of one's own, signed correctly unless told otherwise: forged, stale, oversized. HTTP mode only. */
  rawRequest(body: string, options?: RawRequestOptions): Promise<{ status: number; body: string }>;
  /** Makes every `response_url` given out so far older than its 30 minutes. */
  expireResponseUrls(): void;
  /** Walks the app's install page and Slack's consent as a browser would; gives the app's last page. */
  install(installUrl: string, teamId: string, userId: string): Promise<{ status: number; body: string }>;
  /** How many Socket Mode connections are open. */
  socketCount(): number;
  /** Tells the oldest connection (or all) to go: a `warning` only announces it, the other reasons close it. */
  refreshSocket(options?: {
    reason?: "refresh_requested" | "warning" | "link_disabled";
    all?: boolean;
  }): void;
  /** Calls the listener after every change: a message, a form, a call, a request. Gives what ends that. */
  listen(listener: () => void): () => void;
  /** Looks about every 10 ms, for 8 s, until there is something; else fails naming what was awaited. */
  eventually<T>(
    what: string,
    look: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  ): Promise<T>;
  close(): Promise<void>;
}

/** What may be chosen about a raw request: the path on the app, and every part of its signature. */
export interface RawRequestOptions {
  path?: string;
  contentType?: string;
  /** Seconds since 1970, in the header and in the signature. */
  timestamp?: number;
  signature?: string;
  headers?: Record<string, string>;
}

/** On which surface an element is, and in which block, where several have one action id. */
export interface Where {
  in?: Surface;
  blockId?: string;
}

/** A person at a keyboard. What is sent resolves with the app's acknowledgement, at the latest after 3 s. */
export interface SlackPerson {
  /** Types a line after a command, which Slack escapes on its way; one that is `sent` goes as it is. */
  command(
    text: string,
    options?: { command?: string; channelId?: string; triggerAgeMs?: number; sent?: boolean },
  ): Promise<Delivery>;
  globalShortcut(callbackId: string): Promise<Delivery>;
  messageShortcut(
    callbackId: string,
    message: {
      channelId: string;
      ts: string;
      text: string;
      thread_ts?: string;
      user?: string;
      /** As an app posted them. */
      blocks?: object[];
      attachments?: object[];
    },
  ): Promise<Delivery>;
  /** Says something plain in a conversation, now or at another time (milliseconds since 1970). */
  say(text: string, where: { channelId: string; threadTs?: string; atMs?: number }): SandboxMessage;
  /** Adds the app to a channel (`/invite`), or takes it out (`/remove`); guests and people from elsewhere may not. */
  inviteApp(channelId: string): Promise<MembershipResult>;
  removeApp(channelId: string): MembershipResult;
  /** The conversation with the app. */
  appChannel(): Promise<string>;
  /** Opens the app's home tab (`app_home_opened`). */
  openHome(): Promise<Delivery>;
  /** The form on top, as this person sees it. */
  view(): SandboxView | undefined;
  /** Types into a select menu that asks the app for its options. */
  options(actionId: string, typed: string, options?: Where): Promise<MenuOption[]>;
  /** The same, with why there is nothing when that is the app's fault. */
  suggestions(actionId: string, typed: string, options?: Where): Promise<Suggestions>;
  /** Picks an entry; sends `block_actions` when the element does that at Slack. */
  choose(
    actionId: string,
    option: { text: string; value: string },
    options?: Where,
  ): Promise<Delivery | undefined>;
  /** Types a text, date or number; the same rule about `block_actions`. */
  fill(actionId: string, value: string, options?: Where): Promise<Delivery | undefined>;
  /** `fill` for the input with this label. */
  fillByLabel(label: string, value: string): Promise<Delivery | undefined>;
  /** Presses a button: its action id, or the beginning of only one. `value` tells apart buttons of one action id. */
  click(actionId: string, options?: Where & { value?: string }): Promise<Delivery>;
  /** Submits the form on top and does what the acknowledgement says. */
  submit(): Promise<SubmitResult>;
  /** Closes the form on top; the app hears of it when it asked to. */
  close(): Promise<void>;
}

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

/** A fake Slack for one app: answers its calls, sends it signed requests, and lets a test act as people. */
export interface SlackSandbox {
  /** Its address, `http://localhost:PORT`. */
  readonly url: string;
  /** The app's `slackApiUrl`. */
  readonly apiUrl: string;
  /** Every finished call of the app, oldest first. Requests to a `response_url` have that as their method. */
  readonly calls: WebApiCall[];
  /** Every request sent to the app and its acknowledgement, oldest first. */
  readonly deliveries: Delivery[];
  /** HTTP mode: sends signed requests to this address from now on. */
  connect(eventsUrl: string): void;
  /** A person at a keyboard. */
  as(teamId: string, userId: string): SlackPerson;
  /** What everyone in a channel sees, oldest first. */
  messages(channelId: string): SandboxMessage[];
  /** What only this person saw: ephemeral messages and responses of slash commands, oldest first. */
  ephemerals(userId: string): SandboxMessage[];
  /** Direct messages between the app and this person, oldest first. */
  directMessages(userId: string): SandboxMessage[];
  /** The home tab published for this person. */
  home(teamId: string, userId: string): SandboxView | undefined;
  /**
   * Makes calls of a method (`*` for all, `response_url` for those) fail: with Slack's `error`, an HTTP `status`, a 429
   * (`retryAfter`, seconds), no response at all, or a broken connection. Until cleared, or `times` times.
   */
  fail(method: string, failure: CallFailure, times?: number): void;
  /** Lets every method work again. Calls without an answer lose their connection. */
  clearFailures(): void;
  /** Sends an event as `event_callback`. The id and time can be set, and a retry can be marked as one. */
  sendEvent(
    teamId: string,
    event: Json,
    options?: { eventId?: string; eventTime?: number; retry?: number },
  ): Promise<Delivery>;
  /** Sends the same request again, freshly signed, like Slack's retries. */
  redeliver(delivery: Delivery): Promise<Delivery>;
  /** Sends a custom body, signed correctly by default: forged, stale, oversized. HTTP mode only. */
  rawRequest(body: string, options?: RawRequestOptions): Promise<{ status: number; body: string }>;
  /** Makes every existing `response_url` older than 30 minutes. */
  expireResponseUrls(): void;
  /** Opens the app's install page and Slack's consent like a browser. Returns the app's last page. */
  install(installUrl: string, teamId: string, userId: string): Promise<{ status: number; body: string }>;
  /** The number of open Socket Mode connections. */
  socketCount(): number;
  /** Disconnects the oldest connection (or all): a `warning` only announces it, the other reasons close it. */
  refreshSocket(options?: {
    reason?: "refresh_requested" | "warning" | "link_disabled";
    all?: boolean;
  }): void;
  /**
   * Calls the listener after every change: a message, a form, a call, a request. Returns a function that unsubscribes.
   */
  listen(listener: () => void): () => void;
  /** Checks about every 10 ms, for 8 s, until there is a result. Otherwise fails with what was expected. */
  eventually<T>(
    what: string,
    look: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  ): Promise<T>;
  close(): Promise<void>;
}

/** Options of a raw request: the path, and every part of its signature. */
export interface RawRequestOptions {
  path?: string;
  contentType?: string;
  /** Seconds since 1970, in the header and in the signature. */
  timestamp?: number;
  signature?: string;
  headers?: Record<string, string>;
}

/** The surface of an element, and its block if several have the same action id. */
export interface Where {
  in?: Surface;
  blockId?: string;
}

/** A person at a keyboard. Requests resolve with the app's acknowledgement, at the latest after 3 s. */
export interface SlackPerson {
  /** Types a line after a command, which Slack escapes. With `sent`, the line is sent unchanged. */
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
  /** Posts plain text in a conversation, now or at another time (milliseconds since 1970). */
  say(text: string, where: { channelId: string; threadTs?: string; atMs?: number }): SandboxMessage;
  /**
   * Posts a text that mentions the app (`@Patchbay`). The app is notified (`app_mention`) if it is in the channel and has
   * the scope; otherwise undefined.
   */
  mention(text: string, where: { channelId: string; threadTs?: string }): Promise<Delivery | undefined>;
  /**
   * Adds the app to a channel (`/invite`), or removes it (`/remove`). Guests and people of other organizations may not.
   */
  inviteApp(channelId: string): Promise<MembershipResult>;
  removeApp(channelId: string): MembershipResult;
  /** The conversation with the app. */
  appChannel(): Promise<string>;
  /** Opens the app's home tab (`app_home_opened`). */
  openHome(): Promise<Delivery>;
  /** The top form, as this person sees it. */
  view(): SandboxView | undefined;
  /** Types into a select that requests its options from the app. */
  options(actionId: string, typed: string, options?: Where): Promise<MenuOption[]>;
  /** `options`, with the reason if there are none because of the app. */
  suggestions(actionId: string, typed: string, options?: Where): Promise<Suggestions>;
  /** Picks an option. Sends `block_actions` if the element does that at Slack. */
  choose(
    actionId: string,
    option: { text: string; value: string },
    options?: Where,
  ): Promise<Delivery | undefined>;
  /** Types a text, date or number, or the value of an option that the app offers for it. Sends `block_actions` under the same condition. */
  fill(actionId: string, value: string, options?: Where): Promise<Delivery | undefined>;
  /** `fill` for the input with this label. */
  fillByLabel(label: string, value: string): Promise<Delivery | undefined>;
  /**
   * Clicks a button, by its action id or an unambiguous prefix. `value` distinguishes buttons with the same action id.
   */
  click(actionId: string, options?: Where & { value?: string }): Promise<Delivery>;
  /** Submits the top form and applies the acknowledgement. */
  submit(): Promise<SubmitResult>;
  /** Closes the top form. The app is notified if it asked for that. */
  close(): Promise<void>;
}

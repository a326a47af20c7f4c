/** What goes over the wire between the page's server and its client. Types alone: both sides import this file. */

/** A JSON object whose fields are not known beforehand. */
export type Json = Record<string, unknown>;

/** The vendors, as the page names them. */
export type VendorId = "dialnexa" | "oneinbox" | "speechify" | "cartesia";

/** Somebody whom the visitor can be. */
export interface Person {
  readonly id: string;
  readonly name: string;
  /** "admin", "operator", "guest", "another organisation": what is shown beside the name. */
  readonly role: string;
  /** Whether they are of another organisation: no commands, no app, no global shortcuts. */
  readonly foreign: boolean;
  /** The conversations that they see, by id. */
  readonly sees: readonly string[];
}

/** A channel, or the direct messages of two people. */
export interface Place {
  readonly id: string;
  readonly name: string;
  readonly kind: "channel" | "direct";
  readonly topic: string;
  /** The two people of direct messages. */
  readonly between?: readonly string[];
}

/** A workspace with everybody and everywhere in it. */
export interface WorkspaceInfo {
  readonly id: string;
  readonly name: string;
  readonly botUserId: string;
  readonly people: readonly Person[];
  readonly places: readonly Place[];
}

/** A shortcut as the manifest declares it. */
export interface Shortcut {
  readonly type: "global" | "message";
  readonly callbackId: string;
  readonly name: string;
  readonly description: string;
}

/** The app as the manifest declares it. */
export interface AppInfo {
  readonly name: string;
  readonly description: string;
  readonly command: string;
  readonly commandDescription: string;
  readonly usageHint: string;
  /** Whether nobody can write to the app. */
  readonly readOnlyMessages: boolean;
  readonly shortcuts: readonly Shortcut[];
}

/** What the page knows before anything happens. */
export interface Bootstrap {
  readonly app: AppInfo;
  readonly workspaces: readonly WorkspaceInfo[];
}

/** A message as somebody sees it. */
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

/** What the inputs of a form hold, by block id and action id. */
export type FormValues = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** A form or home tab as somebody sees it; `state.values` is what is in its inputs. */
export interface PageView extends Json {
  readonly id: string;
  readonly hash: string;
  readonly blocks: readonly Json[];
  readonly state: { readonly values: FormValues };
}

/** Everything on one person's screen. */
export interface Screen {
  readonly as: string;
  /** The conversation with the app; empty for people of other organisations. */
  readonly appChannel: string;
  readonly messages: readonly PageMessage[];
  readonly view: PageView | null;
  readonly home: PageView | null;
}

/** One request and its answer, with every secret masked. */
export interface LoggedRequest {
  readonly id: string;
  readonly atMs: number;
  /** `app`: Slack to the app. `slack`: the app to Slack. The others: the app to that vendor. */
  readonly to: "app" | "slack" | VendorId;
  readonly title: string;
  /** "200", "ok", an error of Slack's, "hanging", or empty while there is no answer yet. */
  readonly status: string;
  readonly good: boolean;
  readonly tookMs?: number;
  readonly request: unknown;
  readonly answer: unknown;
}

/** An account at a vendor's fake. */
export interface AccountTable {
  readonly id: string;
  readonly vendor: VendorId;
  /** The workspace that is connected to it, or "spare". */
  readonly owner: string;
  /** Masked, but for a spare account, whose key is there to be typed into the connect form. */
  readonly key: string;
  readonly agents: readonly { readonly id: string; readonly name: string; readonly bindable: boolean }[];
  readonly numbers: readonly NumberRow[];
}

/** A number as the vendor has it. */
export interface NumberRow {
  readonly id: string;
  readonly e164: string;
  readonly name: string | null;
  readonly agentId: string | null;
}

/** A fault that a vendor's fake can be told to commit. */
export type FaultName = "slow" | "down" | "ignores" | "applies-then-hangs" | "rate-limit";

/** The faults in force, by vendor. */
export type Faults = Readonly<Record<VendorId, readonly FaultName[]>>;

/** A line of the audit log. */
export interface AuditLine {
  readonly id: string;
  readonly sequence: number;
  readonly at: string;
  readonly workspaceId: string;
  readonly actor: string;
  readonly kind: string;
  readonly about: string;
  readonly what: string;
  readonly outcome: string;
  readonly entry: Json;
}

/** What the inspector shows beside the wires. */
export interface Backstage {
  readonly appRunning: boolean;
  readonly faults: Faults;
  readonly accounts: readonly AccountTable[];
  /** Newest first. */
  readonly audit: readonly AuditLine[];
}

/** Events of the stream: the whole screen, wires that are new or changed, the backstage. */
export interface StreamEvents {
  readonly screen: Screen;
  readonly wires: readonly LoggedRequest[];
  readonly backstage: Backstage;
}

/** Where an element was touched. */
export type On = "view" | "home" | { readonly channelId: string; readonly ts: string };

/** An entry of a menu. */
export interface Choice {
  readonly text: string;
  readonly value: string;
  readonly description?: string;
}

/** What became of something that was sent to the app: `problem` is Slack's word for what went wrong. */
export interface Sent {
  readonly problem?: string;
}

/** What Slackbot answers to one of Slack's own commands; nothing where the channel shows what came of it. */
export interface SlackbotReply {
  readonly reply?: string;
}

/** What became of a submission. */
export interface Submitted {
  readonly errors?: Readonly<Record<string, string>>;
  readonly trouble?: string;
  /** What was submitted. */
  readonly values: FormValues;
}

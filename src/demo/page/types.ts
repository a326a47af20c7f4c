/** The types of messages between the page's server and its client. Both sides import this file. */

/** A JSON object with unknown fields. */
export type Json = Record<string, unknown>;

/** The id of a vendor. Which there are is in the initial data. */
export type VendorId = string;

/** A person that the visitor can act as. */
export interface Person {
  readonly id: string;
  readonly name: string;
  /** "admin", "operator", "guest", "another organisation": shown next to the name. */
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

/** A request and its response, with secrets masked. */
export interface LoggedRequest {
  readonly id: string;
  readonly atMs: number;
  /** `app`: Slack to the app. `slack`: the app to Slack. The others: the app to that vendor. */
  readonly to: string;
  readonly title: string;
  /** "200", "ok", one of Slack's error codes, "hanging", or empty while there is no response. */
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
  /** Masked, except for a spare account, whose key is meant to be typed into the connect form. */
  readonly key: string;
  readonly agents: readonly { readonly id: string; readonly name: string; readonly assignable: boolean }[];
  readonly numbers: readonly NumberRow[];
}

/** A number as the vendor has it. */
export interface NumberRow {
  readonly id: string;
  readonly e164: string;
  readonly name: string | null;
  readonly agentId: string | null;
}

/** A fault that a vendor's fake can commit. */
export type FaultName = "slow" | "down" | "ignores" | "applies-then-hangs" | "rate-limit";

/** The active faults, by vendor. */
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

/** Something that a replica did. */
export interface ReplicaDid {
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly text: string;
}

export interface ReplicaActivity {
  /** The requests from Slack that it was sent. */
  readonly requests: number;
  /** Newest first. */
  readonly did: readonly ReplicaDid[];
}

/** One of several servers on one database. */
export interface ReplicaRow extends ReplicaActivity {
  readonly name: string;
  readonly pid: number;
  readonly state: "starting" | "running" | "frozen" | "stopping" | "stopped" | "killed";
  readonly startedAt: string;
}

/** What can be done to a replica. */
export type ReplicaAct = "kill" | "pause" | "resume" | "restart" | "start";

/** What the inspector shows besides requests. */
export interface Backstage {
  readonly appRunning: boolean;
  /** Empty if the app is one process. */
  readonly replicas: readonly ReplicaRow[];
  readonly faults: Faults;
  readonly accounts: readonly AccountTable[];
  /** Newest first. */
  readonly audit: readonly AuditLine[];
}

/** Events of the stream: the whole screen, new or changed requests, the inspector's data. */
export interface StreamEvents {
  readonly screen: Screen;
  readonly wires: readonly LoggedRequest[];
  readonly backstage: Backstage;
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

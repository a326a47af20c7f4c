import type { AlertSource } from "../../domain/alerts/hook.ts";
import type { Json, VendorId, Screen } from "./types.ts";

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

/** What a visitor sends as a source of alerts. A storm is many alerts at once; a forged one has another secret. */
export type AlertAct = "firing" | "resolved" | "storm" | "forged";

/** A source of alerts. */
export interface AlertRow {
  readonly source: AlertSource;
  readonly isFiring: boolean;
  /** What was sent last, and what Patchbay answered. */
  readonly last?: { readonly act: AlertAct; readonly status: number };
}

/** What the inspector shows besides requests. */
export interface InspectorData {
  readonly appRunning: boolean;
  /** Empty if the app is one process. */
  readonly replicas: readonly ReplicaRow[];
  readonly faults: Faults;
  readonly alerts: readonly AlertRow[];
  readonly accounts: readonly AccountTable[];
  /** Newest first. */
  readonly audit: readonly AuditLine[];
}

/** Events of the stream: the whole screen, new or changed requests, the inspector's data. */
export interface StreamEvents {
  readonly screen: Screen;
  readonly requests: readonly LoggedRequest[];
  readonly inspectorData: InspectorData;
}

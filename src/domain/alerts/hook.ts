import { z } from "zod";
import type { AuditEvent } from "../audit/audit-log.ts";
import type { Actor } from "../shared/actor.ts";
import { longestGlob } from "./glob.ts";

/** Where alerts come from: each signs its requests in its own way. */
export const alertSources = ["pagerduty", "rootly", "grafana", "standard"] as const;
export type AlertSource = (typeof alertSources)[number];

/** How people call the sources. */
export const sourceTitles: Readonly<Record<AlertSource, string>> = {
  pagerduty: "PagerDuty",
  rootly: "Rootly",
  grafana: "Grafana or Alertmanager",
  standard: "incident.io or Standard Webhooks",
};

export const maxHooks = 20;
export const maxMappings = 20;
/** The most numbers that a mapping names itself. For more, there are failover plans. */
export const maxMappedNumbers = 5;

const numberKey = z.object({ connectionId: z.string(), numberId: z.string() });

/** What a mapping proposes. */
const proposes = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("plan"), plan: z.string() }),
  z.object({
    kind: z.literal("reassign"),
    numbers: z.array(numberKey.extend({ label: z.string() })).max(maxMappedNumbers),
    agentId: z.string(),
    agentName: z.string(),
  }),
]);

/** Which alerts of a hook propose what, and in which channel. */
export const mapping = z.object({
  id: z.string(),
  field: z.enum(["service", "label", "title"]),
  /** See `matchesGlob`. */
  pattern: z.string().min(1).max(longestGlob),
  proposes,
  channelId: z.string(),
});
export type Mapping = Readonly<z.infer<typeof mapping>>;
export type MappedField = Mapping["field"];

/** An address that a source sends alerts to. It has no rights: an alert becomes a message, never a change. */
export interface Hook {
  /** 128 random bits after `hook_`, the last part of its address. */
  readonly id: string;
  readonly name: string;
  readonly source: AlertSource;
  readonly mappings: readonly Mapping[];
  readonly madeBy: Actor;
  /** UTC, ISO 8601. */
  readonly madeAt: string;
  /** Without a secret, nothing that is sent to it is accepted. */
  readonly hasSecret: boolean;
  /** Whether results are written back as notes. */
  readonly hasNoteToken: boolean;
  /** When the last alert came, and whether a mapping matched it: UTC, ISO 8601. */
  readonly lastAt: string | undefined;
  readonly lastMatched: boolean | undefined;
}

/** What is encrypted of a hook. */
export const hookSecrets = z.object({
  secret: z.string().optional(),
  /** A token of the source's API, and in whose name notes are written. */
  note: z.object({ token: z.string(), from: z.string().optional() }).optional(),
});
export type HookSecrets = Readonly<z.infer<typeof hookSecrets>>;

/** What ids of hooks look like. Capitals do not matter, because proxies change them. */
export const hookIdPattern = /^hook_[0-9a-f]{32}$/u;

/** Who did something to a hook. */
export type HookActor = Pick<AuditEvent, "actor" | "requestId">;

/** The hooks of one workspace. Their secrets are encrypted. */
export interface Hooks {
  /** Oldest first. */
  list(): Promise<readonly Hook[]>;
  find(id: string): Promise<Hook | undefined>;
  /** Throws not_found, and not_connected if they cannot be decrypted. */
  secrets(id: string): Promise<HookSecrets>;
  /** Stores a hook with its entry. Throws invalid_input if there are too many or one of that name, and not_recorded. */
  make(hook: Pick<Hook, "id" | "name" | "source">, secrets: HookSecrets, by: HookActor): Promise<Hook>;
  /** Replaces secrets, with an entry. Those that are undefined stay. Throws not_found, not_connected, not_recorded. */
  setSecrets(id: string, secrets: HookSecrets, by: HookActor): Promise<Hook>;
  /** Adds a mapping, with an entry. Throws not_found, invalid_input if there are too many, and not_recorded. */
  addMapping(id: string, mapping: Mapping, by: HookActor): Promise<Hook>;
  /** Removes a mapping, with an entry. Throws not_found and not_recorded. */
  removeMapping(id: string, mappingId: string, by: HookActor): Promise<Hook>;
  /** Removes a hook with all that came through it, with its entry. Throws not_found and not_recorded. */
  remove(id: string, by: HookActor): Promise<void>;
}

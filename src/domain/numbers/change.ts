import { z } from "zod";
import { ownValue } from "../shared/own-value.ts";
import { agentIdsIn, areRequested, inVersionOf } from "./answering-agents.ts";
import type { PhoneNumber } from "./phone-number.ts";
import { isVendorsForm } from "../text/same-text.ts";

/** A snapshot, or a part of one, as it is stored. */
export const snapshotSchema = z.record(z.string(), z.string().nullable());

/** The four kinds of change. Each is a verb of `/number` and the callback_id of a form. */
export const changeKinds = ["reassign", "detach", "rename", "edit"] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** One change to one number, as data. `null` clears a value, if the vendor can. */
export const changeSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("reassign"),
    /** The id of one agent, or what `agentsText` makes of several and of one in a certain version. */
    agentId: z.string(),
    agentName: z.string().optional(),
    /** The number's own agent, if it is restored along with the answering agent. */
    ownAgentId: z.string().nullish(),
  }),
  z.object({ kind: z.literal("detach") }),
  z.object({ kind: z.literal("rename"), name: z.string().nullable() }),
  z.object({
    kind: z.literal("edit"),
    fields: snapshotSchema,
    /** Both agents, if they are restored along with the fields. */
    agentId: z.string().optional(),
    ownAgentId: z.string().nullish(),
  }),
]);
export type Change = z.infer<typeof changeSchema>;

/**
 * Fields of a number: `agent` (an agent id), `name`, and the vendor's own fields as `field.<id>`. If the vendor has
 * overrides, also `own_agent` and `override` (agent ids), one of which answers. `null` means none; an absent key means
 * that the vendor does not report the field.
 */
export type Snapshot = Readonly<Record<string, string | null>>;

/** The snapshot keys for the agents of a number: the answering one, its own one, and the override. */
export const agentKey = "agent";
export const ownAgentKey = "own_agent";
export const overrideKey = "override";

/** The ids of all agents in these snapshots, and the other values of their fields. */
export function agentIdsOf(...states: readonly Snapshot[]): Set<string> {
  return agentIdsIn(states.flatMap((state) => Object.values(state)));
}

/** The name of the agent that a person has chosen, by its id. */
export function chosenAgentName(change: Change): Readonly<Record<string, string>> {
  if (change.kind !== "reassign" || !change.agentName) return {};
  const { agentName } = change;
  const ids = [...agentIdsIn([change.agentId])];
  return ids.length === 1 ? Object.fromEntries(ids.map((id) => [id, agentName])) : {};
}

/** A change that leaves an agent of the number in the version in which it answers now. */
export function keepingVersion(change: Change, { agent }: Partial<Pick<PhoneNumber, "agent">>): Change {
  return change.kind === "reassign" ? { ...change, agentId: inVersionOf(change.agentId, agent?.id) } : change;
}

/** Whether a snapshot key holds an agent id, for every vendor. */
export function isAgentKey(key: string): boolean {
  return key === agentKey || key === ownAgentKey || key === overrideKey;
}

/** The snapshot keys that a change writes. They must not have changed since the person saw them. */
export function affectedFields(change: Change): string[] {
  return Object.keys(wantedState(change));
}

const fieldPrefix = "field.";

/** The snapshot key of a vendor's own field. */
export function fieldKey(fieldId: string): string {
  return `${fieldPrefix}${fieldId}`;
}

/** The vendor's own fields in a snapshot, by field id. The inverse of `fieldKey`. */
export function fieldsOf(state: Snapshot): Record<string, string | null> {
  const fields = Object.entries(state).filter(([key]) => key.startsWith(fieldPrefix));
  return Object.fromEntries(fields.map(([key, value]) => [key.slice(fieldPrefix.length), value]));
}

/** Every reported field of a number that a change can write. An empty name or field counts as none. */
export function snapshot(number: PhoneNumber): Snapshot {
  const fields = Object.entries(number.fields).flatMap(([id, value]) =>
    value === undefined ? [] : [[fieldKey(id), value || null] as const],
  );
  return {
    ...(number.agent === undefined ? {} : { agent: number.agent?.id ?? null }),
    ...(number.ownAgent === undefined ? {} : { [ownAgentKey]: number.ownAgent?.id ?? null }),
    ...(number.override === undefined ? {} : { [overrideKey]: number.override?.id ?? null }),
    ...(number.name === undefined ? {} : { name: number.name || null }),
    ...Object.fromEntries(fields),
  };
}

/** The part of a snapshot with the given keys. Keys that it does not have stay absent. */
export function pick(state: Snapshot, keys: readonly string[]): Snapshot {
  return Object.fromEntries(Object.entries(state).filter(([key]) => keys.includes(key)));
}

/**
 * The part of a snapshot that the record of a change stores: the fields that it writes, and the other agents that a
 * vendor with overrides may change along with them. A reassignment may change the number's own agent; an edit may
 * change both, or create an override.
 */
export function recordedState(change: Change, state: Snapshot): Snapshot {
  const owned = affectedFields(change);
  if (change.kind === "rename" || !Object.hasOwn(state, ownAgentKey)) return pick(state, owned);
  const sideEffectKeys = change.kind === "edit" ? [agentKey, ownAgentKey, overrideKey] : [ownAgentKey];
  return pick(state, [...owned, ...sideEffectKeys]);
}

/** The values of the affected fields after the change. */
export function wantedState(change: Change): Snapshot {
  switch (change.kind) {
    case "reassign":
      return agentsOf(change);
    case "detach":
      return { agent: null };
    case "rename":
      return { name: change.name || null };
    case "edit": {
      const fields = Object.entries(change.fields).map(([id, value]) => [fieldKey(id), value || null]);
      return { ...Object.fromEntries(fields), ...agentsOf(change) };
    }
  }
}

function agentsOf({ agentId, ownAgentId }: Change & { readonly kind: "reassign" | "edit" }): Snapshot {
  return {
    ...(agentId === undefined ? {} : { [agentKey]: agentId }),
    ...(ownAgentId === undefined ? {} : { [ownAgentKey]: ownAgentId }),
  };
}

/** How a wanted state compares with a number: equal, different, or not reported by the vendor. */
export type Comparison = "same" | "different" | "not_reported";

/** Compares a wanted state with a number. A field that differs outweighs one that is not reported. */
export function compare(wanted: Snapshot, actual: Snapshot): Comparison {
  let result: Comparison = "same";
  for (const [key, value] of Object.entries(wanted)) {
    if (!Object.hasOwn(actual, key)) result = result === "different" ? result : "not_reported";
    else if (ownValue(actual, key) !== value) result = "different";
  }
  return result;
}

/**
 * Compares what a change requested with the number afterwards. A vendor may rewrite a text, or name the version of an
 * agent that was requested without one. But what reads as it did before was not written.
 */
export function compareAfter(wanted: Snapshot, before: Snapshot, actual: Snapshot): Comparison {
  const texts = Object.entries(wanted).flatMap(([key, asked]) => {
    const shown = ownValue(actual, key);
    const former = ownValue(before, key);
    if (typeof asked !== "string" || typeof shown !== "string" || shown === former) return [];
    const isSame = isAgentKey(key) ? areRequested(asked, shown, former) : isVendorsForm(asked, shown);
    return isSame ? [[key, shown]] : [];
  });
  return compare({ ...wanted, ...Object.fromEntries(texts) }, actual);
}

/** Whether one of the wanted fields is in none of these states, which means that the vendor never reports it. */
export function isNeverReported(wanted: Snapshot, states: readonly Snapshot[]): boolean {
  return Object.keys(wanted).some((key) => states.every((state) => !Object.hasOwn(state, key)));
}

/** The keys, of those given, in which two snapshots differ. A key that only one of them has counts as different. */
export function changedFields(seen: Snapshot, now: Snapshot, keys: readonly string[]): string[] {
  return keys.filter((key) => ownValue(seen, key) !== ownValue(now, key));
}

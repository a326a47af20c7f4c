import { ownValue } from "./own-value.ts";
import type { PhoneNumber } from "./phone-number.ts";
import { isVendorsForm } from "./same-text.ts";

/** One act on one number, as data. `null` clears, where the vendor can. */
export type Change =
  | {
      readonly kind: "reassign";
      readonly agentId: string;
      readonly agentName?: string | undefined;
      /** The number's own agent, where it is to be put back beside who answers. */
      readonly ownAgentId?: string | null | undefined;
    }
  | { readonly kind: "detach" }
  | { readonly kind: "rename"; readonly name: string | null }
  | {
      readonly kind: "edit";
      readonly fields: Readonly<Record<string, string | null>>;
      /** Both agents, where they are to be put back with the fields. */
      readonly agentId?: string | undefined;
      readonly ownAgentId?: string | null | undefined;
    };

/** The four kinds of change; each is a verb of `/number` and the callback_id of a form. */
export type ChangeKind = Change["kind"];
export const changeKinds = ["reassign", "detach", "rename", "edit"] as const satisfies readonly ChangeKind[];

/**
 * The state of some fields of a number: `agent` (an agent id), `name`, and the vendor's own by `field.<id>`; where the
 * vendor keeps them, `own_agent` and `override` (agent ids), of which one answers.
 * `null` is none; a key that is absent is one that the vendor does not say.
 */
export type Snapshot = Readonly<Record<string, string | null>>;

/** The snapshot keys of the agents of a number: who answers, its own one, and its override. */
export const agentKey = "agent";
export const ownAgentKey = "own_agent";
export const overrideKey = "override";

/** Whether a snapshot key of every vendor holds the id of an agent. */
export function isAgentKey(key: string): boolean {
  return key === agentKey || key === ownAgentKey || key === overrideKey;
}

/** The snapshot keys that a change writes, and therefore must not find moved. */
export function affectedFields(change: Change): string[] {
  return Object.keys(wantedState(change));
}

const fieldPrefix = "field.";

/** The snapshot key of a vendor's own field. */
export function fieldKey(fieldId: string): string {
  return `${fieldPrefix}${fieldId}`;
}

/** The vendor's own fields in a snapshot, by their ids: the way back from `fieldKey`. */
export function fieldsOf(state: Snapshot): Record<string, string | null> {
  const fields = Object.entries(state).filter(([key]) => key.startsWith(fieldPrefix));
  return Object.fromEntries(fields.map(([key, value]) => [key.slice(fieldPrefix.length), value]));
}

/** Everything that a number says of itself and that a change can write. An empty name or field counts as none. */
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

/** The part of a snapshot with the given keys; keys that it does not have stay absent. */
export function pick(state: Snapshot, keys: readonly string[]): Snapshot {
  return Object.fromEntries(Object.entries(state).filter(([key]) => keys.includes(key)));
}

/**
 * The part of a snapshot that the record of a change holds: what it writes, and what a vendor that keeps two agents of a
 * number may move beside that. A change of who answers may move the number's own one; an edit both, or make an override.
 */
export function recordedState(change: Change, state: Snapshot): Snapshot {
  const owned = affectedFields(change);
  if (change.kind === "rename" || !Object.hasOwn(state, ownAgentKey)) return pick(state, owned);
  const beside = change.kind === "edit" ? [agentKey, ownAgentKey, overrideKey] : [ownAgentKey];
  return pick(state, [...owned, ...beside]);
}

/** What the number's owned fields are to be after the change. */
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

/** How a wanted state compares with a number: as asked, not as asked, or not said by the vendor. */
export type Comparison = "same" | "different" | "unsaid";

/** Compares what was asked with what a number says of itself. One field that differs outweighs one that is unsaid. */
export function compare(wanted: Snapshot, actual: Snapshot): Comparison {
  let result: Comparison = "same";
  for (const [key, value] of Object.entries(wanted)) {
    if (!Object.hasOwn(actual, key)) result = result === "different" ? result : "unsaid";
    else if (ownValue(actual, key) !== value) result = "different";
  }
  return result;
}

/**
 * Compares what a change asked for with the number afterwards. A vendor may write a text in its own way; what reads as
 * before was not written at all.
 */
export function compareAfter(wanted: Snapshot, before: Snapshot, actual: Snapshot): Comparison {
  const texts = Object.entries(wanted).flatMap(([key, asked]) => {
    const shown = ownValue(actual, key);
    const isText = !isAgentKey(key) && typeof asked === "string" && typeof shown === "string";
    return isText && shown !== ownValue(before, key) && isVendorsForm(asked, shown) ? [[key, shown]] : [];
  });
  return compare({ ...wanted, ...Object.fromEntries(texts) }, actual);
}

/** Whether something that was asked for is in none of these states: the vendor never shows it. */
export function isNeverReported(wanted: Snapshot, states: readonly Snapshot[]): boolean {
  return Object.keys(wanted).some((key) => states.every((state) => !Object.hasOwn(state, key)));
}

/** The keys, of those given, in which two snapshots differ; one that is said in only one of them differs too. */
export function changedFields(seen: Snapshot, now: Snapshot, keys: readonly string[]): string[] {
  return keys.filter((key) => ownValue(seen, key) !== ownValue(now, key));
}

import type { ChangeDetails } from "../../domain/audit/change-details.ts";
import { formatActor, type Actor } from "../../domain/shared/actor.ts";
import { isErased } from "../../domain/shared/erased.ts";
import {
  agentKey,
  isAgentKey,
  overrideKey,
  ownAgentKey,
  type Snapshot,
} from "../../domain/numbers/change.ts";
import { sideEffectsOf } from "../../domain/changes/change-record.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import { bold, code, cut } from "./blocks.ts";
import { isLong, paragraphs, shownDifferently } from "./long-values.ts";
import { type Labels, agentText, idsBehind } from "./agent-text.ts";

/** An agent in any field. If the answering agent is none, its text says so; other fields are just empty. */
function agentOrEmpty(
  key: string,
  agentId: string | null | undefined,
  labels: Labels,
  vendor: Pick<Vendor, "capabilities">,
): string {
  return agentId === null && key !== "agent" ? "_empty_" : agentText(agentId, labels, vendor);
}

/** The title of a snapshot's field. */
export function fieldTitle(key: string, vendor: Pick<Vendor, "capabilities">): string {
  if (key === agentKey) return "Agent";
  if (key === ownAgentKey) return "The number's own agent";
  if (key === overrideKey) return "Routing override";
  if (key === "name") return "Name";
  return (
    vendor.capabilities.fields.find(({ id }) => `field.${id}` === key)?.label ?? key.replace(/^field\./u, "")
  );
}

/** The value of a snapshot's field, in mrkdwn. */
export function valueText(
  key: string,
  value: string | null | undefined,
  vendor: Pick<Vendor, "capabilities">,
  labels: Labels,
  most = 200,
): string {
  const spec = vendor.capabilities.fields.find(({ id }) => `field.${id}` === key);
  if (key === "agent") return agentText(value, labels, vendor);
  if (value === undefined) return "_not said_";
  if (value === null) return "_empty_";
  if (isAgentKey(key) || spec?.input === "agent") return agentText(value, labels, vendor);
  const name = choiceName(key, value, vendor, labels);
  return name === undefined ? bold(cut(value, most)) : `${bold(cut(name, most))} (${code(value)})`;
}

/** The vendor's name for the value of a field with choices, if it was read. */
function choiceName(
  key: string,
  value: string,
  { capabilities }: Pick<Vendor, "capabilities">,
  labels: Labels,
): string | undefined {
  const isChoice = capabilities.fields.some(({ id, input }) => `field.${id}` === key && input === "choice");
  return isChoice ? ownValue(labels, value) : undefined;
}

/** Whether a field contains an agent id. */
export function holdsAgent(key: string, vendor: Pick<Vendor, "capabilities">): boolean {
  return (
    isAgentKey(key) ||
    vendor.capabilities.fields.some(({ id, input }) => `field.${id}` === key && input === "agent")
  );
}

/** The keys worth showing. The number's own agent is only shown if it differs from the one that answers. */
export function shownKeys(keys: readonly string[], ...states: readonly Snapshot[]): string[] {
  const isApart = (state: Snapshot): boolean =>
    Object.hasOwn(state, ownAgentKey) && ownValue(state, ownAgentKey) !== ownValue(state, agentKey);
  return keys.filter((key) => key !== ownAgentKey || !keys.includes(agentKey) || states.some(isApart));
}

/**
 * From → to, a line for each changed field, in mrkdwn. Different values never look the same: long ones are shown from
 * their first difference. `withIds` appends the ids of agents, for a text that is read later.
 */
export function fromToText(
  from: Snapshot,
  to: Snapshot,
  vendor: Pick<Vendor, "capabilities">,
  labels: Labels,
  { withIds = false } = {},
): string {
  return shownKeys(Object.keys(to), from, to)
    .map((key) => {
      const title = key === "agent" ? "" : `${fieldTitle(key, vendor)}: `;
      const [was, is] = [ownValue(from, key), ownValue(to, key)];
      if (holdsAgent(key, vendor)) {
        const ids = withIds ? idsBehind([was, is], labels) : "";
        return `${title}${agentOrEmpty(key, was, labels, vendor)} → ${agentOrEmpty(key, is, labels, vendor)}${ids}`;
      }
      if ([was, is].some((value) => value && choiceName(key, value, vendor, labels) !== undefined))
        return `${title}${valueText(key, was, vendor, labels)} → ${valueText(key, is, vendor, labels)}`;
      const shown = shownDifferently(was, is);
      return `${title}${shown.from} → ${shown.to}`;
    })
    .join("\n");
}

/**
 * What a vendor changed besides the change itself, in mrkdwn, in at most one line. `shown` has the fields that are
 * shown elsewhere.
 */
export function sideEffectLines(
  [before, shown, after]: readonly [before: Snapshot, shown: Snapshot, after: Snapshot],
  vendor: Vendor,
  labels: Labels,
): string[] {
  const moved = sideEffectsOf(before, shown, after);
  const keys = shownKeys([agentKey, ...Object.keys(moved)], before, after).filter((key) =>
    Object.hasOwn(moved, key),
  );
  if (keys.length === 0) return [];
  const born =
    ownValue(moved, overrideKey) && ownValue(before, overrideKey) === null
      ? " From now on the override decides who answers, and the API has no way to remove it."
      : "";
  const what = keys.map((key) => {
    const text = (state: Snapshot): string => agentOrEmpty(key, ownValue(state, key), labels, vendor);
    const ids = idsBehind([ownValue(before, key), ownValue(moved, key)], labels);
    return `${fieldTitle(key, vendor)}: ${text(before)} → ${text(moved)}${ids}`;
  });
  return [`:warning: ${vendor.title} also changed this. ${what.join(", ")}.${born}`];
}

/**
 * The complete values of a change that are too long for a line, now and after, as mrkdwn paragraphs that each fit into
 * a section.
 */
export function wholeValues(from: Snapshot, to: Snapshot, vendor: Pick<Vendor, "capabilities">): string[] {
  return Object.keys(to).flatMap((key) => {
    const [was, is] = [ownValue(from, key), ownValue(to, key)];
    if (!isLong(was) && !isLong(is)) return [];
    const title = fieldTitle(key, vendor);
    const whole = (value: string | null | undefined): string[] =>
      typeof value === "string" ? paragraphs(value) : [value === null ? "_empty_" : "_not said_"];
    return [`*${title}, now:*`, ...whole(was), `*${title}, after:*`, ...whole(is)];
  });
}

// Code is kept as it is. A mark next to a word joiner belongs to a text from outside.
const marks =
  /(?<!\u2060)`(?<code>[^`\n]+)`(?!\u2060)|(?<![\p{L}\p{N}\u2060])[*_`]|[*_`](?![\p{L}\p{N}\u2060])/gu;

/** Removes mrkdwn formatting, for a message's text. */
export function stripMrkdwn(mrkdwn: string): string {
  return mrkdwn.replace(marks, (_mark, inCode?: string) => inCode ?? "").replaceAll("\u2060", "");
}

/** Who did something, in mrkdwn. People are mentioned by id, so that each reader sees their name. */
export function actorMention(actor: Actor): string {
  if (actor.kind === "user") return personMention(actor.userId);
  if (actor.kind === "system" || actor.forUserId === undefined) return code(formatActor(actor));
  const { forUserId, ...itself } = actor;
  return `${code(formatActor(itself))} for ${personMention(forUserId)}`;
}

/** A mention of a person; of one who was erased from the audit log, words. */
function personMention(userId: string): string {
  return isErased(userId) ? `_${userId}_` : `<@${userId}>`;
}

/**
 * Why a change of a protected or frozen number was allowed, in mrkdwn, after its author: approved by somebody, or by
 * nobody.
 */
export function passedText(details: ChangeDetails = {}): string {
  if (details["breakGlass"] === "yes")
    return `, :rotating_light: *by break-glass*${details.wanted === "2" ? " (two approvals were wanted)" : ""}`;
  const { approvedBy, alsoApprovedBy } = details;
  const also = alsoApprovedBy ? ` and ${nameMention(alsoApprovedBy)}` : "";
  return approvedBy ? `, approved by ${nameMention(approvedBy)}${also}` : "";
}

/** A person by id, or a shell on the server, such as `cli:root`. */
export function nameMention(name: string): string {
  return /^[UW][A-Z0-9]+$/u.test(name) ? `<@${name}>` : code(name);
}

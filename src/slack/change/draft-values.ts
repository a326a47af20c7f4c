import { ownValue } from "../../domain/shared/own-value.ts";
import type { FormValues } from "../forms/inputs.ts";
import type { ChangeDraft } from "../forms/change-draft.ts";
import { bold, cut, escape } from "../block-kit/blocks.ts";
import { elsewhereText } from "./agent-elsewhere.ts";
import type { NumberToChange } from "../../operations/change/load-number-to-change.ts";
import { problemText, toProblem } from "../block-kit/problem-message.ts";
import { agentLabel } from "../block-kit/agent-text.ts";
import { formatDuration } from "../../domain/shared/duration.ts";
import { expiresAt } from "../../domain/changes/expiry.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { RequestContext } from "../context/request-context.ts";
import { incidentError } from "../forms/incident-input.ts";
import { endsBlockId, endValue } from "../forms/expiry-input.ts";

/** What a form starts with: the values of its inputs, and what to say about those that could not be taken over. */
export interface StartValues {
  readonly values: FormValues;
  readonly notices: readonly string[];
}

/** The values of a form's inputs for a change draft and the number that was loaded for it. */
export async function draftValues(
  req: RequestContext,
  draft: ChangeDraft,
  loaded: NumberToChange,
): Promise<StartValues> {
  const { incident, view } = loaded;
  const agent = draftAgent(loaded, draft.agentText);
  const noIncident = draft.incident === undefined ? undefined : await incidentError(req, draft.incident);
  const expiry = await draftExpiry(req, draft);
  const notices = [agent.notice, noIncident && escape(noIncident), expiry.notice];
  return {
    values: {
      ...(incident ? { incident: { value: incident.key, label: undefined } } : {}),
      ...draftFields(draft, view.labels),
      ...expiry.values,
      ...(agent.agent ? { agent: agent.agent } : {}),
    },
    notices: notices.flatMap((notice) => (notice ? [notice] : [])),
  };
}

/** The values that a draft names directly. `labels` names agents. */
function draftFields(
  { agentId, agentLabel: label, name, reason, incident, fields = {} }: ChangeDraft,
  labels: Readonly<Record<string, string>>,
): FormValues {
  return {
    ...Object.fromEntries(
      Object.entries(fields).map(([id, value]) => [
        id,
        { value: value ?? "", label: value ? ownValue(labels, value) : undefined },
      ]),
    ),
    ...(agentId === undefined ? {} : { agent: { value: agentId, label } }),
    ...(name === undefined ? {} : { name: { value: name, label: undefined } }),
    ...(reason === undefined ? {} : { reason: { value: reason, label: undefined } }),
    ...(incident === undefined ? {} : { incident: { value: incident, label: undefined } }),
  };
}

/** The agent named in a line, as a value for the form's input; or why there is no single match. */
function draftAgent(
  { agent: match, agentElsewhere, view: { labels, connection } }: NumberToChange,
  text: string | undefined,
): { agent?: FormValues[string]; notice?: string } {
  if (!match || text === undefined) return {};
  if (match.kind === "unknown") return { notice: problemText(toProblem(match.problem)) };
  if (match.kind === "one") {
    const { agent } = match;
    if (agent.unbindable)
      return { notice: `${bold(agent.name)} cannot answer a number: ${escape(agent.unbindable)}.` };
    return { agent: { value: agent.id, label: agentLabel(agent.id, agent.name, labels) } };
  }
  const typed = `“${escape(cut(text, 100))}”`;
  if (match.kind === "several")
    return { notice: `More than one agent is called ${typed}. Choose one below.` };
  if (agentElsewhere)
    return { notice: `${escape(elsewhereText(agentElsewhere, connection.name))} Choose one below.` };
  const near = match.nearest.map(({ name }) => bold(name)).join(", ");
  return { notice: `No agent is called ${typed}. ${near ? `The nearest: ${near}. ` : ""}Choose one below.` };
}

/** The expiry of a change draft: the value of the form's input, or why there is none and what to do. */
interface DraftExpiry {
  readonly values: FormValues;
  readonly notice?: string;
}

/**
 * Parses the expiry of a line or a button, in the person's time zone. An invalid one leaves the input empty but
 * required, so that nobody submits a permanent change by mistake.
 */
async function draftExpiry(req: RequestContext, { ends, end, reason }: ChangeDraft): Promise<DraftExpiry> {
  if (end !== undefined) return { values: { [endsBlockId]: end } };
  if (ends === undefined) return { values: {}, ...(await expiryInReason(req, reason)) };
  try {
    const { formatMoment, parseExpiry } = await import("../../operations/expiry/parse-expiry.ts");
    const here = { now: req.ctx.now(), timeZone: await req.timeZone() };
    const read = parseExpiry(ends, here);
    expiresAt(read, here.now, req.ctx.minExpiryMs);
    const label = read.kind === "at" ? capitalized(formatMoment(read.at, here)) : undefined;
    return { values: { [endsBlockId]: endValue(read, label) } };
  } catch (error) {
    if (!isProblem(error)) throw error;
    const notice = `:warning: ${bold(error.message)} Choose below when it reverts.`;
    return { values: { [endsBlockId]: { value: undefined, label: undefined } }, notice };
  }
}

/** A hint if a reason ends with a time, which may have been meant as the expiry. Nothing is chosen for the person. */
export async function expiryInReason(
  req: RequestContext,
  reason = "",
): Promise<{ readonly notice?: string }> {
  const [, said] = /^.*\b((?:for|until)\s+\S.*)$/isu.exec(reason.trim()) ?? [];
  if (said === undefined) return {};
  try {
    const { formatMoment, parseExpiry } = await import("../../operations/expiry/parse-expiry.ts");
    const here = { now: req.ctx.now(), timeZone: await req.timeZone() };
    const read = parseExpiry([said], here);
    expiresAt(read, here.now, req.ctx.minExpiryMs);
    const when = read.kind === "after" ? `after ${formatDuration(read.ms)}` : formatMoment(read.at, here);
    return {
      notice: `:alarm_clock: *Revert ${when}?* Your reason ends with “${escape(said)}”. If you meant that, choose it under *Revert automatically*.`,
    };
  } catch (error) {
    if (isProblem(error)) return {};
    throw error;
  }
}

export function capitalized(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}

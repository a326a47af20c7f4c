import { z } from "zod";
import type { AuditEvent } from "../audit/audit-log.ts";
import type { NumberKey } from "../numbers/phone-number.ts";
import type { Scope } from "../numbers/scope.ts";

const numberKey = z.object({ connectionId: z.string(), numberId: z.string() });

/** The link in a message to another one, kept so that Slack is asked for it once. */
const knownLink = z.object({ ts: z.string(), text: z.string() });
export type KnownLink = Readonly<z.infer<typeof knownLink>>;

/** What the buttons of a message act on. The buttons are removed when it is over. */
export const buttonSubject = z.discriminatedUnion("kind", [
  /** A change: the buttons undo or retry it, with `overNewer` even when somebody has changed the number since. */
  z.object({
    kind: z.literal("change"),
    changeId: z.string(),
    key: numberKey,
    overNewer: z.literal(true).optional(),
  }),
  /** The expiry of a temporary change, as shown in the message. */
  z.object({ kind: z.literal("expiry"), changeId: z.string(), key: numberKey, expiresAt: z.iso.datetime() }),
  /** A freeze, identified by its scope and the time at which it was set. */
  z.object({
    kind: z.literal("freeze"),
    scope: z.object({ connectionId: z.string().optional(), numberId: z.string().optional() }),
    at: z.string(),
  }),
  /** Drift findings, each with the action_id of the button that restores the number. */
  z.object({
    kind: z.literal("drift"),
    found: z.array(z.object({ actionId: z.string(), key: numberKey, seenAt: z.string() })),
  }),
  z.object({ kind: z.literal("approval"), approvalId: z.string() }),
  z.object({ kind: z.literal("incident"), key: z.string() }),
  /** `remindsOf`: the message is a reminder, which stands while the run is in this state. */
  z.object({
    kind: z.literal("run"),
    runId: z.string(),
    remindsOf: z.enum(["paused", "held"]).optional(),
  }),
  /** What alerts propose. */
  z.object({ kind: z.literal("proposal"), proposalId: z.string(), link: knownLink.optional() }),
  /** The way back from a run, as it was offered when its alerts were resolved, and the fail-back that has begun since. */
  z.object({
    kind: z.literal("fallback"),
    proposalId: z.string(),
    runId: z.string(),
    plan: z.string(),
    backId: z.string().optional(),
    link: knownLink.optional(),
  }),
]);
export type ButtonSubject = Readonly<z.infer<typeof buttonSubject>>;

/** The subject of all drift findings. They have one subject because they can end without an audit entry. */
export const driftSubject = "drift";

/** The subject under which the messages of an action are stored, so that an audit entry leads to them. */
export function subjectOf(of: ButtonSubject): string {
  switch (of.kind) {
    case "change":
    case "expiry":
      return numberSubject(of.key);
    case "freeze":
      return freezeSubject(of.scope);
    case "drift":
      return driftSubject;
    case "approval":
      return approvalSubject(of.approvalId);
    case "incident":
      return incidentSubject(of.key);
    case "run":
    case "fallback":
      return runSubject(of.runId);
    case "proposal":
      return proposalSubject(of.proposalId);
  }
}

export function proposalSubject(proposalId: string): string {
  return `proposal:${proposalId}`;
}

export function approvalSubject(approvalId: string): string {
  return `approval:${approvalId}`;
}

export function runSubject(runId: string): string {
  return `run:${runId}`;
}

export function incidentSubject(key: string): string {
  return `incident:${key}`;
}

/** The subjects of the actions that an audit entry may have ended or changed. */
export function subjectsOf({
  kind,
  actor,
  number,
  connection,
  details,
  outcome,
}: AuditEvent): readonly string[] {
  // Even if the vendor refused to list calls: then its numbers wait for none.
  if (kind.startsWith("proof.")) return details?.["run"] === undefined ? [] : [runSubject(details["run"])];
  if (outcome === "refused" && kind !== "change.outcome") return [];
  const { approval, incident } = details ?? {};
  const ofApproval = approval === undefined ? [] : [approvalSubject(approval)];
  const ofNumber = number ? [numberSubject(number)] : [];
  // A run shows its own outcomes itself, in the person's name. What is found out later comes from Patchbay.
  const ofSettledStep = (): readonly string[] =>
    actor.kind === "system" && details?.["run"] !== undefined ? [runSubject(details["run"])] : [];
  // A run that was approved as a whole has one request for many changes.
  const ofOneChange = details?.["run"] === undefined ? ofApproval : [];
  if (kind === "change.outcome") return [...ofNumber, driftSubject, ...ofOneChange, ...ofSettledStep()];
  if (kind.startsWith("timed.")) return ofNumber;
  if (kind.startsWith("freeze.")) return [freezeSubject(number ?? { connectionId: connection?.id })];
  if (kind.startsWith("approval.")) return ofApproval;
  if (kind.startsWith("failover.")) {
    const runs = [details?.["run"], details?.["returns"]];
    return [...runs.flatMap((run) => (run === undefined ? [] : [runSubject(run)])), ...ofApproval];
  }
  if (kind === "proposal.dismissed" && details?.["proposal"] !== undefined)
    return [proposalSubject(details["proposal"])];
  return kind === "incident.ended" && incident !== undefined ? [incidentSubject(incident)] : [];
}

/** Whether entries of a kind come many at once, so that a message need not show each of them at once. */
export function isFrequent({ kind }: Pick<AuditEvent, "kind">): boolean {
  return kind.startsWith("proof.");
}

function numberSubject({ connectionId, numberId }: NumberKey): string {
  return `number:${connectionId}/${numberId}`;
}

function freezeSubject({ connectionId = "", numberId = "" }: Scope): string {
  return `freeze:${connectionId}/${numberId}`;
}

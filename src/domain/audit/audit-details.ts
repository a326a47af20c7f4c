import { z } from "zod";
import type { AuditKind } from "./audit-kind.ts";

/** That being on call gave the person the right. */
export interface OnCallDetails {
  /** The schedule, and when its tool said so, if it could not be read: UTC, ISO 8601. */
  readonly onCall?: string | undefined;
  readonly onCallAsOf?: string | undefined;
}

/** Further details of a change, in the entries about it and about its approval. */
export interface ChangeDetails extends OnCallDetails {
  /** The channel where it was requested, and the thread in it. */
  readonly channel?: string | undefined;
  readonly thread?: string | undefined;
  /** When the vendor answered the update, by its own clock: UTC, ISO 8601. */
  readonly answeredAt?: string | undefined;
  /** When it expires, or until when it can be approved: UTC, ISO 8601. */
  readonly until?: string | undefined;
  /** The change that it undoes, or whose state it restores. */
  readonly undoes?: string | undefined;
  readonly restores?: string | undefined;
  /** The incident's key, and the revert that it is a step of. */
  readonly incident?: string | undefined;
  readonly revert?: string | undefined;
  /** The run that it is a step of, with the plan and its revision. */
  readonly run?: string | undefined;
  readonly plan?: string | undefined;
  readonly revision?: string | undefined;
  /** The token of the HTTP API with which it was requested. */
  readonly token?: string | undefined;
  /** The person in whose name background work makes it, or who asked for the approval. */
  readonly for?: string | undefined;
  /** The approval request, and the people who approved it: the first one, and the second if it wanted two. */
  readonly approval?: string | undefined;
  readonly approvedBy?: string | undefined;
  readonly alsoApprovedBy?: string | undefined;
  /** How many approvals are wanted if that is more than one, and how many there are with this entry. */
  readonly wanted?: string | undefined;
  readonly given?: string | undefined;
  /** `yes` if the person broke glass. */
  readonly breakGlass?: string | undefined;
  /** The ids of the rules that the person overrode, with commas between them. */
  readonly overrode?: string | undefined;
  /** What answered in place of an agent when the agent was changed, and what could choose another one for each call. */
  readonly answeredBy?: string | undefined;
  readonly chooser?: string | undefined;
  /** `nothing` if neither was there, at a vendor where one can be. Entries of earlier versions have none of the three. */
  readonly besides?: string | undefined;
  /** `yes` if reading the number again cannot clear up an unknown outcome. */
  readonly unprovable?: string | undefined;
}

/** Details of a change as they are stored with an approval request. */
export const storedChangeDetails: z.ZodType<ChangeDetails> = z.record(z.string(), z.string());

interface ScopeDetails extends OnCallDetails {
  /** The title of what is frozen or protected. */
  readonly title?: string | undefined;
  /** How many approvals a protection wants, if that is or was more than one. */
  readonly wanted?: string | undefined;
  /** Until when it is frozen: UTC, ISO 8601. */
  readonly until?: string | undefined;
}

interface IncidentDetails extends OnCallDetails {
  readonly incident: string;
  readonly channel?: string | undefined;
}

interface RuleDetails {
  readonly rule: string;
  readonly title: string;
  readonly demand: string;
}

/** A webhook, and where it sends, without the path. */
interface WebhookDetails {
  readonly webhook: string;
  readonly origin: string;
  /** The kinds of events that it gets, if not all. */
  readonly kinds?: string | undefined;
}

/** An address for alerts, never its secret. */
interface HookDetails {
  readonly hook: string;
  readonly name: string;
  readonly source: string;
}

/** A schedule of an on-call tool, never its key. */
interface ScheduleDetails {
  readonly schedule: string;
  readonly name: string;
  readonly tool: string;
  /** The id that the tool gives it. */
  readonly toolId: string;
}

/** What alerts propose: a plan or an agent, in which channel. */
interface ProposalDetails {
  readonly proposal: string;
  readonly hook: string;
  readonly source: string;
  /** The key that the source gives to its incident. */
  readonly alert: string;
  readonly plan?: string | undefined;
  readonly agent?: string | undefined;
  readonly channel: string;
}

/** What a request for approval is about, if it is a whole run. */
interface RequestedRunDetails {
  /** How many changes the run makes, and how many of them are to protected numbers. */
  readonly changes?: string | undefined;
  readonly protected?: string | undefined;
  /** The SHA-256 of the preview that is to be approved, which is what is begun. */
  readonly preview?: string | undefined;
  /** What a pipeline proposes, as a sentence. */
  readonly proposal?: string | undefined;
}

/** A page of an approver. */
interface PageDetails {
  readonly paged?: string | undefined;
  readonly step: string;
  /** The id of the schedule, and the tool's id of the page. */
  readonly schedule?: string | undefined;
  readonly page?: string | undefined;
  readonly why?: string | undefined;
}

interface PlanDetails {
  /** The failover plan's slug, and its revision. */
  readonly plan: string;
  readonly revision: string;
}

/** The run that an entry is about. */
export interface RunDetails extends OnCallDetails {
  readonly run: string;
  /** Its kind: `revert`, `failover`, `practice`, `back` or `routes`. */
  readonly kind: string;
  readonly plan?: string | undefined;
  readonly revision?: string | undefined;
  readonly incident?: string | undefined;
  readonly channel?: string | undefined;
  /** The run that a fail-back takes back. */
  readonly returns?: string | undefined;
  /** Who wants the routes of a file, and for which commit. */
  readonly source?: string | undefined;
}

/** How far a run got: how many numbers it changed, of how many, and how long that took. */
interface RunCounts {
  readonly changed?: string | undefined;
  readonly of?: string | undefined;
  readonly seconds?: string | undefined;
}

/** A token of the HTTP API, never its secret. */
interface TokenDetails {
  readonly token: string;
  readonly name: string;
  readonly scope: string;
  /** The ids of its connections with commas between them; missing for all. */
  readonly connections?: string | undefined;
  /** Whose rights it has, as an actor. */
  readonly owner: string;
  /** When it expires: UTC, ISO 8601. */
  readonly until: string;
}

/** A call that the vendor's log has since a change. Never who called, what was said, or a recording. */
interface ProofDetails {
  /** The call's id at the vendor. */
  readonly call: string;
  /** When it began, by the vendor's clock: UTC, ISO 8601. */
  readonly startedAt: string;
  /** `active`, `completed` or `failed`. */
  readonly status: string;
  /** The agent that answered. */
  readonly agent: string;
  readonly channel?: string | undefined;
  readonly incident?: string | undefined;
  /** The run that the change is a step of. */
  readonly run?: string | undefined;
}

interface ExpiryDetails extends OnCallDetails {
  readonly channel?: string | undefined;
}

/** The details of each kind of entry: ids, times (UTC, ISO 8601), single words. Their names are part of the hashed text. */
interface DetailsByKind {
  readonly "change.requested": ChangeDetails;
  readonly "change.outcome": ChangeDetails;
  readonly "change.refused": ChangeDetails;
  readonly "action.refused": ChangeDetails;
  /** What was encrypted again, from which key to which. */
  readonly "secret.resealed": { readonly secret: string; readonly from: string; readonly to: string };
  /** How much was removed or cancelled, by kind. */
  readonly "workspace.uninstalled": Readonly<
    Record<"connections" | "unsettled" | "unsaid" | "owed" | "timed" | "approvals" | "reverts", string>
  >;
  readonly "checkpoints.accepted": { readonly faults: string };
  /** Before which month, how many entries, in which months, and up to which entry; `no` if there was no key to sign with. */
  readonly "audit.retired": Readonly<Record<"before" | "entries" | "months" | "through" | "signed", string>>;
  /** What stands in the place of the person's id. */
  readonly "person.erased": { readonly person: string };
  /** The settings that differ, as JSON. */
  readonly "settings.changed": { readonly before: string; readonly after: string };
  readonly "freeze.set": ScopeDetails;
  readonly "freeze.lifted": ScopeDetails;
  readonly "freeze.ended": ScopeDetails;
  readonly "protection.set": ScopeDetails;
  readonly "protection.lifted": ScopeDetails;
  readonly "approval.requested": ChangeDetails & RequestedRunDetails;
  /**
   * Who was paged, through which schedule, and whether it was the first page of the request or the second; or why that failed,
   * as a sentence. Nobody is named if it cannot be read who is on call.
   */
  readonly "approval.paged": ChangeDetails & RequestedRunDetails & PageDetails;
  /** The page that was closed at the tool, or why it could not be closed. */
  readonly "approval.page_closed": ChangeDetails & RequestedRunDetails & PageDetails;
  readonly "approval.approved": ChangeDetails & RequestedRunDetails;
  readonly "approval.declined": ChangeDetails &
    RequestedRunDetails & { readonly comment?: string | undefined };
  readonly "approval.expired": ChangeDetails & RequestedRunDetails;
  readonly "approval.withdrawn": ChangeDetails & RequestedRunDetails;
  readonly "incident.started": IncidentDetails;
  readonly "incident.ended": IncidentDetails;
  readonly "incident.reverted": IncidentDetails & {
    readonly revert: string;
    /** How many changes it reverts. */
    readonly changes?: string | undefined;
    /** The ids of the rules that the person overrode, with commas between them. */
    readonly overrode?: string | undefined;
  };
  /** The plan's title, and how many numbers it switches. */
  readonly "plan.saved": PlanDetails & { readonly title: string; readonly numbers: string };
  readonly "plan.removed": PlanDetails & { readonly title: string; readonly numbers: string };
  /** The approval, for how many protected numbers it is, and until when it lasts: UTC, ISO 8601. */
  readonly "plan.approved": PlanDetails &
    Readonly<Record<"title" | "approval" | "protected" | "until", string>> &
    Readonly<Partial<Record<"given" | "wanted", string>>> &
    OnCallDetails;
  readonly "failover.begun": RunDetails & {
    /** How many changes it makes, and until when it is to hold: UTC, ISO 8601. */
    readonly changes?: string | undefined;
    readonly until?: string | undefined;
    /** The ids of the rules that the person overrode, with commas between them. */
    readonly overrode?: string | undefined;
    /** The approval of its protected numbers, and the people who gave it. */
    readonly approval?: string | undefined;
    readonly approvedBy?: string | undefined;
    readonly alsoApprovedBy?: string | undefined;
  };
  readonly "failover.paused": RunDetails &
    RunCounts & {
      /** Why, as a single word; of one connection, the code of its problem. */
      readonly why: string;
    };
  readonly "failover.resumed": RunDetails & {
    /** `yes` if the paused connections were left out. */
    readonly without?: string | undefined;
  };
  readonly "failover.stopped": RunDetails & RunCounts;
  readonly "failover.held": RunDetails & RunCounts & { readonly until?: string | undefined };
  /** How many numbers could not be put back, if any: the failover still has them. */
  readonly "failover.returned": RunDetails & RunCounts & { readonly left?: string | undefined };
  /** What its fail-back had left was found to be put back, or never switched. */
  readonly "failover.ended": RunDetails;
  readonly "failover.practised": RunDetails & RunCounts & { readonly left?: string | undefined };
  readonly "routes.applied": RunDetails & RunCounts;
  /** How many numbers could be switched at once, and whether the plan was ready: `green` or `not_ready`. */
  readonly "failover.drilled": PlanDetails &
    Readonly<Record<"ready" | "of" | "result", string>> &
    OnCallDetails;
  /** The rule, if an override of it was reviewed. */
  readonly "breakglass.reviewed": Partial<RuleDetails>;
  /** The rule's name and what it demands. */
  readonly "rule.set": RuleDetails;
  readonly "rule.removed": RuleDetails;
  readonly "rule.overridden": RuleDetails & { readonly until: string };
  readonly "gate.closed": { readonly gate: string } & OnCallDetails;
  readonly "gate.opened": { readonly gate: string };
  readonly "webhook.added": WebhookDetails;
  readonly "webhook.rotated": WebhookDetails;
  readonly "webhook.changed": WebhookDetails;
  readonly "webhook.removed": WebhookDetails;
  readonly "webhook.paused": WebhookDetails;
  readonly "webhook.resumed": WebhookDetails;
  readonly "hook.made": HookDetails;
  /** What was changed: `secret`, `notes`, `mapping.added` or `mapping.removed`, with what the mapping says. */
  readonly "hook.changed": HookDetails & { readonly what: string; readonly mapping?: string | undefined };
  readonly "hook.removed": HookDetails;
  readonly "oncall.added": ScheduleDetails;
  /** What was changed: `key`, or `people` with who was and is confirmed, as JSON. */
  readonly "oncall.changed": ScheduleDetails & {
    readonly what: string;
    readonly before?: string | undefined;
    readonly after?: string | undefined;
  };
  readonly "oncall.removed": ScheduleDetails;
  /** Why it could not be read, as a sentence. */
  readonly "oncall.stale": ScheduleDetails & { readonly why: string };
  readonly "proposal.made": ProposalDetails;
  readonly "proposal.dismissed": ProposalDetails;
  /** The address of the number's runbook. */
  readonly "runbook.set": { readonly url: string };
  readonly "runbook.removed": { readonly url: string };
  /** What was found, the last change through Patchbay, and who changed it elsewhere and when, as the vendor says. */
  readonly "drift.seen": {
    readonly drift: string;
    readonly last?: string | undefined;
    readonly changedBy?: string | undefined;
    readonly changedAt?: string | undefined;
  };
  readonly "proof.seen": ProofDetails;
  readonly "proof.contradicted": ProofDetails;
  /** How many of the first calls failed, and of how many. */
  readonly "proof.failing": ProofDetails & { readonly failed: string; readonly of: string };
  /** The run that the change is a step of, whose connection's calls nobody can see. */
  readonly "proof.denied": { readonly run?: string | undefined };
  readonly "timed.kept": ExpiryDetails & { readonly until: string };
  readonly "timed.extended": ExpiryDetails & { readonly until: string };
  readonly "timed.ended": ExpiryDetails & { readonly until: string };
  /** Why it was not reverted. */
  readonly "timed.left": ExpiryDetails & { readonly why: string };
  readonly "token.made": TokenDetails;
  readonly "token.revoked": TokenDetails;
  readonly "token.expired": TokenDetails;
}

/** Any refusal, of whatever kind. */
interface RefusalDetails {
  /** How often the same was refused again. */
  readonly repeats?: string | undefined;
}

type KeyOf<T> = T extends unknown ? keyof T : never;
type DetailsOfOne<Kind extends AuditKind> = Kind extends keyof DetailsByKind
  ? DetailsByKind[Kind] & RefusalDetails
  : RefusalDetails;

/** The details of one kind of entry; of any entry, all names that there are. */
export type AuditDetails<Kind extends AuditKind = AuditKind> = AuditKind extends Kind
  ? { readonly [Key in KeyOf<DetailsOfOne<AuditKind>>]?: string | undefined }
  : DetailsOfOne<Kind>;

import type { AuditKind } from "./audit-kind.ts";
import type { ChangeDetails, ExpiryDetails, OnCallDetails, ProofDetails } from "./change-details.ts";
import type {
  HookDetails,
  ProposalDetails,
  ScheduleDetails,
  TokenDetails,
  WebhookDetails,
} from "./integration-details.ts";
import type {
  PageDetails,
  PlanDetails,
  RequestedRunDetails,
  RuleDetails,
  RunCounts,
  RunDetails,
} from "./run-details.ts";

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

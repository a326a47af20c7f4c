import { z } from "zod";
import { messageAddress, requester } from "../notifications/reply-target.ts";
import type { AuditEvent } from "../audit/audit-log.ts";
import type { ApprovalCount } from "../access/protection.ts";
import { accountOf, personOf, type Actor } from "../shared/actor.ts";
import { storedChangeDetails } from "../audit/change-details.ts";
import { changeSchema, snapshotSchema } from "../numbers/change.ts";
import { storedExpiry } from "./expiry.ts";
import { recordOf } from "../shared/own-value.ts";
import { vendorId } from "../vendor/vendor.ts";

/** Who asked, and where the result is reported. */
const asker = requester.extend({
  /** The shell or token that asked in the person's name: `cli:root`. */
  account: z.string().optional(),
});

/** The exact change to approve, with what the person saw. It is made exactly like this, or not at all. */
export const requestedChange = z.object({
  /** The future id of the change, so that it can never be made twice. */
  changeId: z.string(),
  key: z.object({ connectionId: z.string(), numberId: z.string() }),
  change: changeSchema,
  seen: snapshotSchema,
  /** The sequence of the newest change of the number on record when it was requested; 0 without one. */
  newest: z.number().int().min(0).optional(),
  reason: z.string().optional(),
  /** When it expires: a duration after the change is made, which is after its approval, or a time. */
  ends: storedExpiry.optional(),
  details: storedChangeDetails.optional(),
  /** For a detach: what answers all the same, or decides who does. */
  withoutAgent: z.object({ answeredBy: z.string().optional(), chooser: z.string().optional() }).optional(),
  ...asker.shape,
  /** UTC, ISO 8601. */
  at: z.string(),
  /** The names of the number, its connection and its agents. */
  e164: z.string(),
  name: z.string().nullish(),
  connection: z.object({ id: z.string(), vendor: vendorId, name: z.string() }),
  labels: recordOf(z.string()),
});

/** See `requestedChange`. */
export type RequestedChange = z.infer<typeof requestedChange>;

/** How many protected numbers a request for a run lists. */
export const mostNumbersListed = 15;

/** A whole run to approve, as its preview showed it. Exactly this run is begun, or none. */
export const requestedRun = z.object({
  runId: z.string(),
  kind: z.enum(["failover", "practice", "back", "routes"]),
  /** The SHA-256 of the preview. */
  preview: z.string(),
  /** For a routes run, which has none, its title is the proposal as a sentence. */
  plan: z.object({ slug: z.string(), revision: z.number().int(), title: z.string() }),
  reason: z.string().optional(),
  incident: z.string().optional(),
  /** How long it is to hold, in milliseconds. */
  forMs: z.number().int().optional(),
  /** How many numbers have each verdict; those that need the approval are counted apart. */
  counts: z.record(z.string(), z.number().int()),
  /** How many changes it makes, and how many of them need the approval. */
  changes: z.number().int(),
  protected: z.number().int(),
  /** The first numbers that need the approval: now, and after the run. */
  numbers: z.array(
    z.object({
      e164: z.string().optional(),
      name: z.string().nullish(),
      connection: z.string(),
      vendor: vendorId,
      now: snapshotSchema,
      first: snapshotSchema,
      labels: recordOf(z.string()),
    }),
  ),
  /** The titles of the rules that do not allow it and that the person overrides. */
  overrode: z.array(z.string()),
  ...asker.shape,
  /** UTC, ISO 8601. */
  at: z.string(),
});
export type RequestedRun = z.infer<typeof requestedRun>;

/**
 * The state of an approval request. `approved` is decided and being executed, maybe by a later process; `over` is
 * executed or refused.
 */
export const approvalStates = ["open", "approved", "declined", "expired", "withdrawn", "over"] as const;
export type ApprovalState = (typeof approvalStates)[number];

/** The decision about an approval request. */
export interface Decision {
  readonly state: "approved" | "declined" | "expired" | "withdrawn";
  readonly by: Actor;
  readonly at: string;
  /** The schedule without which the person might not have approved it: `PagerDuty PI7DH85`. */
  readonly onCall?: string | undefined;
  /** Why it was declined. */
  readonly comment?: string | undefined;
}

/** An approval that somebody gave, of one or two that a request wants. */
export type GivenApproval = Pick<Decision, "by" | "at" | "onCall">;

/** The withdrawal of an open request, with its entry. */
export interface Withdrawal {
  readonly id: string;
  readonly decision: Decision & { readonly state: "withdrawn" };
  readonly event: AuditEvent<"approval.withdrawn">;
}

/** A message that asks for approval, to update when it is decided, and whom it asks if it is a direct message. */
export const approvalMessage = messageAddress.extend({ userId: z.string().optional() });
export type ApprovalMessage = Readonly<z.infer<typeof approvalMessage>>;

interface ApprovalOf<Asked> {
  readonly id: string;
  readonly state: ApprovalState;
  readonly asked: Asked;
  /** UTC, ISO 8601. From then on, nobody can approve it. */
  readonly expiresAt: string;
  /** How many approvals it wants, each of another person. */
  readonly wanted: ApprovalCount;
  /** The first of two approvals, once somebody gave it. The second one decides. */
  readonly first?: GivenApproval | undefined;
  readonly decision?: Omit<Decision, "state"> | undefined;
  readonly messages: readonly ApprovalMessage[];
}

/** A request to approve a change of one number, and one to approve a whole run. */
export type ChangeApproval = ApprovalOf<RequestedChange>;
export type RunApproval = ApprovalOf<RequestedRun>;

/** An approval request. */
export type Approval = ChangeApproval | RunApproval;

export function isRunApproval(approval: Approval): approval is RunApproval {
  return "runId" in approval.asked;
}

/**
 * Whether an actor has asked for this, and so must not approve it: the person, however they act, or the shell or token
 * that asked, also in somebody else's name.
 */
export function isAskedBy({ asked }: Approval, actor: Actor): boolean {
  const account = accountOf(actor);
  return personOf(actor) === asked.userId || (account !== undefined && account === asked.account);
}

/** Who asks: the person, and what acts for them. */
export function askerOf(userId: string, actor: Actor): Pick<z.infer<typeof asker>, "userId" | "account"> {
  const account = accountOf(actor);
  return account === undefined ? { userId } : { userId, account };
}

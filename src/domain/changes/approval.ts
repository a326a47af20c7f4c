import { z } from "zod";
import { requester, type MessageAddress } from "../notifications/reply-target.ts";
import type { Actor } from "../shared/actor.ts";
import { storedChangeDetails } from "../audit/audit-details.ts";
import { changeSchema, snapshotSchema } from "../numbers/change.ts";
import { storedExpiry } from "./expiry.ts";
import { recordOf } from "../shared/own-value.ts";
import { vendorId } from "../vendor/vendor.ts";

/** The exact change to approve, with what the person saw. It is made exactly like this, or not at all. */
export const requestedChange = z.object({
  /** The future id of the change, so that it can never be made twice. */
  changeId: z.string(),
  key: z.object({ connectionId: z.string(), numberId: z.string() }),
  change: changeSchema,
  seen: snapshotSchema,
  reason: z.string().optional(),
  /** When it expires: a duration after the change is made, which is after its approval, or a time. */
  ends: storedExpiry.optional(),
  details: storedChangeDetails.optional(),
  /** The person who requested it, and where the result is reported. */
  ...requester.shape,
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
  /** Why it was declined. */
  readonly comment?: string | undefined;
}

/** A message that asks for approval, to update when it is decided. */
export type ApprovalMessage = MessageAddress;

/** An approval request. */
export interface Approval {
  readonly id: string;
  readonly state: ApprovalState;
  readonly asked: RequestedChange;
  /** UTC, ISO 8601. From then on, nobody can approve it. */
  readonly expiresAt: string;
  readonly decision?: Omit<Decision, "state"> | undefined;
  readonly messages: readonly ApprovalMessage[];
}

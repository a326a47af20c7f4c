import { z } from "zod";
import type { Actor } from "./actor.ts";
import { changeKinds } from "./change.ts";
import { recordOf } from "./own-value.ts";
import { vendorId } from "./vendor.ts";

const state = z.record(z.string(), z.string().nullable());

const change = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal(changeKinds[0]),
    agentId: z.string(),
    agentName: z.string().optional(),
    ownAgentId: z.string().nullish(),
  }),
  z.object({ kind: z.literal(changeKinds[1]) }),
  z.object({ kind: z.literal(changeKinds[2]), name: z.string().nullable() }),
  z.object({
    kind: z.literal(changeKinds[3]),
    fields: state,
    agentId: z.string().optional(),
    ownAgentId: z.string().nullish(),
  }),
]);

/** As `Expiry`: so long after the change is made, which is after its approval, or at a moment. */
const ends = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("after"), ms: z.number() }),
  z.object({ kind: z.literal("at"), at: z.coerce.date() }),
]);

/** The exact change that somebody asked to have approved, with what they saw; it is carried out as it stands, or not. */
export const requestedChange = z.object({
  /** The id that the change will have, so that it can never be made twice. */
  changeId: z.string(),
  key: z.object({ connectionId: z.string(), numberId: z.string() }),
  change,
  seen: state,
  reason: z.string().optional(),
  /** When it is to end by itself. */
  ends: ends.optional(),
  details: z.record(z.string(), z.string()).optional(),
  /** Who asked, and where they are told what became of it. */
  userId: z.string(),
  channelId: z.string().optional(),
  threadTs: z.string().optional(),
  viewId: z.string().optional(),
  /** UTC, ISO 8601. */
  at: z.string(),
  /** What the number, its connection and the agents in it were called. */
  e164: z.string(),
  name: z.string().nullish(),
  connection: z.object({ id: z.string(), vendor: vendorId, name: z.string() }),
  labels: recordOf(z.string()),
});

/** See `requestedChange`. */
export type RequestedChange = z.infer<typeof requestedChange>;

/**
 * Where a request for approval stands. `approved` is decided and being carried out, also by a process that starts after
 * this one was killed; `over` is carried out, or refused when it was to be.
 */
export const approvalStates = ["open", "approved", "declined", "expired", "over"] as const;
export type ApprovalState = (typeof approvalStates)[number];

/** How a request for approval was decided. */
export interface Decision {
  readonly state: "approved" | "declined" | "expired";
  readonly by: Actor;
  readonly at: string;
  /** Why it was declined. */
  readonly comment?: string | undefined;
}

/** A message that asks for approval, to be updated when it is decided. */
export const approvalMessageAddress = z.object({ channelId: z.string(), ts: z.string() });
export type ApprovalMessage = z.infer<typeof approvalMessageAddress>;

/** A request for approval. */
export interface Approval {
  readonly id: string;
  readonly state: ApprovalState;
  readonly asked: RequestedChange;
  /** UTC, ISO 8601: from then on nobody can approve it. */
  readonly expiresAt: string;
  readonly decision?: Omit<Decision, "state"> | undefined;
  readonly messages: readonly ApprovalMessage[];
}

import { z } from "zod";

/** Why a run is paused. */
export const pauseReasons = [
  /** Somebody paused it. */
  "asked",
  /** The stop rule: a failure in the first tier, several in a row, or many in one tier. */
  "canary",
  "in_a_row",
  "of_a_tier",
  /** Connections that cannot be reached now have the remaining steps. */
  "connections",
  /** The person in whose name it runs is no operator now, for example because their shift ended. */
  "requester",
  /** It began by itself, and somebody turned automation off since. */
  "automation_off",
  /** A tier is through, and somebody has to look before the next one. */
  "gate",
  /** A first call has to prove a tier, and no number of it that could be called was changed. */
  "none_changed",
  /** A call to a tier was still answered by a former agent, too many of its first calls failed, or none was answered. */
  "call_contradicted",
  "calls_failing",
  "no_call",
  /** Patchbay did not run for a while. */
  "interrupted",
  /** Its progress could not be recorded for a while. */
  "not_recorded",
] as const;
export type PauseReason = (typeof pauseReasons)[number];

/** A pause, as it is stored. */
export const pause = z.object({
  why: z.enum(pauseReasons),
  /** When: UTC, ISO 8601. */
  at: z.string(),
  /** The id of the person who paused it. */
  by: z.string().optional(),
  /** The tier that is through, for `gate` and for what its first calls show. */
  tier: z.number().int().optional(),
  /** When it last made progress, for `interrupted`; since when it waited, for `no_call`. */
  since: z.string().optional(),
});
export type Pause = Readonly<z.infer<typeof pause>>;

/** Whether a run is paused until somebody else than its own person continues it. */
export function isLeftToOperators({
  state,
  status,
}: {
  readonly state: string;
  readonly status: { readonly paused?: Pause | undefined };
}): boolean {
  return state === "paused" && status.paused?.why === "requester";
}

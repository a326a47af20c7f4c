import { z } from "zod";
import type { AuditEvent } from "../audit/audit-log.ts";
import { recordOf } from "../shared/own-value.ts";
import type { NumberKey } from "../numbers/phone-number.ts";
import { vendorId } from "../vendor/vendor.ts";

/** A number's state that Patchbay did not cause. */
export const drift = z.object({
  /** The agent was changed outside Patchbay; no agent answers; or the assigned agent no longer exists. */
  kind: z.enum(["changed_elsewhere", "nobody", "agent_gone"]),
  key: z.object({ connectionId: z.string(), numberId: z.string() }),
  e164: z.string(),
  name: z.string().nullish(),
  connection: z.string(),
  vendor: vendorId,
  /** The agent at the vendor, or null for none. */
  now: z.string().nullable(),
  /** The agent that Patchbay's last change left, and the id of that change, if there is one. */
  left: z.string().nullish(),
  changeId: z.string().optional(),
  /** When and by whom it was changed outside Patchbay, if the vendor says so. UTC, ISO 8601. */
  changedAt: z.string().optional(),
  changedBy: z.string().optional(),
  /** Why the agent cannot answer, as part of a sentence. */
  why: z.string().optional(),
  /** Whether `why` was added to the agent that Patchbay left: it answers instead, or may choose another for each call. */
  besides: z.enum(["answers", "chooses"]).optional(),
  /** Names for the agent ids. */
  labels: recordOf(z.string()),
});
export type Drift = Readonly<z.infer<typeof drift>>;

/** Whether two findings describe the same drift. Names may differ. */
export function isSameDrift(one: Drift, other: Drift): boolean {
  const isSameState = one.kind === other.kind && one.now === other.now && one.left === other.left;
  return (
    isSameState &&
    (one.besides === undefined ? undefined : one.why) ===
      (other.besides === undefined ? undefined : other.why)
  );
}

/** Whether only the time of the vendor's last update tells that something was changed elsewhere. */
export function isUpdateAlone({ kind, now, left, besides }: Drift): boolean {
  return kind === "changed_elsewhere" && now === left && besides === undefined;
}

/** Drift, and when it was last seen. */
export interface SeenDrift {
  readonly drift: Drift;
  /** UTC, ISO 8601. */
  readonly seenAt: string;
}

/** The drift of one workspace, at most one finding for each number, so that each is reported once. */
export interface Drifts {
  /** The findings, oldest first: of one connection or all, at most `most`. */
  list(wanted?: {
    readonly connectionId?: string | undefined;
    readonly most?: number | undefined;
  }): Promise<readonly SeenDrift[]>;
  /** The number of findings. */
  count(): Promise<number>;
  /** Stores the drift of a number with its entry, and replaces an earlier finding. Throws not_recorded. */
  see(found: Drift, event: AuditEvent<"drift.seen">): Promise<void>;
  /** Forgets the drift of a number that is now as expected. Throws not_recorded. */
  forget(key: NumberKey): Promise<void>;
  /** Forgets the drift at connections that no longer exist. Throws not_recorded. */
  forgetDisconnected(): Promise<void>;
  /** Findings that have not been reported, oldest first, at most 50. */
  unreported(): Promise<readonly SeenDrift[]>;
  /** Marks these findings as reported. Throws not_recorded. */
  markReported(found: readonly SeenDrift[]): Promise<void>;
}

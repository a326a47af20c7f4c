import { z } from "zod";
import type { AuditEvent } from "./audit-log.ts";
import { recordOf } from "./own-value.ts";
import type { NumberKey } from "./phone-number.ts";
import { vendorId } from "./vendor.ts";

/** Something about a number that nobody has told Patchbay of. */
export const drift = z.object({
  /** Who answers was changed elsewhere; nobody answers; or the agent that is to answer is gone. */
  kind: z.enum(["changed_elsewhere", "nobody", "agent_gone"]),
  key: z.object({ connectionId: z.string(), numberId: z.string() }),
  e164: z.string(),
  name: z.string().nullish(),
  connection: z.string(),
  vendor: vendorId,
  /** The agent that the vendor shows, or null for none. */
  now: z.string().nullable(),
  /** The agent that Patchbay's last change left, and that change, where there is one. */
  left: z.string().nullish(),
  changeId: z.string().optional(),
  /** Why the agent cannot answer, as a part of a sentence. */
  why: z.string().optional(),
  /** Names for the agent ids. */
  labels: recordOf(z.string()),
});
export type Drift = Readonly<z.infer<typeof drift>>;

/** Whether two looks have found the same thing; names may have changed meanwhile. */
export function isSameDrift(one: Drift, other: Drift): boolean {
  return one.kind === other.kind && one.now === other.now && one.left === other.left;
}

/** Drift as it was last seen. */
export interface SeenDrift {
  readonly drift: Drift;
  /** UTC, ISO 8601. */
  readonly seenAt: string;
}

/** What was found of each number of one workspace, so that it is said once. */
export interface Drifts {
  /** What is as it was found, oldest first: of one connection or all, at most so many or everything. */
  list(wanted?: {
    readonly connectionId?: string | undefined;
    readonly most?: number | undefined;
  }): Promise<readonly SeenDrift[]>;
  /** How many findings there are. */
  count(): Promise<number>;
  /** Keeps what was found of a number in place of what was found before, with the entry that tells of it. Throws not_recorded. */
  see(found: Drift, event: AuditEvent): Promise<void>;
  /** Forgets what was found of a number, for it is as it should be again. Throws not_recorded. */
  forget(key: NumberKey): Promise<void>;
  /** Forgets what was found at connections that there are none of any more. Throws not_recorded. */
  forgetDisconnected(): Promise<void>;
  /** What was not said yet, oldest first, at most 50. */
  unsaid(): Promise<readonly SeenDrift[]>;
  /** Notes that what was found of these numbers was said. Throws not_recorded. */
  noteSaid(found: readonly SeenDrift[]): Promise<void>;
}

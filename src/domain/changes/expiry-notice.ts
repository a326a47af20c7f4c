import type { ChangeRecord } from "../audit/audit-log.ts";
import type { Snapshot } from "../numbers/change.ts";
import type { Problem } from "../problem/problem.ts";
import type { TemporaryChange } from "./temporary-change.ts";

/** An event around the expiry of a temporary change that people are notified of. */
export type ExpiryEvent =
  /** It expires soon. */
  | { readonly kind: "reminder" }
  /** The number was restored, by the change `revert`. */
  | { readonly kind: "reverted"; readonly revert: ChangeRecord }
  /** The number already had the state from before the change. */
  | { readonly kind: "already" }
  /** The number was changed since, by `by` or outside Patchbay, so nothing was done. */
  | { readonly kind: "moved"; readonly by: ChangeRecord | undefined; readonly now: Snapshot }
  /** A newer temporary change of the same number expires later and must revert first. */
  | { readonly kind: "waits"; readonly newer: ChangeRecord; readonly until: Date }
  /** It cannot be reverted now and is retried. */
  | { readonly kind: "frozen" | "unreachable"; readonly problem: Problem }
  /** The revert was sent, and its outcome is unknown. */
  | { readonly kind: "unknown"; readonly revert: ChangeRecord }
  /** It seems to have expired, but the machine's clock is wrong. */
  | { readonly kind: "clock_off" }
  /** It was not reverted and is not retried. */
  | { readonly kind: "failed"; readonly problem: Problem };

/** An event, and the change that it is about. */
export interface ExpiryNotice {
  readonly record: ChangeRecord;
  readonly temporary: TemporaryChange;
  readonly event: ExpiryEvent;
}

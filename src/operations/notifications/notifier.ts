import type { SeenDrift } from "../../domain/drift.ts";
import type { ExpiryNotice } from "../../domain/expiry-notice.ts";
import type { Context } from "../shared/context.ts";

/**
 * How people hear of what Patchbay does on its own: a port, which the Slack server implements. A method that says
 * nothing else never throws. A message that cannot be delivered now is stored and delivered later.
 */
export interface Notifier {
  /** Reports drift, and returns the findings that it reported: as many as fit into a message, none without a channel. */
  driftFound(ctx: Context, found: readonly SeenDrift[]): Promise<readonly SeenDrift[]>;
  /** Reports what became of a temporary change where it was requested. */
  temporaryChange(ctx: Context, notice: ExpiryNotice): Promise<void>;
  /** Updates, in the background, messages with buttons about this subject: something may be over. */
  refreshMessages(ctx: Context, subject: string): void;
}

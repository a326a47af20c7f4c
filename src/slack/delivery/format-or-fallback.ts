import type { Approval } from "../../domain/changes/approval.ts";
import { escape, message, section, type Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { SlackDeps } from "../context/services.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

/** An event to report: its name for people, and its ids for the log. */
export interface FormattedEvent {
  /** `audit log entry 12`, `change chg_1`. */
  readonly what: string;
  readonly ids: Readonly<Record<string, unknown>>;
}

/**
 * Formats an event. If that fails, the failure is logged and people read that there is an event which cannot be shown,
 * so that one event does not block all later ones.
 */
export function formatOrFallback<Said extends Message | undefined>(
  { log }: Pick<SlackDeps, "log">,
  { what, ids }: FormattedEvent,
  make: () => Said,
): Said | Message {
  try {
    return make();
  } catch (error) {
    log.error({ ...ids, err: error }, "event not formatted");
    const words = `:warning: *Patchbay could not put ${escape(what)} into words.* It is on record; the error is in the server's log.`;
    return message([section(words)], stripMrkdwn(words));
  }
}

/** Describes an approval request for `formatOrFallback`. */
export function aboutApproval(
  req: Pick<RequestContext, "ctx">,
  { id }: Pick<Approval, "id">,
): FormattedEvent {
  return { what: `request ${id}`, ids: { workspace: req.ctx.workspace.id, approval: id } };
}

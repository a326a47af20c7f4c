import type { Approval } from "../../domain/approval.ts";
import { escape, message, section, type Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { SlackDeps } from "../context/services.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

/** What a feed tells of: how it is called to people, and how the log finds it. */
export interface FormattedEvent {
  /** `audit log entry 12`, `change chg_1`. */
  readonly what: string;
  readonly ids: Readonly<Record<string, unknown>>;
}

/**
 * The words for what a feed has come to. One thing that has no words must not hold up all that come after it: the failure
 * is logged, and people read that there is something which could not be told.
 */
export function formatOrFallback<Said extends Message | undefined>(
  { log }: Pick<SlackDeps, "log">,
  { what, ids }: FormattedEvent,
  make: () => Said,
): Said | Message {
  try {
    return make();
  } catch (error) {
    log.error({ ...ids, err: error }, "not put into words");
    const words = `:warning: *Patchbay could not put ${escape(what)} into words.* It is on record; the error is in the server's log.`;
    return message([section(words)], stripMrkdwn(words));
  }
}

/** A request for approval as a feed tells of it. */
export function aboutApproval(
  req: Pick<RequestContext, "ctx">,
  { id }: Pick<Approval, "id">,
): FormattedEvent {
  return { what: `request ${id}`, ids: { workspace: req.ctx.workspace.id, approval: id } };
}

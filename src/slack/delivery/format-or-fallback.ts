import type { Approval } from "../../domain/approval.ts";
import { escape, message, section, type Message } from "../block-kit/blocks.ts";
import type { Desk } from "../context/request-context.ts";
import type { Services } from "../context/services.ts";
import { bare } from "../block-kit/format.ts";

/** What a feed tells of: how it is called to people, and how the log finds it. */
export interface Told {
  /** `audit log entry 12`, `change chg_1`. */
  readonly what: string;
  readonly ids: Readonly<Record<string, unknown>>;
}

/**
 * The words for what a feed has come to. One thing that has no words must not hold up all that come after it: the failure
 * is logged, and people read that there is something which could not be told.
 */
export function inWords<Said extends Message | undefined>(
  { log }: Pick<Services, "log">,
  { what, ids }: Told,
  make: () => Said,
): Said | Message {
  try {
    return make();
  } catch (error) {
    log.error({ ...ids, err: error }, "not put into words");
    const words = `:warning: *Patchbay could not put ${escape(what)} into words.* It is on record; whoever runs Patchbay finds the error in its log.`;
    return message([section(words)], bare(words));
  }
}

/** A request for approval as a feed tells of it. */
export function aboutApproval(at: Pick<Desk, "ctx">, { id }: Pick<Approval, "id">): Told {
  return { what: `request ${id}`, ids: { workspace: at.ctx.workspace.id, approval: id } };
}

import type { Approval } from "../../domain/changes/approval.ts";
import { escape } from "../block-kit/blocks.ts";
import { actorMention } from "../block-kit/format.ts";

/** Who decided and how, in mrkdwn. */
export function decisionText({ state, decision }: Approval): string {
  const by = decision ? actorMention(decision.by) : "somebody";
  switch (state) {
    case "open":
      return ":lock: *Open.*";
    case "approved":
    case "over":
      return `:white_check_mark: *Approved by ${by}.*`;
    case "declined": {
      const comment = decision?.comment ? `: ${escape(decision.comment)}` : "";
      return `:x: *Declined by ${by}*${comment}.`;
    }
    case "withdrawn":
      return `:leftwards_arrow_with_hook: *Withdrawn by ${by}.*`;
    case "expired":
      return ":hourglass: *Nobody approved it in time.*";
  }
}

/** Who of the approvers is on call, first to last, in mrkdwn. */
export function onCallLines(onCall: readonly string[]): readonly string[] {
  if (onCall.length === 0) return [];
  return [`:pager: On call: ${onCall.map((userId) => `<@${userId}>`).join(", then ")}.`];
}

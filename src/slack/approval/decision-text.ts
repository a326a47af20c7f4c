import type { Approval } from "../../domain/changes/approval.ts";
import { approversOf, countText } from "../../domain/changes/approvers.ts";
import { escape, slackDate } from "../block-kit/blocks.ts";
import { actorMention } from "../block-kit/format.ts";

/** Who decided and how, in mrkdwn. */
export function decisionText(approval: Approval): string {
  const { state, decision } = approval;
  const by = decision ? actorMention(decision.by) : "somebody";
  const count = halfText(approval);
  const after = count === undefined ? "" : ` It had ${count}.`;
  switch (state) {
    case "open":
      return ":lock: *Open.*";
    case "approved":
    case "over":
      return `:white_check_mark: *Approved by ${
        approversOf(approval)
          .map((one) => actorMention(one.by))
          .join(" and ") || by
      }.*`;
    case "declined": {
      const comment = decision?.comment ? `: ${escape(decision.comment)}` : "";
      return `:x: *Declined by ${by}*${comment}.${after}`;
    }
    case "withdrawn":
      return `:leftwards_arrow_with_hook: *Withdrawn by ${by}.*${after}`;
    case "expired":
      return count === undefined
        ? ":hourglass: *Nobody approved it in time.*"
        : `:hourglass: *Expired with ${count}*: nobody else approved it in time.`;
  }
}

/** The approval that a request had when it ended without the second one: `1 of 2 approvals (<@U1>)`. */
function halfText(approval: Approval): string | undefined {
  return approval.first && `${countText(approval)} (${actorMention(approval.first.by)})`;
}

/** How many people have to approve a request that is open and who has, in mrkdwn; nothing if one is enough. */
export function wantedLines(approval: Pick<Approval, "wanted" | "first">): readonly string[] {
  const { wanted, first } = approval;
  if (wanted === 1) return [];
  if (!first) return ["Two people must approve it."];
  const when = slackDate(first.at, "{date_short_pretty} {time}");
  return [
    `:heavy_check_mark: *${countText(approval)}*: ${actorMention(first.by)} approved it ${when}. Another person must approve it too.`,
  ];
}

/** Who of the approvers is on call, first to last, in mrkdwn. */
export function onCallLines(onCall: readonly string[]): readonly string[] {
  if (onCall.length === 0) return [];
  return [`:pager: On call: ${onCall.map((userId) => `<@${userId}>`).join(", then ")}.`];
}

import type { Button } from "@slack/types";
import { chosenAgentName, wantedState } from "../../domain/numbers/change.ts";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import type { Approval } from "../../domain/changes/approval.ts";
import type { PendingApproval } from "../../operations/history/pending-approvals.ts";
import { button, cut, truncateMrkdwn, escape, slackDate } from "./blocks.ts";
import { fromToText } from "./format.ts";
import { numberTitle } from "./number-title.ts";

/** An open approval request in one line of mrkdwn: the number, the change, the requester, until when, and why. */
export function pendingText({ asked, expiresAt }: Approval, vendor: Vendor): string {
  const { change, seen, labels, reason, name, e164 } = asked;
  const named = { ...chosenAgentName(change), ...labels };
  const fromTo = truncateMrkdwn(
    fromToText(seen, wantedState(change), vendor, named).replaceAll("\n", ", "),
    600,
  );
  const why = reason === undefined ? "" : `: ${escape(cut(reason, 150))}`;
  const until = slackDate(expiresAt, "{date_short_pretty} {time}");
  return `:raised_hand: ${numberTitle({ name, e164 })}: ${fromTo}. <@${asked.userId}> asked for approval${why}. Expires ${until}.`;
}

/** The button that withdraws a request, for its requester only. `place` distinguishes several on one screen. */
export function withdrawButtons({ approval, isOwn }: PendingApproval, place = ""): Button[] {
  const id = place === "" ? "withdraw" : `withdraw:${place}`;
  return isOwn ? [button(id, "Withdraw", approval.id)] : [];
}

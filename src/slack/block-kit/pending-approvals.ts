import type { Button } from "@slack/types";
import { chosenAgentName, wantedState } from "../../domain/numbers/change.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import { isRunApproval, type Approval, type RequestedRun } from "../../domain/changes/approval.ts";
import type { PendingApproval } from "../../operations/history/pending-approvals.ts";
import { bold, button, cut, truncateMrkdwn, escape, slackDate } from "./blocks.ts";
import { actorMention, fromToText } from "./format.ts";
import { countText } from "../../domain/changes/approvers.ts";
import { runNoun } from "../../domain/runs/run.ts";
import { numberTitle } from "./number-title.ts";
import { plural } from "../../domain/text/plural.ts";

/** Vendors by their ids. */
type Vendors = Pick<VendorAccounts, "vendor">;

/** What a request for a run is about, in one word. */
export function requestedRunName({ kind }: Pick<RequestedRun, "kind">): string {
  return runNoun(kind);
}

/** An open approval request in one line of mrkdwn: the number or run, the change, the requester, until when, and why. */
export function pendingText(approval: Approval, accounts: Vendors): string {
  const { userId, reason } = approval.asked;
  const why = reason === undefined ? "" : `: ${escape(cut(reason, 150))}`;
  const until = slackDate(approval.expiresAt, "{date_short_pretty} {time}");
  const { first } = approval;
  const count = countText(approval);
  const half = count === undefined ? "" : ` ${count}${first ? ` (${actorMention(first.by)})` : ""}.`;
  return `:raised_hand: ${whatText(approval, accounts)}. <@${userId}> asked for approval${why}.${half} Expires ${until}.`;
}

function whatText(approval: Approval, accounts: Vendors): string {
  if (isRunApproval(approval)) {
    const { kind, plan, changes, protected: asking } = approval.asked;
    if (kind === "routes") return bold(plan.title);
    const what = kind === "back" ? "The fail-back of" : "The failover";
    return `${what} ${bold(plan.title)} of ${plural(changes, "number")}, of which ${asking} ${asking === 1 ? "needs" : "need"} approval`;
  }
  const { change, seen, labels, name, e164, connection } = approval.asked;
  const named = { ...chosenAgentName(change), ...labels };
  const fromTo = truncateMrkdwn(
    fromToText(seen, wantedState(change), accounts.vendor(connection.vendor), named).replaceAll("\n", ", "),
    600,
  );
  return `${numberTitle({ name, e164 })}: ${fromTo}`;
}

/** The button that withdraws a request, for its requester only. `place` distinguishes several on one screen. */
export function withdrawButtons({ approval, isOwn }: PendingApproval, place = ""): Button[] {
  const id = place === "" ? "withdraw" : `withdraw:${place}`;
  return isOwn ? [button(id, "Withdraw", approval.id)] : [];
}

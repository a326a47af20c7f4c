import type { KnownBlock } from "@slack/types";
import type { ApprovalCount } from "../../domain/access/protection.ts";
import type { RunApproval } from "../../domain/changes/approval.ts";
import type { Run } from "../../domain/runs/run.ts";
import { isPlanned, needsApproval } from "../../domain/runs/run-step.ts";
import { mustApproveText } from "../../operations/approval/wanted-approvals.ts";
import { actions, button, section, sections, slackDate } from "../block-kit/blocks.ts";

/** What a preview says of approval: the other requests for its plan, what becomes of this run, and how many it wants. */
export function approvalNotice(
  run: Run,
  waiting: readonly RunApproval[],
  wanted: ApprovalCount,
): KnownBlock[] {
  const asking = run.steps.filter(needsApproval).length;
  const others = run.steps.filter(isPlanned).length - asking;
  return [
    ...sections(waiting.map(waitingText)),
    ...(asking > 0 ? approvalBlocks(run, { others, wanted }) : []),
  ];
}

/** The button that asks for approval. */
export function askLabel(waiting: readonly RunApproval[]): string {
  return waiting.length > 0 ? "Ask again" : "Ask for approval";
}

/** A request that nobody has decided yet: who asked, when, and until when. */
function waitingText({ asked, expiresAt }: RunApproval): string {
  const time = (at: string): string => slackDate(at, "{date_short_pretty} {time}");
  return `:raised_hand: *A request for this plan is waiting for approval.* <@${asked.userId}> asked ${time(asked.at)}. Expires ${time(expiresAt)}.`;
}

/** What becomes of a run that needs approval, and how to begin the rest at once. */
function approvalBlocks(
  { id, kind }: Run,
  { others, wanted }: { readonly others: number; readonly wanted: ApprovalCount },
): KnownBlock[] {
  const isBack = kind === "back";
  const words = `:lock: *${mustApproveText(wanted)} this ${isBack ? "fail-back" : "failover"}*, as a whole and as it is shown here.`;
  if (others === 0) return [section(words)];
  const verb = isBack ? "Put back" : "Switch";
  const rest = isBack
    ? ` Put back the other ${others} now?`
    : ` Callers are waiting? Switch the other ${others} now.`;
  return [
    section(`${words}${rest}`),
    actions([button("failover:without", `${verb} ${others} without them`, id)]),
  ];
}

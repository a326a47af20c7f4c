import { Problem } from "../../domain/problem/problem.ts";
import { dismissProposal, getProposal, remindOfFallback } from "../../operations/alerts/decide-proposal.ts";
import { message, section, slackDate } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { openChangeForm } from "../change/open-change-form.ts";
import type { RequestContext } from "../context/request-context.ts";
import { openPreview } from "../failover/preview-form.ts";
import { lookValue, reasonOf } from "./proposal-message.ts";

/** Opens the preview of the plan that alerts propose, filled with their incident and the reason. */
export async function lookAtPlan(req: RequestContext, id: string): Promise<void> {
  const proposal = await getProposal(req.ctx, id);
  const { proposes } = proposal.mapping;
  if (proposes.kind !== "plan") throw outdated();
  const { incident } = proposal;
  await openPreview(req, { slug: proposes.plan, incident, reason: reasonOf(proposal) });
}

/** Opens the filled form for one of the numbers that alerts propose to reassign. */
export async function lookAtNumber(req: RequestContext, value: string | undefined): Promise<void> {
  const { id, number } = lookValue.parse(value);
  const proposal = await getProposal(req.ctx, id);
  const { proposes } = proposal.mapping;
  const key = proposes.kind === "reassign" ? proposes.numbers[number] : undefined;
  if (proposes.kind !== "reassign" || !key) throw outdated();
  await openChangeForm(req, "reassign", {
    key: { connectionId: key.connectionId, numberId: key.numberId },
    agentId: proposes.agentId,
    agentLabel: proposes.agentName,
    reason: reasonOf(proposal),
    ...(proposal.incident === undefined ? {} : { incident: proposal.incident }),
  });
}

/** Decides against a proposal for now. Its message is redrawn because of the entry. */
export async function notNow(req: RequestContext, id: string): Promise<void> {
  await dismissProposal(req.ctx, id);
}

/** Reminds the person in an hour. */
export async function remindMe(req: RequestContext, id: string): Promise<void> {
  const at = await remindOfFallback(req.ctx, id, req.conversation.userId);
  const words = `:alarm_clock: Patchbay will remind you at ${slackDate(at, "{time}")}, unless the numbers are back by then.`;
  await req.replyPrivately(message([section(words)], stripMrkdwn(words)));
}

function outdated(): Problem {
  return new Problem("invalid_input", "This button belongs to another version of the proposal.");
}

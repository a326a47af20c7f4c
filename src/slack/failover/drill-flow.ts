import { drillPlan, type DrilledPlan } from "../../operations/failover/drill-plan.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import { bold, message, section, type Message } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import { deliver } from "../delivery/deliver.ts";
import { standingLine } from "./plan-lines.ts";
import { previewBlocks } from "./preview-message.ts";

/** Drills a plan and reports that in the conversation. Nothing changes at the vendors. */
export async function drill(req: RequestContext, slug: string): Promise<void> {
  const drilled = await drillPlan(req.ctx, slug);
  await deliver(req.deps, {
    workspaceId: req.ctx.workspace.id,
    clients: req.clients,
    conversation: req.conversation,
    message: drillMessage(drilled, req.conversation.userId, req.deps.accounts),
    requestId: req.ctx.requestId,
  });
}

function drillMessage(
  { saved, steps, blockers, drill: done, standing }: DrilledPlan,
  by: string,
  accounts: VendorAccounts,
): Message {
  const { plan, revision } = saved;
  const head = `${standingLine(standing, blockers)}\n<@${by}> drilled ${bold(plan.title)}. ${done.ready} of ${done.of} numbers can be switched now. Nothing was changed.`;
  const terms = {
    plan: { slug: plan.slug, revision, title: plan.title },
    tiers: plan.tiers.map(({ name, askBeforeNext, awaitsFirstCall }) => ({
      name,
      askBeforeNext,
      awaitsFirstCall,
    })),
    forMs: plan.defaultForMs,
  };
  const blocks = previewBlocks({ steps, terms }, accounts, {
    blockers,
    when: plan.when,
    runbook: plan.runbook,
    cover: standing.cover,
  });
  const said = blocks.flatMap((block) => (block.type === "section" && block.text ? [block.text.text] : []));
  return message([section(head), ...blocks], stripMrkdwn([head, ...said].join("\n")));
}

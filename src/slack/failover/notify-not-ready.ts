import type { SavedPlan } from "../../domain/failover/plan.ts";
import type { PlanProblem, Readiness } from "../../domain/failover/readiness.ts";
import type { Context } from "../../operations/shared/context.ts";
import { bold, code, context, escape, message, section, type Message } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { notificationContext } from "../context/request-context.ts";
import type { SlackDeps } from "../context/services.ts";
import { announceInChannel, deliver } from "../delivery/deliver.ts";

const mostNamed = 5;

/** Tells the owner of a plan that it is not ready. Returns whether anybody could be told. */
export async function notifyNotReady(
  deps: SlackDeps,
  ctx: Context,
  saved: SavedPlan,
  found: Readiness,
): Promise<boolean> {
  return notifyOwner(deps, ctx, saved, (mention) => notReadyMessage(saved, found, mention));
}

/** Tells the owner of a plan that its approval is about to end. Returns whether anybody could be told. */
export async function notifyApprovalEnds(
  deps: SlackDeps,
  ctx: Context,
  saved: SavedPlan,
  why: string,
): Promise<boolean> {
  const { title, slug } = saved.plan;
  return notifyOwner(deps, ctx, saved, (mention) => {
    const words = `${mention}:hourglass: The failover plan ${bold(title)} (${code(slug)}): ${escape(why)}`;
    return message([section(words)], stripMrkdwn(words));
  });
}

/** A person is told directly, a user group in the announcements channel. Without an owner, the channel hears it. */
async function notifyOwner(
  deps: SlackDeps,
  ctx: Context,
  saved: SavedPlan,
  make: (mention: string) => Message,
): Promise<boolean> {
  const { workspace, requestId } = ctx;
  const { owner } = saved.plan;
  if (owner !== undefined && !owner.startsWith("S")) {
    const req = await notificationContext(deps, ctx, { userId: owner });
    if (!req) return false;
    await deliver(deps, {
      workspaceId: workspace.id,
      clients: req.clients,
      conversation: { userId: owner },
      message: make(""),
      requestId,
    });
    return true;
  }
  const { announcementsChannelId: channelId } = await workspace.settings.read();
  if (channelId === undefined) return false;
  const mention = owner === undefined ? "" : `<!subteam^${owner}> `;
  const said = make(mention);
  await announceInChannel(deps, { workspaceId: workspace.id, channelId, message: said, requestId });
  return true;
}

function notReadyMessage({ plan }: SavedPlan, found: Readiness, mention: string): Message {
  const head = `${mention}:warning: The failover plan ${bold(plan.title)} (${code(plan.slug)}) is *not ready*.`;
  const lines = problemLines(found.problems, found.count);
  const footer = "An admin can edit it: /number failover. This is said once, until the plan was ready again.";
  return message(
    [section([head, ...lines].join("\n")), context(footer)],
    stripMrkdwn([head, ...lines, footer].join("\n")),
  );
}

/** The first problems of a plan, a line each. */
export function problemLines(problems: readonly PlanProblem[], count: number): string[] {
  const named = problems.slice(0, mostNamed).map(({ why }) => `• ${escape(why)}`);
  return count > named.length ? [...named, `• and ${count - named.length} more`] : named;
}

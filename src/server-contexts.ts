import type { Approval } from "./domain/changes/approval.ts";
import type { Actor } from "./domain/shared/actor.ts";
import type { Infrastructure } from "./infrastructure.ts";
import { namedPeople } from "./operations/access/named-people.ts";
import type { Context } from "./operations/shared/context.ts";
import type { Asked } from "./operations/shared/refusal-summary.ts";
import { askApprovers } from "./slack/approval/ask-approvers.ts";
import { installedContext, notificationContext } from "./slack/context/request-context.ts";
import type { SlackDeps } from "./slack/context/services.ts";

/** What the entry points besides Slack need of the running server. */
export interface ServerContexts {
  /** A context in which people have the rights that Slack gives them; without an installation, those by name. */
  contextFor(workspaceId: string, actor: Actor, requestId: string, asked?: Asked): Promise<Context>;
  /** Asks the approvers in Slack, in the background. */
  askApprovers(ctx: Context, approval: Approval): void;
}

export function serverContexts({ contextFor }: Infrastructure, deps: SlackDeps): ServerContexts {
  const { store, backgroundTasks } = deps;
  return {
    askApprovers: (ctx, approval) =>
      backgroundTasks.track(
        deps.approvals.ask(ctx, approval, async () => {
          const req = await notificationContext(deps, ctx, { userId: approval.asked.userId });
          if (req) await askApprovers(req, approval);
        }),
      ),
    contextFor: async (workspaceId, actor, requestId, asked) =>
      (await installedContext(deps, workspaceId, actor, { requestId, asked })) ??
      contextFor(workspaceId, actor, {
        requestId,
        asked,
        authorizer: namedPeople(store.workspace(workspaceId).settings),
      }),
  };
}

import type { Context } from "../../operations/shared/context.ts";
import type { CountedRefusal } from "../../operations/shared/refusal-summary.ts";
import { deliver } from "../delivery/deliver.ts";
import { requestContext } from "../context/request-context.ts";
import { refusalsMessage } from "./refusals-message.ts";
import { usersWithRole } from "../context/users-with-role.ts";
import type { SlackDeps } from "../context/services.ts";

/** Sends each admin of the workspace a summary of what was refused. */
export async function notifyRefusals(
  deps: SlackDeps,
  { workspace, requestId }: Context,
  refusals: readonly CountedRefusal[],
): Promise<void> {
  const workspaceId = workspace.id;
  const installed = await deps.installationOf(workspaceId);
  if (!installed) return;
  const conversation = { userId: "unknown" };
  const req = requestContext(deps, installed, { requestId, conversation });
  const message = refusalsMessage(refusals);
  for (const userId of await usersWithRole(req, "admin")) {
    await deliver(deps, {
      workspaceId,
      clients: req.clients,
      conversation: { userId },
      message,
      requestId,
    });
  }
}

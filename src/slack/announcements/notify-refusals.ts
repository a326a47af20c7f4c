import type { CountedRefusal } from "../../operations/shared/refusal-summary.ts";
import { deliver } from "../delivery/deliver.ts";
import { requestContext } from "../context/request-context.ts";
import { refusalsMessage } from "./refusals-message.ts";
import { usersWithRole } from "../context/users-with-role.ts";
import type { SlackDeps } from "../context/services.ts";

/** Refusals that an admin should hear of: somebody tried what is not theirs to do, or what a guard holds. */
const told: ReadonlySet<string> = new Set(["not_allowed", "frozen", "approval_required"]);

/** Ends the round of refusals: how often each came goes into the audit log, and all of them to the admins. Never throws. */
export async function notifyRefusals(deps: SlackDeps): Promise<void> {
  const refusals = deps.refusals.end();
  await recordRepeats(deps, refusals);
  const news = refusals.filter(
    ({ event }) => event.actor.kind === "user" && told.has(event.problem?.code ?? ""),
  );
  const tell = async (workspaceId: string): Promise<void> => {
    const theirs = news.filter((refusal) => refusal.workspaceId === workspaceId);
    try {
      await notifyAdmins(deps, workspaceId, theirs);
    } catch (error) {
      deps.log.error({ workspace: workspaceId, err: error }, "refusals not told");
    }
  };
  await Promise.all([...new Set(news.map((refusal) => refusal.workspaceId))].map(tell));
}

/** Writes an entry with its count for each refusal that came more than once. Never throws. */
export async function recordRepeats(
  deps: SlackDeps,
  refusals: readonly CountedRefusal[] = deps.refusals.end(),
): Promise<void> {
  for (const { workspaceId, event, count, folded } of refusals) {
    if (!folded || count < 2) continue;
    const details = { ...event.details, repeats: String(count - 1) };
    try {
      await deps.store.workspace(workspaceId).audit.append({ ...event, details });
    } catch (error) {
      deps.log.error({ workspace: workspaceId, err: error, repeats: count - 1 }, "refusals not recorded");
    }
  }
}

async function notifyAdmins(
  deps: SlackDeps,
  workspaceId: string,
  refusals: readonly CountedRefusal[],
): Promise<void> {
  const installed = await deps.installationOf(workspaceId);
  if (!installed) return;
  const requestId = deps.newId("req");
  const conversation = { userId: "unknown" };
  const req = requestContext(deps, installed, { requestId, triggerId: undefined, conversation });
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

import { isProblem } from "../../domain/problem.ts";
import { yieldToEventLoop } from "../../domain/event-loop.ts";
import { forEachConcurrent } from "../../operations/shared/for-each-concurrent.ts";
import { deliver } from "../delivery/deliver.ts";
import { code, context, type Message, message, section } from "../block-kit/blocks.ts";
import type { SlackDeps } from "../context/services.ts";
import { updateForm, notifyOutcome } from "./notify-outcome.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

/** The end of a change that a process did not live to tell. */
export interface UnreportedChange {
  readonly workspaceId: string;
  readonly changeId: string;
}

/** What is owed from before this process; to be asked before it takes requests, which owe something of their own. */
export async function findUnreported({
  store,
}: Pick<SlackDeps, "store">): Promise<readonly UnreportedChange[]> {
  const pending: UnreportedChange[] = [];
  for (const workspaceId of await store.workspaceIds()) {
    await yieldToEventLoop();
    for (const changeId of await store.workspace(workspaceId).notifications.owed())
      pending.push({ workspaceId, changeId });
  }
  return pending;
}

/**
 * Tells those who wait what became of their changes: the outcome that was not told any more, or that nothing was sent.
 * Unsettled changes are left to the reconciler. Never throws.
 */
export async function resumeNotifications(
  deps: SlackDeps,
  pending: readonly UnreportedChange[],
): Promise<void> {
  const keyOf = ({ workspaceId }: UnreportedChange): string => workspaceId;
  await forEachConcurrent(pending, { keyOf, atOnce: 1 }, async (each) => {
    try {
      await resumeOne(deps, each);
    } catch (error) {
      deps.log.error(
        { workspace: each.workspaceId, changeId: each.changeId, err: error },
        "owed and not told",
      );
    }
  });
}

async function resumeOne(deps: SlackDeps, { workspaceId, changeId }: UnreportedChange): Promise<void> {
  const { audit } = deps.store.workspace(workspaceId);
  try {
    const record = await audit.change(changeId);
    const outcome = record.outcome?.outcome;
    if (outcome === "applied" || outcome === "refused") await notifyOutcome(deps, workspaceId, record);
  } catch (error) {
    if (!isProblem(error, "not_found")) throw error;
    await reportNothingSent(deps, workspaceId, changeId);
  }
}

async function reportNothingSent(deps: SlackDeps, workspaceId: string, changeId: string): Promise<void> {
  const { notifications: said } = deps.store.workspace(workspaceId);
  const where = await said.find(changeId);
  const installed = await deps.installationOf(workspaceId);
  if (!where || !installed) return;
  const clients = deps.clients(installed.botToken);
  const words = nothingSent(changeId);
  const { userId } = where;
  // To the person alone: nobody else has heard of it yet.
  const conversation = { userId };
  const told =
    (await updateForm(deps, clients, where, words, changeId)) ||
    (await deliver(deps, { workspaceId, clients, conversation, message: words, requestId: changeId }))
      .deliveredTo !== "nobody";
  if (told) await said.forget(changeId);
}

function nothingSent(changeId: string): Message {
  const words =
    "*Patchbay stopped before it sent your change.* Nothing was changed. Check the number, then send it again.";
  return message([section(words), context(`Id ${code(changeId)}`)], stripMrkdwn(`${words} Id ${changeId}`));
}

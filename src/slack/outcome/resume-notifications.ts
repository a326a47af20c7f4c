import { isProblem } from "../../domain/problem.ts";
import { turn } from "../../domain/event-loop.ts";
import { sideBySide } from "../../operations/shared/for-each-concurrent.ts";
import { announce } from "../delivery/deliver.ts";
import { code, context, type Message, message, section } from "../block-kit/blocks.ts";
import type { Services } from "../context/services.ts";
import { tellForm, tellOutcome } from "./notify-outcome.ts";
import { bare } from "../block-kit/format.ts";

/** The end of a change that a process did not live to tell. */
export interface Owed {
  readonly workspaceId: string;
  readonly changeId: string;
}

/** What is owed from before this process; to be asked before it takes requests, which owe something of their own. */
export async function findOwed({ store }: Pick<Services, "store">): Promise<readonly Owed[]> {
  const owed: Owed[] = [];
  for (const workspaceId of await store.workspaceIds()) {
    await turn();
    for (const changeId of await store.workspace(workspaceId).said.owed())
      owed.push({ workspaceId, changeId });
  }
  return owed;
}

/**
 * Tells those who wait what became of their changes: the outcome that was not told any more, or that nothing was sent.
 * What is unsettled is left to whoever settles it. Never throws.
 */
export async function tellOwed(services: Services, owed: readonly Owed[]): Promise<void> {
  const keyOf = ({ workspaceId }: Owed): string => workspaceId;
  await sideBySide(owed, { keyOf, atOnce: 1 }, async (each) => {
    try {
      await tellOne(services, each);
    } catch (error) {
      services.log.error(
        { workspace: each.workspaceId, changeId: each.changeId, err: error },
        "owed and not told",
      );
    }
  });
}

async function tellOne(services: Services, { workspaceId, changeId }: Owed): Promise<void> {
  const { audit } = services.store.workspace(workspaceId);
  try {
    const record = await audit.change(changeId);
    const outcome = record.outcome?.outcome;
    if (outcome === "applied" || outcome === "refused") await tellOutcome(services, workspaceId, record);
  } catch (error) {
    if (!isProblem(error, "not_found")) throw error;
    await tellNothingSent(services, workspaceId, changeId);
  }
}

async function tellNothingSent(services: Services, workspaceId: string, changeId: string): Promise<void> {
  const { said } = services.store.workspace(workspaceId);
  const where = await said.find(changeId);
  const installed = await services.installationOf(workspaceId);
  if (!where || !installed) return;
  const clients = services.clients(installed.botToken);
  const words = nothingSent(changeId);
  const { userId } = where;
  // To the person alone: nobody else has heard of it yet.
  const conversation = { userId };
  const told =
    (await tellForm(services, clients, where, words, changeId)) ||
    (await announce(services, { workspaceId, clients, conversation, message: words, requestId: changeId }))
      .heardBy !== "nobody";
  if (told) await said.forget(changeId);
}

function nothingSent(changeId: string): Message {
  const words =
    "*Patchbay was stopped before it sent your change.* Nothing was changed. Look at the number, and start again.";
  return message([section(words), context(`Id ${code(changeId)}`)], bare(`${words} Id ${changeId}`));
}

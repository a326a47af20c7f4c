import { isProblem, type Problem } from "../../domain/problem.ts";
import type { Revert } from "../../domain/revert.ts";
import { turn } from "../../domain/event-loop.ts";
import { beginRevert, carryOutRevert, isLeft } from "../../operations/incident/execute-revert.ts";
import { sideBySide } from "../../operations/shared/for-each-concurrent.ts";
import { announce } from "../delivery/deliver.ts";
import { escape, message, section } from "../block-kit/blocks.ts";
import { desk, type Desk } from "../context/request-context.ts";
import { endForm } from "../forms/finish-modal.ts";
import { inWords } from "../delivery/format-or-fallback.ts";
import { pageBlocks, revertHeading, revertMessage } from "./revert-message.ts";
import { becomeNewest } from "../forms/latest-request.ts";
import type { Services } from "../context/services.ts";
import { redrawView } from "../forms/modals.ts";
import { revertingView } from "./incident-form.ts";
import { bare } from "../block-kit/format.ts";
import { wordsView } from "../forms/text-modal.ts";

/** How often a form is drawn while the lines of a revert finish, in milliseconds: Slack takes 100 a minute for all. */
const drawEveryMs = 3000;

/** The reverts that this process is carrying out, by workspace and id: a second round would race the first. */
const underWay = new WeakMap<Services, Set<string>>();
/** Those that this process has told, though it could not write down that they are over. */
const told = new WeakMap<Services, Set<string>>();

/** Confirms a revert and carries it out. Throws what confirming it throws; no number was changed then. */
export async function confirmRevert(at: Desk, revertId: string, viewId: string): Promise<void> {
  const { userId, channelId, threadTs } = at.conversation;
  await alone(at.services, `${at.ctx.workspace.id}/${revertId}`, async () => {
    const { incident } = await beginRevert(at.ctx, revertId, { userId, channelId, threadTs, viewId });
    try {
      await carryOn(at, revertId, viewId);
    } catch (error) {
      if (!isProblem(error, "not_recorded")) throw error;
      await tellUnrecorded(at, { id: revertId, incident }, viewId, error);
    }
  });
}

/** Says of a revert which could be written down no further that it has begun: its numbers may be back already. */
async function tellUnrecorded(
  at: Desk,
  { id: revertId, incident }: Pick<Revert, "id" | "incident">,
  viewId: string,
  problem: Problem,
): Promise<void> {
  at.ctx.log.error({ requestId: at.ctx.requestId, err: problem }, "revert not noted");
  if (keysOf(told, at.services).has(`${at.ctx.workspace.id}/${revertId}`)) return;
  const words = [
    `:warning: *The revert of ${escape(incident)} has begun, and Patchbay cannot write down how far it is.* ${escape(problem.message)}`,
    `Numbers may be back already: look at \`/number incident ${escape(incident)}\`. The rest follows once it can be written; nothing is sent twice. Tell whoever runs Patchbay.`,
  ];
  const blocks = words.map((line) => section(line));
  if (await endForm(at, { id: viewId }, wordsView(`Revert ${incident}`, blocks))) return;
  await at.tell(message(blocks, bare(words.join("\n"))));
}

/** Goes on with every revert that an earlier process has left, or that could not be written down meanwhile. Never throws. */
export async function resumeReverts(services: Services): Promise<void> {
  try {
    const left: { readonly workspaceId: string; readonly id: string }[] = [];
    for (const workspaceId of await services.store.workspaceIds()) {
      await turn();
      for (const id of await services.store.workspace(workspaceId).reverts.running())
        left.push({ workspaceId, id });
    }
    // One that takes its time holds up none of another workspace.
    const keyOf = ({ workspaceId }: (typeof left)[number]): string => workspaceId;
    await sideBySide(left, { keyOf, atOnce: 1 }, async ({ workspaceId, id }) => {
      if (!keysOf(underWay, services).has(`${workspaceId}/${id}`)) await resume(services, workspaceId, id);
    });
  } catch (error) {
    services.log.error({ err: error }, "reverts not looked for");
  }
}

async function resume(services: Services, workspaceId: string, revertId: string): Promise<void> {
  try {
    const installed = await services.installationOf(workspaceId);
    if (!installed) return;
    const { by } = await services.store.workspace(workspaceId).reverts.get(revertId);
    const { userId, channelId, threadTs, viewId } = by;
    const requestId = services.newId("req");
    // As the person who confirmed it, so that what they may no longer do is not done for them.
    const request = { requestId, triggerId: undefined, conversation: { userId, channelId, threadTs } };
    await alone(services, `${workspaceId}/${revertId}`, async () =>
      carryOn(desk(services, installed, request), revertId, viewId),
    );
  } catch (error) {
    services.log.error({ workspace: workspaceId, revert: revertId, err: error }, "revert not carried on");
  }
}

async function carryOn(at: Desk, revertId: string, viewId: string | undefined): Promise<void> {
  const toldBefore = keysOf(told, at.services);
  const key = `${at.ctx.workspace.id}/${revertId}`;
  if (!toldBefore.has(key)) {
    const progress = progressIn(at, viewId);
    const { stopping } = at.services.work;
    const revert = await carryOutRevert({ ...at.ctx, stopping }, revertId, progress.show);
    await progress.drawn();
    // This process is about to end: the next one goes on, and tells.
    if (revert.steps.some(isLeft)) return;
    await tellRevert(at, revert, viewId);
    toldBefore.add(key);
  }
  // Only now: a process that is stopped before it has told leaves telling to the next one.
  await at.ctx.workspace.reverts.end(revertId);
  toldBefore.delete(key);
}

async function tellRevert(at: Desk, revert: Revert, viewId: string | undefined): Promise<void> {
  const { accounts } = at.services;
  const about = {
    what: `the revert of ${revert.incident}`,
    ids: { workspace: at.ctx.workspace.id, revert: revert.id },
  };
  if (viewId !== undefined) {
    becomeNewest(viewId, "number", at.ctx.requestId);
    const { blocks } = inWords(at.services, about, () =>
      message([section(revertHeading(revert)), ...pageBlocks(revert, 0, accounts)], ""),
    );
    await endForm(at, { id: viewId }, wordsView(`Revert ${revert.incident}`, blocks));
  }
  await announce(at.services, {
    workspaceId: at.ctx.workspace.id,
    clients: at.clients,
    conversation: at.conversation,
    message: inWords(at.services, about, () => revertMessage(revert, 0, accounts)),
    requestId: at.ctx.requestId,
  });
}

/** Draws how far a revert is into the form where it was confirmed, one drawing at a time and not at every line. */
function progressIn(at: Desk, viewId: string | undefined) {
  let drawing: Promise<unknown> | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    show: (revert: Revert): void => {
      const now = at.ctx.monotonicMs();
      if (viewId === undefined || drawing || now - lastAt < drawEveryMs) return;
      lastAt = now;
      drawing = redrawView(at, { id: viewId }, revertingView(revert, at.services.accounts)).finally(() => {
        drawing = undefined;
      });
    },
    drawn: async (): Promise<void> => {
      await drawing;
    },
  };
}

function keysOf(known: WeakMap<Services, Set<string>>, services: Services): Set<string> {
  const keys = known.get(services) ?? new Set();
  known.set(services, keys);
  return keys;
}

/** Keeps others from going on with the same revert meanwhile. Who comes second takes nothing away from the first. */
async function alone(services: Services, key: string, act: () => Promise<void>): Promise<void> {
  const known = keysOf(underWay, services);
  const first = !known.has(key);
  known.add(key);
  try {
    await act();
  } finally {
    if (first) known.delete(key);
  }
}

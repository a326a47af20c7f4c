import type { ButtonSubject } from "../../domain/notifications/button-subject.ts";
import { isDirect } from "../../domain/notifications/reply-target.ts";
import { isLeftToOperators } from "../../domain/runs/pause.ts";
import { runTitle, type Run } from "../../domain/runs/run.ts";
import type { RunReminder } from "../../operations/notifications/notifier.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { Message } from "../block-kit/blocks.ts";
import { boldTitle } from "../block-kit/run-text.ts";
import type { Recipients } from "../context/conversation.ts";
import type { Delivered } from "../context/messenger.ts";
import { notificationContext, type RequestContext } from "../context/request-context.ts";
import type { SlackDeps } from "../context/services.ts";
import { usersWithRole } from "../context/users-with-role.ts";
import { deliver } from "../delivery/deliver.ts";
import { formatOrFallback } from "../delivery/format-or-fallback.ts";
import { requesterContext } from "./requester-context.ts";
import { runMessage } from "./run-message.ts";
import { loadRunNews } from "./run-news.ts";
import { reminderMessage } from "./run-reminder-message.ts";

type RunSubject = ButtonSubject & { readonly kind: "run" };

/** Posts the message about a run, with buttons that go when there is nothing left to decide. */
export async function postRun(req: RequestContext, run: Run): Promise<void> {
  const about = { what: runTitle(run), ids: { workspace: req.ctx.workspace.id, run: run.id } };
  const news = await loadRunNews(req.ctx, run);
  await postAbout(
    req,
    { kind: "run", runId: run.id },
    formatOrFallback(req.deps, about, () => runMessage(run, news)),
    isLeftToOperators(run),
  );
}

/**
 * Asks the operators about a paused run that nobody reads about: it was begun by a shell or a token that acts for nobody,
 * and the workspace has no channel for announcements.
 */
export async function askOperators(deps: SlackDeps, ctx: Context, run: Run): Promise<void> {
  const req = await notificationContext(deps, ctx, { userId: "" });
  if (!req || run.state !== "paused") return;
  const about = { what: runTitle(run), ids: { workspace: ctx.workspace.id, run: run.id } };
  const news = await loadRunNews(ctx, run);
  const shown = formatOrFallback(deps, about, () => runMessage(run, news));
  await postToOperators(req, { kind: "run", runId: run.id }, shown);
}

/** See `Notifier.runReminder`. */
export async function remindOfRun(
  deps: SlackDeps,
  ctx: Context,
  run: Run,
  about: RunReminder,
): Promise<void> {
  const names = { what: boldTitle(run), ids: { workspace: ctx.workspace.id, run: run.id } };
  const act: RunSubject = {
    kind: "run",
    runId: run.id,
    remindsOf: run.state === "paused" ? "paused" : "held",
  };
  const shown = formatOrFallback(deps, names, () => reminderMessage(run, about));
  const req = await requesterContext(deps, ctx, run.by);
  if (req) return postAbout(req, act, shown, about === "not_operator" || isLeftToOperators(run));
  const unread = await notificationContext(deps, ctx, { userId: "" });
  if (unread) await postToOperators(unread, act, shown);
}

async function postAbout(
  req: RequestContext,
  act: RunSubject,
  shown: Message,
  isForOperators: boolean,
): Promise<void> {
  const { deliveredTo } = await deliverTo(req, req.conversation, act, shown);
  const { channelId } = req.conversation;
  // Where a run was begun in a channel, the operators have it already.
  const isInChannel = channelId !== undefined && !isDirect(channelId) && deliveredTo !== "person";
  if (isForOperators && !isInChannel) await postToOperators(req, act, shown);
}

/**
 * Posts to the operators what waits for one of them: in the channel for announcements, or, if it is not there by now, to
 * each of them; to the admins, if nobody is an operator by name, group or schedule.
 */
async function postToOperators(req: RequestContext, act: RunSubject, shown: Message): Promise<void> {
  const { userId: own } = req.conversation;
  const { announcementsChannelId: channelId } = await req.ctx.workspace.settings.read();
  if (channelId !== undefined && (await deliverTo(req, { channelId }, act, shown)).message) return;
  const operators = await usersWithRole(req, "operator");
  for (const userId of operators.length > 0 ? operators : await usersWithRole(req, "admin"))
    if (userId !== own) await deliverTo(req, { userId }, act, shown);
}

async function deliverTo(
  { deps, ctx, clients }: RequestContext,
  conversation: Recipients,
  act: RunSubject,
  shown: Message,
): Promise<Delivered> {
  return deliver(deps, {
    workspaceId: ctx.workspace.id,
    clients,
    conversation,
    message: shown,
    requestId: ctx.requestId,
    act,
  });
}

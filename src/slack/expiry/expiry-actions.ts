import {
  expireNow,
  extendChange,
  keepChange,
  type ManagedExpiry,
} from "../../operations/expiry/manage-expiry.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { deliver } from "../delivery/deliver.ts";
import {
  button,
  code,
  context,
  escape,
  type Message,
  message,
  section,
  slackDate,
} from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { buttonRow } from "../block-kit/button-row.ts";
import { expirySubject, expiryChoiceValue, expiryButtons } from "../block-kit/expiry-buttons.ts";
import { openRestoreForm } from "../restore/open-restore-form.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { PressedMessage } from "../listener/action.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberTitle } from "../block-kit/number-title.ts";

/** The decisions about a temporary change. */
const acts = { keep: keepChange, extend: extendChange, end: expireNow } as const;

/**
 * Applies a decision about a temporary change. The result replaces the reminder; from any other place, the person is
 * notified. The conversation of the request is notified too. If the decision needs approval, it opens an undo form,
 * which requests that.
 */
export async function handleExpiryDecision(
  req: RequestContext,
  act: keyof typeof acts,
  value: string | undefined,
  reminder?: { readonly pressed: PressedMessage | undefined },
): Promise<void> {
  const choice = expiryChoiceValue.parse(value);
  let managed: ManagedExpiry;
  try {
    managed = await acts[act](req.ctx, choice);
  } catch (error) {
    if (!isProblem(error, "approval_required")) throw error;
    // An undo can request approval.
    return openRestoreForm(req, { to: "before", changeId: choice.changeId });
  }
  const told = expiryDecisionMessage(act, managed, req.conversation.userId);
  if (reminder) {
    // A message with an address is updated from the log, like every other message about the change.
    if (!reminder.pressed) await req.replace(told);
    return;
  }
  await req.replyPrivately(told);
  const { place: destination } = managed.temporary;
  const heardAlready = destination.channelId === undefined && destination.userId === req.conversation.userId;
  if (heardAlready) return;
  await deliver(req.deps, {
    workspaceId: req.ctx.workspace.id,
    clients: req.clients,
    conversation: destination,
    message: told,
    requestId: req.ctx.requestId,
    act: act === "extend" ? expirySubject(managed.temporary) : undefined,
  });
}

function expiryDecisionMessage(
  act: keyof typeof acts,
  { record, temporary }: ManagedExpiry,
  userId: string,
): Message {
  const { number, connection, changeId = "" } = record.requested;
  const title = `${numberTitle(number ?? {})} at ${escape(connection?.name ?? "")}`;
  const words = {
    keep: `:pushpin: <@${userId}> made the change of ${title} permanent.`,
    extend: `:alarm_clock: <@${userId}> extended the change of ${title}: it now reverts ${slackDate(temporary.endsAt)}.`,
    end: `:leftwards_arrow_with_hook: <@${userId}> is reverting the change of ${title} now.`,
  }[act];
  const footer = `Change ${code(changeId)}`;
  const key = numberValue.encode({ connectionId: temporary.connectionId, numberId: temporary.numberId });
  const more = [button("show", "Show", key), button("history", "History", key)];
  const buttons = buttonRow(act === "extend" ? expiryButtons(temporary) : [], more, { changeId });
  return message([section(words), context(footer), buttons], stripMrkdwn(`${words}\n${footer}`));
}

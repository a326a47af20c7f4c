import { isProblem } from "../domain/problem.ts";
import type { WorkspaceStore } from "../domain/store.ts";
import type { ChangeRequest, ChangeResult } from "../operations/change-number.ts";
import { announce } from "./announce.ts";
import { section } from "./block-kit.ts";
import type { Desk } from "./desk.ts";
import { endForm } from "./end-form.ts";
import type { ChangeForm } from "./form-state.ts";
import { resultBlocks, resultMessage, resultWords } from "./messages/change-result.ts";
import { sayBreakGlass } from "./say-break-glass.ts";
import type { OpenedView } from "./show-view.ts";
import { wordsView } from "./views/change-form.ts";
import { changeForms } from "./views/index.ts";

const notAnnounced =
  ":warning: The conversation where you asked could *not* be told of this. Tell it yourself.";

const announcedLater =
  ":clock3: Slack does not take messages at the moment: the conversation has *not* been told yet, and will be.";

/** Tells the form and the conversation how a change ended, and notes what is still owed. */
export async function tellResult(
  at: Desk,
  opened: OpenedView,
  { form, request }: { readonly form: ChangeForm; readonly request: ChangeRequest },
  result: ChangeResult,
): Promise<void> {
  const { userId } = at.conversation;
  const vendor = at.services.accounts.vendor(result.connection.vendor);
  const there = at.at(form.from);
  const told = resultMessage(result, vendor, userId);
  const { title } = changeForms[form.verb];
  const blocks = resultBlocks(resultWords(result, vendor));
  await endForm(at, opened, wordsView(title, blocks));
  const { heardBy, message } = await announce(at.services, {
    workspaceId: at.ctx.workspace.id,
    clients: at.clients,
    conversation: there.conversation,
    message: told,
    requestId: at.ctx.requestId,
    toBeUpdated: result.outcome === "unknown",
  });
  const { changeId, outcome, outcomeRecorded } = result;
  const unsettled = outcome === "unknown" || !outcomeRecorded;
  if (!unsettled && heardBy !== "nobody") await note(at, async ({ said }) => said.forget(changeId));
  else if (message) {
    const said = { ...request.said, userId, message };
    await note(at, async (workspace) => workspace.said.keep(changeId, said));
  }
  // Only now: what is looked at again is told where this was told, and after it.
  if (unsettled) at.ctx.settleLater(changeId);
  if (result.passed.details["breakGlass"] === "yes") await sayBreakGlass(at, result);
  if (heardBy === "conversation" || form.from.channelId === undefined) return;
  await endForm(
    at,
    opened,
    wordsView(title, [...blocks, section(heardBy === "later" ? announcedLater : notAnnounced)]),
  );
}

/** Notes what is owed after a result was told. That is on record by now, so failing here is for the log alone. */
export async function note(at: Desk, write: (workspace: WorkspaceStore) => Promise<void>): Promise<void> {
  const { workspace, requestId, log } = at.ctx;
  try {
    await write(workspace);
  } catch (error) {
    if (!isProblem(error)) throw error;
    log.error({ requestId, err: error }, "not noted where it was told");
  }
}

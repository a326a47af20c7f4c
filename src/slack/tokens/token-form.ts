import { tokenName, tokenScopes } from "../../domain/access/api-token.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { makeToken, tokenLifeMs } from "../../operations/tokens/manage-tokens.ts";
import { actions, bold, message, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, finishSecretModal, retryFinishModal } from "../forms/finish-modal.ts";
import { inputValues } from "../forms/input-values.ts";
import { openView, redrawView } from "../forms/modals.ts";
import { fromConversation, type Origin } from "../forms/private-metadata.ts";
import { secretModal, secretShownModal } from "../forms/secret-modal.ts";
import { textModal } from "../forms/text-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import { title, tokenState, tokenView, type TypedToken } from "./token-view.ts";
import { revokeButton, tokenText } from "./tokens-message.ts";

/** Opens the form for a new token, or shows why the person may not use it. */
export async function openTokenForm(req: RequestContext): Promise<void> {
  const opened = await openView(req, textModal(title, [section(":hourglass_flowing_sand: One moment…")]));
  if (!opened) return;
  try {
    await requireRoleAudited(req.ctx, "admin", "manage the API's tokens");
    const connections = await req.ctx.workspace.connections.list();
    await redrawView(req, opened, tokenView(fromConversation(req.conversation), connections));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

/** A submitted token. */
interface SubmittedToken {
  readonly from: Origin;
  readonly typed: TypedToken;
}

const tokenSubmission: Submission<SubmittedToken> = {
  ack: (_, view) => {
    const { from } = tokenState.parse(view.private_metadata);
    const values = inputValues(view.state);
    const name = values.get("name")?.value ?? "";
    const days = values.get("days")?.value ?? "";
    const scope = tokenScopes.find((one) => one === values.get("scope")?.value);
    const errors = {
      ...faultOf("name", () => tokenName(name)),
      ...faultOf("days", () => tokenLifeMs(Number(days))),
      ...(scope === undefined ? { scope: "Choose what it may do." } : {}),
    };
    if (scope === undefined || Object.keys(errors).length > 0)
      return { answer: { response_action: "errors", errors } };
    const connectionIds = values.get("connections")?.several ?? [];
    const working = textModal(title, [section(":hourglass_flowing_sand: Working…")]);
    return {
      answer: { response_action: "update", view: working },
      command: { from, typed: { name, scope, connectionIds, days } },
    };
  },
  run: async (req, { from, typed: { name, scope, connectionIds, days } }, view) => {
    const { token, secret } = await makeToken(req.ctx, {
      name,
      scope,
      connectionIds: connectionIds.length > 0 ? connectionIds : undefined,
      days: Number(days),
    });
    const connections = await req.ctx.workspace.connections.list();
    const made = [section(`:white_check_mark: Made the token.\n${tokenText(token, connections)}`)];
    const shown = secretModal(title, made, secret, from);
    if (await finishSecretModal(req, { id: view.id }, shown, secretShownModal(title, made, from))) return;
    const words = `:warning: The token ${bold(token.name)} is made, but could not be shown. Revoke it, and make another one.`;
    await req
      .in(from)
      .replyPrivately(message([section(words), actions([revokeButton(token)])], stripMrkdwn(words)));
  },
  onError: async (req, { message: why, problem }, view, command) => {
    if (problem.code === "already_requested") return retryFinishModal(req, { id: view.id });
    const again = command && problem.code !== "not_allowed";
    const next = again
      ? tokenView(command.from, await req.ctx.workspace.connections.list(), command.typed, why.blocks)
      : textModal(title, why.blocks);
    if (await finishModal(req, { id: view.id }, next)) return;
    await req.in(command?.from ?? {}).replyPrivately(why);
  },
};

export const tokenFormRoutes = [formRoute("token", tokenSubmission)];

function faultOf(field: string, check: () => unknown): Readonly<Record<string, string>> {
  try {
    check();
    return {};
  } catch (error) {
    if (isProblem(error, "invalid_input")) return { [field]: error.message };
    throw error;
  }
}

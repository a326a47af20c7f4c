import type { KnownBlock } from "@slack/types";
import { wantedState } from "../../domain/numbers/change.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { isProblem, type Problem } from "../../domain/problem/problem.ts";
import type { ChangeRequest } from "../../operations/access/change-request.ts";
import { listAgents } from "../../operations/numbers/list-agents.ts";
import { actions, button, context, section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { ChangeForm } from "./change-form-state.ts";
import { storeDraft } from "../forms/stored-draft.ts";
import { draftFromChange } from "../forms/change-draft.ts";
import { fieldTitle, valueText } from "../block-kit/format.ts";
import type { Labels } from "../block-kit/agent-text.ts";

/**
 * The seen, the current and the wanted state of a number that changed while its form was open, and a button to look
 * again.
 */
export async function conflictBlocks(
  req: RequestContext,
  form: ChangeForm,
  request: ChangeRequest,
  problem: Problem,
): Promise<KnownBlock[]> {
  const { key, change } = request;
  const { seen = {}, now = {} } = problem.details;
  const wanted = wantedState(change);
  const labels = await labelsOf(req, key.connectionId);
  const vendor = form.number && req.deps.accounts.vendor(form.number.vendor);
  const states = vendor
    ? [...new Set([...Object.keys(seen), ...Object.keys(now)])].map((field) =>
        section(
          [
            fieldTitle(field, vendor),
            `You saw: ${valueText(field, ownValue(seen, field), vendor, labels)}`,
            `Now: ${valueText(field, ownValue(now, field), vendor, labels)}`,
            `You want: ${valueText(field, ownValue(wanted, field), vendor, labels, 2000)}`,
          ].join("\n"),
        ),
      )
    : [];
  const draft = draftFromChange(request);
  return [
    section(
      `:x: Someone changed ${form.number?.title ?? "the number"} while this form was open. *Yours was not sent.*`,
    ),
    ...states,
    actions([
      button("open_form", "Look again", await storeDraft(req, { verb: form.verb, wish: draft }), "primary"),
    ]),
    context(`Id \`${req.ctx.requestId}\``),
  ];
}

async function labelsOf(req: RequestContext, connectionId: string): Promise<Labels> {
  try {
    return Object.fromEntries((await listAgents(req.ctx, connectionId)).map(({ id, name }) => [id, name]));
  } catch (error) {
    if (isProblem(error)) return {};
    throw error;
  }
}

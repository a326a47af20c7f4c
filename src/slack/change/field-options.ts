import type { Option } from "@slack/types";
import { isProblem } from "../../domain/problem/problem.ts";
import type { FieldChoice } from "../../domain/vendor/vendor-account.ts";
import { mayBeId } from "../../domain/vendor/vendor-id.ts";
import { listChoices } from "../../operations/numbers/list-choices.ts";
import { cut, limits } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { option } from "../forms/inputs.ts";
import { optionsWaitMs } from "../listener/options-deadline.ts";
import type { OptionsRequest } from "../listener/routes.ts";
import { agentOptions } from "./agent-options.ts";
import { changeFormState } from "./change-form-state.ts";
import { unreadValue } from "./edit-form.ts";

/** The choices of a vendor's own field, where it is one that holds an agent or one of a list. */
export async function fieldOptions(
  req: RequestContext,
  { actionId, typed, metadata }: OptionsRequest,
): Promise<Option[]> {
  const { number } = changeFormState.parse(metadata);
  if (!number) return [];
  const { fields } = req.deps.accounts.vendor(number.vendor).capabilities;
  const spec = fields.find(({ id }) => id === actionId);
  if (spec?.input === "agent") return agentOptions(req, metadata, typed, spec.clearable);
  if (spec?.input !== "choice") return [];
  const found = await choicesNamed(req, number.connectionId, { fieldId: spec.id, text: typed });
  const listed = (found ?? []).flatMap(({ id, name }) => option(cut(name, limits.optionText), id, id) ?? []);
  const isListed = listed.some(({ value }) => value === typed.trim());
  const asTyped =
    isListed || !mayBeId(typed.trim()) ? undefined : option(typed.trim(), typed.trim(), "As typed");
  const unread = found ? undefined : option("The list cannot be read now. Type an id.", unreadValue);
  return [unread, ...listed.slice(0, limits.options - 2), asTyped].flatMap((made) => made ?? []);
}

/** The vendor's list, or undefined if it cannot be read: then an id can still be typed. */
async function choicesNamed(
  req: RequestContext,
  connectionId: string,
  wanted: { readonly fieldId: string; readonly text: string },
): Promise<readonly FieldChoice[] | undefined> {
  try {
    return await listChoices(req.ctx, connectionId, wanted, AbortSignal.timeout(optionsWaitMs));
  } catch (error) {
    if (isProblem(error, "not_allowed") || !isProblem(error)) throw error;
    req.ctx.log.warn({ requestId: req.ctx.requestId, problem: error.code }, "no choices");
    return undefined;
  }
}

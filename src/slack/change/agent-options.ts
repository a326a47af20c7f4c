import type { Option } from "@slack/types";
import { listAgents } from "../../operations/numbers/list-agents.ts";
import { findAgentElsewhere } from "../../operations/numbers/agents-elsewhere.ts";
import { cut, limits } from "../block-kit/blocks.ts";
import { elsewhereText, elsewhereValue } from "./agent-elsewhere.ts";
import type { RequestContext } from "../context/request-context.ts";
import { changeFormState } from "./change-form-state.ts";
import { noneLabel, noneValue } from "./edit-form.ts";
import { option } from "../forms/inputs.ts";
import { optionsWaitMs } from "../listener/options-deadline.ts";

/**
 * The assignable agents of the form's connection that match what was typed. With `none`, the first option is no agent.
 */
export async function agentOptions(
  req: RequestContext,
  privateMetadata: string,
  typed: string,
  none = false,
): Promise<Option[]> {
  const { number } = changeFormState.parse(privateMetadata);
  if (!number) return [];
  const agents = await listAgents(req.ctx, number.connectionId, typed, AbortSignal.timeout(optionsWaitMs));
  const found = agents
    .filter(({ unbindable }) => !unbindable)
    .flatMap(({ id, name }) => option(name || id, id, id) ?? []);
  const nobody =
    none && typed.trim() === "" ? [option(noneLabel, noneValue)].flatMap((made) => made ?? []) : [];
  if (found.length > 0 || typed.trim() === "") return [...nobody, ...found].slice(0, limits.options);
  const elsewhere = await findAgentElsewhere(req.ctx, number.connectionId, typed);
  const words = elsewhere && elsewhereText(elsewhere, number.connection);
  return words === undefined
    ? nobody
    : [option(cut(words, limits.optionText), elsewhereValue, words)].flatMap((made) => made ?? []);
}

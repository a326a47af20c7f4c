import type { BlockElementAction } from "@slack/bolt";
import { Problem } from "../../domain/problem/problem.ts";
import { readOption, type ValueSource } from "../block-kit/button-row.ts";
import { numberValue } from "../block-kit/key-values.ts";
import type { RequestContext } from "../context/request-context.ts";
import { findText } from "../forms/stored-state.ts";

/** What somebody pressed or chose: an entry of an overflow menu counts as the button that it stands for. */
export interface PressedAction {
  readonly actionId: string;
  readonly value: string | ValueSource | undefined;
}

export function pressedAction(action: BlockElementAction): PressedAction {
  if (action.type === "overflow")
    return readOption(action.selected_option.value ?? "") ?? { actionId: "unknown", value: undefined };
  const value =
    "value" in action
      ? action.value
      : "selected_option" in action
        ? action.selected_option?.value
        : undefined;
  return { actionId: action.action_id, value: value ?? undefined };
}

/** The value of a press. One that did not fit is the number of a change, or was kept for the person. */
export async function loadValue(req: RequestContext, { value }: PressedAction): Promise<string | undefined> {
  if (typeof value !== "object") return value;
  if ("token" in value) return findText(req, value.token);
  const { number } = (await req.ctx.workspace.audit.change(value.changeId)).requested;
  if (!number) throw new Problem("not_found", "That change names no number.");
  return numberValue.encode(number);
}

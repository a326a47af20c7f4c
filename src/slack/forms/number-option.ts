import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { limits } from "../block-kit/blocks.ts";
import { numberValue } from "../block-kit/key-values.ts";
import type { RequestContext } from "../context/request-context.ts";
import { findText, keepText } from "./stored-state.ts";

/** Starts the value of an option whose number is kept on the server. No connection's id contains a colon. */
const keptMark = "kept:";

/** A number as the value of an option. One that is too long is kept on the server for this person. */
export async function numberOptionValue(req: RequestContext, key: NumberKey): Promise<string> {
  const whole = numberValue.encode(key);
  if (whole.length <= limits.optionValue) return whole;
  return `${keptMark}${await keepText(req, whole)}`;
}

/** The number that an option or a button stands for. Throws invalid_input for an unknown or expired one. */
export async function loadNumberKey(req: RequestContext, value: string | undefined): Promise<NumberKey> {
  if (!value?.startsWith(keptMark)) return numberValue.parse(value);
  return numberValue.parse(await findText(req, value.slice(keptMark.length)));
}

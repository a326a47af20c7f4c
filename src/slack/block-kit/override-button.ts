import type { Button } from "@slack/types";
import { z } from "zod";
import { button } from "./blocks.ts";
import { buttonValue } from "./typed-value.ts";

/** The ids of rules, with commas between them. */
const separated = z.codec(z.string(), z.array(z.string().regex(/^rul_\w+$/u)).min(1), {
  decode: (text) => text.split(","),
  encode: (ids) => ids.join(","),
});

/** The value of a button that overrides rules. */
export const ruleIdsValue = buttonValue(separated);

/** A button that opens the form to override these rules. */
export function overrideButton(ruleIds: readonly string[]): Button {
  return button("rule:override", "Override…", ruleIdsValue.encode([...ruleIds]));
}

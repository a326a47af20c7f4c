import type { Button, KnownBlock } from "@slack/types";
import { z } from "zod";
import { button, actions, bold, escape, section } from "./blocks.ts";
import { buttonValue } from "./typed-value.ts";
import { overridable } from "../../domain/failover/run-rules.ts";
import type { Blocker } from "../../domain/failover/rules.ts";

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

/** All rules that do not allow a run as a whole, with the button that overrides those that somebody can override. */
export function blockerBlocks(blockers: readonly Blocker[]): KnownBlock[] {
  if (blockers.length === 0) return [];
  const mayOverride = overridable(blockers);
  const lines = blockers.map(({ rule, why }) => `:x: ${bold(rule.title)}: ${escape(why)}`);
  return [
    section(["*Rules do not allow it:*", ...lines].join("\n")),
    ...(mayOverride.length > 0 ? [actions([overrideButton(mayOverride.map(({ rule }) => rule.id))])] : []),
  ];
}

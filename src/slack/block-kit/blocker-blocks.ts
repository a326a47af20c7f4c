import type { KnownBlock } from "@slack/types";
import { overridable } from "../../domain/failover/run-rules.ts";
import type { Blocker } from "../../domain/failover/rules.ts";
import { actions, bold, escape, section } from "./blocks.ts";
import { overrideButton } from "./override-button.ts";

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

import type { Command } from "commander";
import { Problem } from "../../domain/problem/problem.ts";
import { normalizeName } from "../../domain/text/normalize-name.ts";
import type { RunPreviewDocument } from "./run-preview.ts";

/** What `--because` says of a run whose reason is not asked for otherwise. */
export const becauseOfOverride = "why rules are overridden; it is recorded";

/** Adds the option that names the rules to override, each once. */
export function withOverride(command: Command): Command {
  const several = (one: string, before: readonly string[] = []): readonly string[] => [...before, one];
  const words = "a rule that does not allow it, by name or id; needs --because";
  return command.option("--override <rule>", words, several);
}

/** The ids of the rules to override. Throws ruled_out if other rules do not allow it either, and invalid_input. */
export function overriddenRules(
  { blockers }: RunPreviewDocument,
  named: readonly string[],
  reason: string | undefined,
): string[] {
  const chosen = named.map((name) => {
    const found = blockers.find(
      ({ rule, title }) => rule === name || normalizeName(title) === normalizeName(name),
    );
    if (!found) throw new Problem("not_found", `No rule “${name}” speaks against this.`, { field: "rule" });
    return found;
  });
  const left = blockers.filter((each) => !chosen.includes(each) || !each.isOverridable);
  if (left.length > 0) {
    const each = left.map(({ title, why }) => `“${title}”: ${why}.`).join(" ");
    throw new Problem("ruled_out", `Rules do not allow this. ${each}`, { field: "override" });
  }
  if (chosen.length > 0 && (reason === undefined || reason.trim() === ""))
    throw new Problem("invalid_input", "An override needs a reason.", { field: "reason" });
  return chosen.map(({ rule }) => rule);
}

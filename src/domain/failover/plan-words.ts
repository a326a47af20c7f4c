/**
 * The words of `/number failover` and `patchbay failover` that stand where a plan may stand, or say something about it. A test
 * compares them with both commands.
 */
export const planWords: ReadonlySet<string> = new Set([
  "back",
  "because",
  "drill",
  "edit",
  "export",
  "for",
  "help",
  "import",
  "incident",
  "new",
  "pause",
  "practice",
  "remove",
  "resume",
  "status",
  "stop",
  "until",
]);

/** Why a new plan cannot have this name, if it cannot. */
export function slugFault(slug: string): string | undefined {
  if (!planWords.has(slug)) return undefined;
  return `“${slug}” is a word of the failover commands, which would not take it for a plan. Choose another name, such as ${slug}-plan.`;
}

/** A plan as a person writes it: in quotes, a word of the commands is a plan. */
export function slugIn(typed: string): string {
  const text = typed.trim().toLowerCase();
  return (
    /^["\u201C-\u201E\u00AB\u00BB\u2033](?<slug>[^"\u201C-\u201E\u00AB\u00BB\u2033]*)["\u201C\u201D\u00AB\u00BB\u2033]$/u.exec(
      text,
    )?.groups?.["slug"] ?? text
  );
}

import { bold, cut, escape } from "./blocks.ts";

/** Whom callers reach after a detach, in mrkdwn, if that is not simply nobody: `otherwise` says so then. */
export function detachWarning(
  {
    answeredBy,
    chooser,
  }: { readonly answeredBy?: string | undefined; readonly chooser?: string | undefined },
  otherwise: string,
): string {
  if (answeredBy !== undefined)
    return `:warning: Calls reach ${bold(cut(answeredBy, 100))}. A detach does not change that.`;
  return chooser === undefined
    ? `:warning: ${otherwise}`
    : `:warning: Afterwards, *${escape(cut(chooser, 100))}* alone decides who answers. If it chooses no agent, callers reach nobody.`;
}

export const reachNobody = "*Callers will reach nobody.*";

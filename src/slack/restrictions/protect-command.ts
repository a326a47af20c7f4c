import { findTarget } from "../../operations/restrictions/target.ts";
import { listProtections, protect as protectTarget } from "../../operations/restrictions/protect.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { protectedMessage, protectionListMessage } from "./protection-message.ts";
import type { ApprovalCount } from "../../domain/access/protection.ts";
import type { Command } from "../listener/command.ts";

/**
 * Requires another person's approval for changes of a number or of a whole connection. Without arguments, lists the
 * protections.
 */
export const protect: Command = {
  verb: "protect",
  group: "restrict",
  usage: "[number|connection] [with two approvals]",
  summary: "Require a second person's approval",
  details:
    "Changes of a protected number or connection need a second person's approval, or those of two others. Without arguments: list protections.",
  examples: ["protect", "protect 0100", "protect 0100 with two approvals"],
  role: "admin",
  changes: (rest) => rest !== "",
  run: async (req, rest) => {
    await requireRoleAudited(req.ctx, "admin", "protect numbers");
    if (rest === "") {
      await req.replyPrivately(protectionListMessage(await listProtections(req.ctx)));
      return;
    }
    const { what, approvals } = readProtect(rest);
    const protection = await protectTarget(req.ctx, await findTarget(req.ctx, what), approvals);
    await req.replyPrivately(protectedMessage(protection, (await listProtections(req.ctx)).on));
  },
};

const withCount = /^(?<what>.+?)\s+with\s+(?<count>one|two|1|2)\s+approvals?$/isu;

/** What to protect, and how many approvals that wants, if the line says so. */
function readProtect(line: string): { readonly what: string; readonly approvals?: ApprovalCount } {
  const { what = line, count } = withCount.exec(line)?.groups ?? {};
  if (count === undefined) return { what };
  return { what, approvals: /^(?:two|2)$/iu.test(count) ? 2 : 1 };
}

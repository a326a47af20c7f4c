import { Problem } from "../../domain/problem/problem.ts";
import { code, context, type Message, message, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { Installed } from "../context/installed.ts";
import type { SlackBody } from "./parse-request.ts";

/** Without an installation, there is no token to post with, and no audit log to write to. */
export function notInstalledMessage(id: string): Message {
  const words =
    "*Patchbay is not installed in your workspace*, or its installation cannot be opened. Nothing was changed. Ask an admin of your workspace to install it.";
  return message([section(words), context(`Id ${code(id)}`)], `${stripMrkdwn(words)} Id ${id}`);
}

/** People of other organizations can click what they see in shared channels. Their requests are refused. */
export function strangerProblem(body: SlackBody, installed: Installed): Problem | undefined {
  const theirTeam = body.user?.team_id ?? body.team_id;
  const theirEnterprise = body.enterprise?.id ?? body.enterprise_id;
  if (theirTeam === undefined || theirTeam === null || theirTeam === installed.teamId) return undefined;
  if (installed.enterpriseId && theirEnterprise === installed.enterpriseId) return undefined;
  return new Problem("not_allowed", "You are not a member of the workspace that this Patchbay belongs to.");
}

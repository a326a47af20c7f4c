import { Problem } from "../../domain/problem/problem.ts";
import { listTokens, revokeToken } from "../../operations/tokens/manage-tokens.ts";
import { bold, message, section, type Message } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Command } from "../listener/command.ts";
import { tokensMessage } from "./tokens-message.ts";

/** Lists the tokens of the HTTP API, with buttons to make and revoke them. */
export const tokens: Command = {
  verb: "tokens",
  group: "admin",
  usage: "",
  summary: "Make or revoke API tokens",
  details:
    "Lists the tokens of the HTTP API. Buttons make and revoke them. A token has your rights, limited to its scope and its connections, and is shown once.",
  examples: ["tokens"],
  role: "admin",
  changes: false,
  run: async (req, rest) => {
    if (rest !== "")
      throw new Problem("invalid_input", "`tokens` takes no further words: it lists the tokens.");
    await req.replyPrivately(await tokensNow(req));
  },
};

/** Revokes a token, for the button in the list, and shows the list without it. */
export async function revokeOneToken(req: RequestContext, tokenId: string | undefined): Promise<void> {
  const { name } = await revokeToken(req.ctx, tokenId ?? "");
  const words = `:white_check_mark: The token ${bold(name)} is revoked.`;
  await req.replyPrivately(message([section(words)], stripMrkdwn(words)));
  if (req.conversation.responseUrl !== undefined) await req.replace(await tokensNow(req));
}

async function tokensNow({ ctx }: RequestContext): Promise<Message> {
  return tokensMessage(await listTokens(ctx), await ctx.workspace.connections.list());
}

import { disconnectVendor, testConnection } from "../../operations/connections/connect-vendor.ts";
import { bold, message, type Message, section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { stripMrkdwn } from "../block-kit/format.ts";

/** Tests a connection with one read and reports the result. */
export async function testOne(req: RequestContext, connectionId: string | undefined): Promise<void> {
  const { name } = await testConnection(req.ctx, connectionId ?? "");
  await req.replyPrivately(words(`:white_check_mark: ${bold(name)} is healthy, and its key works.`));
}

export async function disconnectOne(req: RequestContext, connectionId: string | undefined): Promise<void> {
  const { name } = await disconnectVendor(req.ctx, connectionId ?? "");
  await req.replyPrivately(
    words(
      `:white_check_mark: ${bold(name)} is disconnected, and its key is deleted. Nothing was changed at the vendor.`,
    ),
  );
}

function words(text: string): Message {
  return message([section(text)], stripMrkdwn(text));
}

import { disconnectVendor, testConnection } from "../../operations/connections/connect-vendor.ts";
import { bold, message, type Message, section } from "../block-kit/blocks.ts";
import type { Desk } from "../context/request-context.ts";
import { bare } from "../block-kit/format.ts";

/** Tries a connection with one read and says how it went. */
export async function testOne(at: Desk, connectionId: string | undefined): Promise<void> {
  const { name } = await testConnection(at.ctx, connectionId ?? "");
  await at.tell(words(`:white_check_mark: ${bold(name)} answers, and its key is good.`));
}

/** Removes a connection. */
export async function disconnectOne(at: Desk, connectionId: string | undefined): Promise<void> {
  const { name } = await disconnectVendor(at.ctx, connectionId ?? "");
  await at.tell(
    words(
      `:white_check_mark: ${bold(name)} is disconnected and its key is wiped. At the vendor nothing was changed.`,
    ),
  );
}

function words(text: string): Message {
  return message([section(text)], bare(text));
}

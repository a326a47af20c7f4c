import { messageComplaints } from "./block-checks.ts";
import { tableCount } from "./table-checks.ts";
import { LIMITS } from "./block-kit-limits.ts";
import { characters } from "./checks.ts";
import { type Json, stringOf } from "../json.ts";

/** Slack's error for a message's content, with its complaints; undefined if Slack accepts it. */
export function messageRefusal(words: Json): { error: string; messages: string[] } | undefined {
  const text = stringOf(words["text"]);
  // Slack refuses updates over 4,000 and truncates or splits longer posts. No message should get that long.
  if (characters(text) > LIMITS.message.text) return { error: "msg_too_long", messages: [] };
  const complaints = messageComplaints(words["blocks"]);
  if (complaints.length > 0) return { error: "invalid_blocks", messages: complaints };
  if (tableCount(words["blocks"]) > 1)
    return { error: "invalid_attachments", messages: ["[ERROR] only_one_table_allowed"] };
  const attachments = Array.isArray(words["attachments"]) ? words["attachments"] : [];
  const blocks = Array.isArray(words["blocks"]) ? words["blocks"] : [];
  if (text === "" && blocks.length + attachments.length === 0) return { error: "no_text", messages: [] };
  return undefined;
}

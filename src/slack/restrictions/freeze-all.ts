import { z } from "zod";
import { formatDuration } from "../../domain/shared/duration.ts";
import { storedExpiry, type Expiry } from "../../domain/changes/expiry.ts";
import { findNumbers } from "../../operations/numbers/find-numbers.ts";
import { checkFreeze, setFreeze } from "../../operations/restrictions/freeze.ts";
import { actions, button, escape, message, section, slackDate, type Message } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import { announceFreeze } from "./freeze-flow.ts";
import { buttonValue, json } from "../block-kit/typed-value.ts";

const hour = { kind: "after", ms: 60 * 60_000 } as const;

const freezeAllDraft = z.object({ reason: z.string().optional(), ends: storedExpiry.optional() });
type FreezeAllDraft = z.infer<typeof freezeAllDraft>;
const freezeAllValue = buttonValue(json(freezeAllDraft));

/** Asks for confirmation before freezing all numbers, and says how many. Throws what `setFreeze` would throw. */
export async function confirmFreezeAll(req: RequestContext, draft: FreezeAllDraft): Promise<void> {
  await checkFreeze(req.ctx, { target: { kind: "all" }, reason: draft.reason, ends: draft.ends });
  const { total, unanswered } = await findNumbers(req.ctx, "", { limit: 1 });
  const count = unanswered.length > 0 ? `at least ${total}` : String(total);
  await req.replyPrivately(question(draft, count));
}

/** Freezes all numbers, for the confirmation button, and replaces the question. */
export async function freezeAll(req: RequestContext, value: string | undefined): Promise<void> {
  const { reason, ends } = freezeAllValue.parse(value);
  await announceFreeze(req, await setFreeze(req.ctx, { target: { kind: "all" }, reason, ends }));
  await req.replace(plain(":snowflake: All numbers are frozen."));
}

export async function cancelFreezeAll(req: RequestContext): Promise<void> {
  await req.replace(plain("Nothing was frozen."));
}

function question({ reason, ends }: FreezeAllDraft, count: string): Message {
  const words = [
    `:snowflake: *Freeze all numbers (${count})${ends ? ` ${spanText(ends)}` : ""}?*`,
    `Nobody can change them until the freeze is over, or you or an admin unfreezes them. Why: ${escape(reason ?? "")}`,
  ].join("\n");
  const choice = (id: string, text: string, end: Expiry | undefined) =>
    button(id, text, freezeAllValue.encode({ reason, ends: end }));
  const choices = ends
    ? [choice("freeze_all", "Freeze all", ends)]
    : [
        choice("freeze_all", `Freeze for ${formatDuration(hour.ms)}`, hour),
        choice("freeze_all:open", "Freeze until unfrozen", undefined),
      ];
  return message(
    [section(words), actions([...choices, button("freeze_all:cancel", "Cancel", "cancel")])],
    stripMrkdwn(words),
  );
}

function spanText(ends: Expiry): string {
  return ends.kind === "after"
    ? `for ${formatDuration(ends.ms)}`
    : `until ${slackDate(ends.at, "{date_short_pretty} {time}")}`;
}

function plain(words: string): Message {
  return message([section(words)], stripMrkdwn(words));
}

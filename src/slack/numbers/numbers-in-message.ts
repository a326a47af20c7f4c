import type { KnownBlock } from "@slack/types";
import { matchNumber } from "../../operations/numbers/match-number.ts";
import { numbersInText } from "../../operations/shared/number-query.ts";
import { unreadText } from "../../operations/numbers/unread-lists.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { MessageAddress } from "../../domain/notifications/reply-target.ts";
import { runTitle } from "../../domain/runs/run.ts";
import { plural } from "../../domain/text/plural.ts";
import { runOfMessage } from "../../operations/runs/run-of-message.ts";
import { context, escape, section, sections } from "../block-kit/blocks.ts";
import { runNumberLine } from "../block-kit/run-number-line.ts";
import type { RequestContext } from "../context/request-context.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { loadCard } from "./describe-number.ts";
import { lastKnownWords } from "./last-known-message.ts";
import { silentWords } from "./match-message.ts";
import { problemText, toProblem } from "../block-kit/problem-message.ts";
import { openView, redrawView } from "../forms/modals.ts";
import { fromConversation } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import { formatE164 } from "../../operations/shared/format-number.ts";

const title = "Numbers in message";
/** A form with more cards and their buttons would be too long to read. */
const mostCards = 10;

/** The numbers of a run are lines: a message about one need not name them. */
const mostLines = 200;

/** Shows who answers each number in a message, with buttons for the verbs; of a message about a run, also all its numbers. */
export async function showNumbersInMessage(
  req: RequestContext,
  text: string,
  address?: MessageAddress,
): Promise<void> {
  const opened = await openView(
    req,
    textModal(title, [section(":hourglass_flowing_sand: Reading the message…")]),
  );
  if (!opened) return;
  try {
    const from = fromConversation(req.conversation);
    const found = await numbersInText(text);
    const cards = await Promise.all(found.slice(0, mostCards).map(async (e164) => cardBlocks(req, e164)));
    const none = section(
      "There is no phone number in this message. `/number list` shows all that are connected.",
    );
    const ofRun = address ? await runLines(req, address) : [];
    const left = found.length - cards.length;
    const more = left > 0 ? [context(`And ${left} more: \`/number show\` shows each.`)] : [];
    await redrawView(
      req,
      opened,
      textModal(
        title,
        cards.length + ofRun.length > 0 ? [...cards.flat(), ...more, ...sections(ofRun)] : [none],
        from,
      ),
    );
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

/** Each number of the run that a message is about, with who answered its first call, in mrkdwn. */
async function runLines(req: RequestContext, address: MessageAddress): Promise<string[]> {
  const found = await runOfMessage(req.ctx, address);
  if (!found) return [];
  const { run, calls } = found;
  const more = run.steps.length - mostLines;
  return [
    `*The ${plural(run.steps.length, "number")} of ${escape(runTitle(run))}:*`,
    ...run.steps.slice(0, mostLines).map((step) => `• ${runNumberLine(step, calls)}`),
    ...(more > 0 ? [`• …and ${more} more.`] : []),
  ];
}

async function cardBlocks(req: RequestContext, e164: string): Promise<KnownBlock[]> {
  const match = await matchNumber(req.ctx, e164);
  if (match.kind === "none") {
    const unread = unreadText(match.unanswered);
    const words = unread
      ? `${escape(formatE164(e164))} was not found yet. ${escape(unread)}${silentWords(match)}`
      : `${escape(formatE164(e164))} is not among the connected numbers.${silentWords(match)}`;
    return [section(words)];
  }
  const numbers = match.kind === "one" ? [match.number] : match.numbers;
  const cards = await Promise.all(
    numbers.map(async ({ key }) => {
      try {
        return (await loadCard(req, key)).blocks;
      } catch (error) {
        if (!isProblem(error)) throw error;
        return [
          section(
            `${escape(formatE164(e164))}: ${problemText(toProblem(error))}${await lastKnownWords(req, key, error)}`,
          ),
        ];
      }
    }),
  );
  return cards.flat();
}

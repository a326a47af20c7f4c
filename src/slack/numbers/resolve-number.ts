import type { Button, KnownBlock } from "@slack/types";
import { Problem } from "../../domain/problem/problem.ts";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import type { ListedNumber } from "../../operations/numbers/listed-number.ts";
import { onlyPartialMatch } from "../../operations/numbers/only-partial-match.ts";
import { matchNumber } from "../../operations/numbers/match-number.ts";
import { actions, button, cut, escape, limits, message, section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { matchWords } from "./match-message.ts";
import { noConnectionText } from "../connections/no-connection-message.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberLabel, numberTitle } from "../block-kit/number-title.ts";

/** The verbs that a number can be chosen for by a button: each has the routes `<verb>` and `<verb>:*`. */
export const numberVerbs = ["show", "history"] as const;
type NumberVerb = (typeof numberVerbs)[number];

const mostNumbers = 10;
const mostInRow = 3;

/**
 * The number that a text identifies. If several or none match, the person gets those or the closest ones as buttons for
 * the same verb, and this returns undefined. It never guesses, except that the only number whose name contains the text
 * is shown. Throws invalid_input for an empty text.
 */
export async function resolveNumber(
  req: RequestContext,
  text: string,
  verb: NumberVerb,
): Promise<NumberKey | undefined> {
  if (text === "")
    throw new Problem("invalid_input", `Say which number: its name, or its last four or more digits.`);
  if ((await req.ctx.workspace.connections.list()).length === 0) {
    await req.replyPrivately(message([section(noConnectionText)], stripMrkdwn(noConnectionText)));
    return undefined;
  }
  const match = await matchNumber(req.ctx, text);
  if (match.kind === "one") return match.number.key;
  const partial =
    verb === "show" && match.kind === "none" ? await onlyPartialMatch(req.ctx, text) : undefined;
  if (partial) return partial.key;
  const numbers = match.kind === "several" ? match.numbers : match.nearest;
  const words = matchWords(match, text);
  const shown = numbers.slice(0, mostNumbers);
  const names = shown.map(({ number }) => escape(numberLabel(number)));
  await req.replyPrivately(
    message([section(words), ...choiceBlocks(shown, verb)], [stripMrkdwn(words), ...names].join("\n")),
  );
  return undefined;
}

/** A few numbers as buttons in a row, more of them as lines with a button each. */
function choiceBlocks(numbers: readonly ListedNumber[], verb: NumberVerb): KnownBlock[] {
  const choice = ({ key }: ListedNumber, index: number, text: string): Button =>
    button(`${verb}:${index}`, text, numberValue.encode(key));
  if (numbers.length > mostInRow)
    return numbers.map((one, index) =>
      section(
        `${numberTitle(one.number)} · ${escape(one.connection.name)}`,
        choice(one, index, verb === "show" ? "Show" : "History"),
      ),
    );
  const row = numbers.map((one, index) =>
    choice(one, index, cut(`${numberLabel(one.number)} · ${one.connection.name}`, limits.buttonText)),
  );
  return row.length === 0 ? [] : [actions(row)];
}

import { Problem } from "../../domain/problem.ts";
import type { NumberKey } from "../../domain/phone-number.ts";
import { matchNumber } from "../../operations/numbers/match-number.ts";
import { actions, button, cut, escape, limits, message, section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { matchWords } from "./match-message.ts";
import { noConnectionText } from "../connections/no-connection-message.ts";
import { stripMrkdwn, numberLabel } from "../block-kit/format.ts";
import { numberValue } from "../block-kit/key-values.ts";

/**
 * The number that a text identifies. If several or none match, the person gets those or the closest ones as buttons for
 * the same verb, and this returns undefined. It never guesses. Throws invalid_input for an empty text.
 */
export async function resolveNumber(
  req: RequestContext,
  text: string,
  verb: "show" | "history",
): Promise<NumberKey | undefined> {
  if (text === "")
    throw new Problem("invalid_input", `Say which number: its name, or its last four or more digits.`);
  if ((await req.ctx.workspace.connections.list()).length === 0) {
    await req.replyPrivately(message([section(noConnectionText)], stripMrkdwn(noConnectionText)));
    return undefined;
  }
  const match = await matchNumber(req.ctx, text);
  if (match.kind === "one") return match.number.key;
  const numbers = match.kind === "several" ? match.numbers : match.nearest;
  const words = matchWords(match, text);
  const buttons = numbers
    .slice(0, 10)
    .map(({ key, number, connection }, index) =>
      button(
        `${verb}:${index}`,
        cut(`${numberLabel(number)} · ${connection.name}`, limits.buttonText),
        numberValue.encode(key),
      ),
    );
  const names = numbers.slice(0, 10).map(({ number }) => escape(numberLabel(number)));
  await req.replyPrivately(
    message(
      [section(words), ...(buttons.length > 0 ? [actions(buttons)] : [])],
      [stripMrkdwn(words), ...names].join("\n"),
    ),
  );
  return undefined;
}

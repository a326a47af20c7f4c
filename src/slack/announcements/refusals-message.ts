import type { CountedRefusal } from "../../operations/shared/refusal-summary.ts";
import { bold, context, cut, escape, type Message, message, section } from "../block-kit/blocks.ts";
import { actorMention, stripMrkdwn } from "../block-kit/format.ts";
import { numberTitle } from "../block-kit/number-title.ts";

/** The number of different refusals to list. The audit log has all of them. */
const mostLines = 15;

/** The refusals of a round, for admins, with a line for each kind of refusal. */
export function refusalsMessage(refusals: readonly CountedRefusal[]): Message {
  const lines = refusals.slice(0, mostLines).map((refusal) => line(refusal));
  const left = refusals.length - lines.length;
  const words = ":no_entry: *Refused in the last few minutes*";
  const footer = `${left > 0 ? `And ${left} more. ` : ""}Nothing was changed. The audit log lists them all: \`patchbay audit\`.`;
  return message(
    [section(words), ...lines.map((each) => section(each)), context(footer)],
    stripMrkdwn([words, ...lines, footer].join("\n")),
  );
}

function line({ event, count }: CountedRefusal): string {
  const { actor, change, reason, kind, number, connection, problem } = event;
  const what = change ?? (reason === undefined ? kind : escape(cut(reason, 100)));
  const where = number ? `, ${numberTitle(number)}` : connection ? `, ${bold(connection.name)}` : "";
  const often = count > 1 ? `, ${count} times` : "";
  return `${actorMention(actor)}: ${what}${where}${often}. ${escape(problem?.message ?? "")}`;
}

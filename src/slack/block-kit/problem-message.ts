import { isProblem, Problem } from "../../domain/problem/problem.ts";
import { problemWords } from "../../domain/problem/problem-words.ts";
import { actions, bold, code, context, escape, type Message, message, section } from "./blocks.ts";
import { stripMrkdwn } from "./format.ts";
import { endedText } from "./closed-message.ts";
import { overrideButton } from "./rule-blocks.ts";
import { frozenText } from "./freeze-text.ts";

/** An error to show. `known` is false for a bug, whose message nobody sees. */
export interface MetProblem {
  readonly problem: Problem;
  readonly known: boolean;
}

/** Converts anything that was thrown to a Problem. */
export function toProblem(error: unknown): MetProblem {
  if (isProblem(error)) return { problem: error, known: true };
  return {
    problem: new Problem("outcome_unknown", "Something went wrong inside Patchbay.", {}, error),
    known: false,
  };
}

/** A problem in mrkdwn: what happened, what was not changed, what to do, and the id that is also in the log. */
export function problemText({ problem, known }: MetProblem): string {
  if (!known) {
    return `${bold(problem.message)}\nIf you were changing something, check \`/number history\` before you try again. Send the id below to the person who runs Patchbay.`;
  }
  const { happened, unchanged, next } = problemWords(problem);
  const { freeze, ended } = problem.details;
  // In mrkdwn, a person can be mentioned and a time shown in the reader's time zone.
  if (freeze) return `${frozenText(freeze)}\n${escape(unchanged)} ${withCode(next)}`;
  if (ended) {
    const rest = problem.code === "nothing_to_change" ? unchanged : "Nothing was changed.";
    return `${bold(happened)}\n${endedText(ended)}\n${escape(rest)}`;
  }
  return `${bold(happened)}\n${escape(unchanged)} ${withCode(next)}`;
}

export function problemMessage(met: MetProblem, id: string): Message {
  const text = problemText(met);
  const { rules = [] } = met.problem.details;
  const override = rules.length > 0 ? [actions([overrideButton(rules.map((rule) => rule.id))])] : [];
  return message(
    [section(text), context(`Id ${code(id)}`), ...override],
    stripMrkdwn(`${text}\nId ${escape(id)}`),
  );
}

/** A problem with a lookup. Nothing could have changed, and nobody needs its id. */
export function lookupProblemMessage(problem: Problem): Message {
  const { happened, next } = problemWords(problem);
  const text = `${bold(happened)}\n${withCode(next)}`;
  return message([section(text)], stripMrkdwn(text));
}

/** Keeps commands in backticks, which only our own texts contain. Escapes everything else. */
function withCode(words: string): string {
  return words
    .split(/(`[^`]*`)/u)
    .map((part) => (/^`\/number [a-z0-9 -]+`$/u.test(part) ? part : escape(part)))
    .join("");
}

import type { StaticSelect } from "@slack/types";
import { z } from "zod";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import type { ListOptions, NumberList } from "../../operations/numbers/find-numbers.ts";
import type { RestrictionsOf } from "../../operations/access/policy.ts";
import {
  actions,
  bold,
  button,
  context,
  cut,
  escape,
  type Message,
  message,
  section,
  slackDate,
} from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { unreadableWords } from "./match-message.ts";
import { noConnectionText } from "../connections/no-connection-message.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberLine } from "./number-line.ts";
import { numberTable } from "./number-table.ts";
import { buttonValue, json } from "../block-kit/typed-value.ts";

const perPage = 20;
/** How many connections with missing numbers a page names, a line each. */
const mostSilent = 10;

/** The page of a list, as stored in the paging buttons. */
const listPage = z.object({ text: z.string(), page: z.number().int().min(0) });
export type ListPage = z.infer<typeof listPage>;
export const listPageValue = buttonValue(json(listPage));

/** The options of `findNumbers` for a page. */
export function wantedFor({ page }: ListPage): ListOptions {
  return { offset: page * perPage, limit: perPage, withoutAgentFirst: true };
}

/** What a list shows besides its numbers. */
interface ListFrame {
  readonly policy: RestrictionsOf | undefined;
  /** A line for each connection that is in trouble. */
  readonly trouble: readonly string[];
  readonly filter: StaticSelect;
}

/** A page of numbers and their agents, with the connections that are missing or degraded. */
export function numberListMessage(
  list: NumberList,
  accounts: VendorAccounts,
  { text, page }: ListPage,
  { policy, trouble, filter: menu }: ListFrame,
): Message {
  if (list.connections.length === 0)
    return message([section(noConnectionText)], stripMrkdwn(noConnectionText));
  const pages = Math.max(1, Math.ceil(list.total / perPage));
  const at = Math.min(page, pages - 1);
  const filter = text ? ` for “${escape(cut(text, 100))}”` : "";
  const count = `${list.total} ${list.total === 1 ? "number" : "numbers"}`;
  const first = at * perPage + 1;
  const position = pages > 1 ? `${first}–${first + list.numbers.length - 1} of ` : "";
  const title = `*${position}${count}*${filter}`;
  const lines = list.numbers.map((listed) => ({
    listed,
    words: numberLine(listed, accounts.vendor(listed.connection.vendor), policy?.(listed.key)),
  }));
  const unanswered = list.unanswered.map(({ connection, problem, asOf }) => {
    if (problem.details.loading && !asOf)
      return `:hourglass_flowing_sand: The list of the numbers of ${bold(connection.name)} is still loading, so they are missing here. Try again in a moment.`;
    const numbers = asOf ? `its numbers are as of ${slackDate(asOf)}` : "its numbers are missing";
    return `:warning: ${bold(connection.name)} did not answer, ${numbers}: ${escape(problem.message)}`;
  });
  const silent = [...unanswered, ...list.unreadable.map(unreadableWords)];
  const more = silent.length - mostSilent;
  const missing = [
    ...silent.slice(0, mostSilent),
    ...(more > 0
      ? [`And ${more} more connections are not complete: \`/number connections\` shows all.`]
      : []),
  ];
  const age = list.asOf
    ? `This list is from ${slackDate(list.asOf)} and is being refreshed. *Show* reads a number now.`
    : "This list may be a minute old. *Show* reads a number now.";
  const turn = [
    ...(at > 0
      ? [button("list:previous", "Previous", listPageValue.encode({ text: cut(text, 500), page: at - 1 }))]
      : []),
    ...(at < pages - 1
      ? [button("list:next", "Next", listPageValue.encode({ text: cut(text, 500), page: at + 1 }))]
      : []),
  ];
  const drawn = numberTable(list, accounts, policy);
  const choices = [...(drawn ? [drawn.show] : []), ...turn];
  return message(
    [
      section(title, menu),
      ...(drawn
        ? [drawn.table]
        : lines.map(({ listed, words }) =>
            section(words, button("show", "Show", numberValue.encode(listed.key))),
          )),
      ...missing.map((words) => context(words)),
      ...(trouble.length > 0 ? [context(trouble.join("\n"))] : []),
      ...(choices.length > 0 ? [actions(choices)] : []),
      context(age),
    ],
    stripMrkdwn(
      [title, ...lines.map(({ words }) => words), ...missing, ...trouble, ...(list.asOf ? [age] : [])].join(
        "\n",
      ),
    ),
  );
}

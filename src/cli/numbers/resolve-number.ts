import { z } from "zod";
import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { ListedNumber } from "../../operations/numbers/listed-number.ts";
import { matchNumber } from "../../operations/numbers/match-number.ts";
import { unreadText } from "../../operations/numbers/unread-lists.ts";
import type { Context } from "../../operations/shared/context.ts";
import { titleOf } from "../../operations/shared/format-number.ts";
import { namedConnection } from "../../operations/shared/named-connection.ts";

/** How a person names a number: its name, digits or id, and the connection if several have it. */
export const numberReference = z.object({
  number: z.string().trim().max(300),
  connection: z.string().trim().max(300).optional(),
});
export type NumberReference = z.infer<typeof numberReference>;

const mostNamed = 10;

/**
 * The number that a text identifies, as in Slack. It never guesses: several or none are a Problem that names them.
 * Throws invalid_input and not_found.
 */
export async function resolveNumber(ctx: Context, reference: NumberReference): Promise<NumberKey> {
  return (await resolveListed(ctx, reference)).key;
}

/** The same, as lists show it. */
export async function resolveListed(
  ctx: Context,
  { number: text, connection: typed }: NumberReference,
): Promise<ListedNumber> {
  if (text === "") throw new Problem("invalid_input", "Say which number.", { field: "number" });
  if (typed === "") throw new Problem("invalid_input", "Say which connection.", { field: "connection" });
  const all = await ctx.workspace.connections.list();
  if (all.length === 0)
    throw new Problem("not_connected", "No connection was added yet, so there are no numbers.");
  const only = typed === undefined ? undefined : namedConnection(all, typed);
  if (typed !== undefined && !only)
    throw new Problem("not_found", `There is no connection “${typed}”.`, {
      field: "connection",
      nearest: all.map(({ name }) => name),
    });
  const isThere = ({ connection }: ListedNumber): boolean => !only || connection.id === only.id;
  const match = await matchNumber(ctx, text);
  const found = match.kind === "one" ? [match.number] : match.kind === "several" ? match.numbers : [];
  const [one, ...others] = found.filter(isThere);
  const isCertain = match.kind === "one" || only !== undefined;
  if (one && others.length === 0 && isCertain) return one;
  const unread = unreadText(match.unanswered);
  if (one) throw severalMatch(text, [one, ...others], unread);
  const missing = unread === undefined ? "" : ` ${unread} So nobody can say yet; try its id.`;
  const near = match.kind === "none" ? match.nearest.filter(isThere) : [];
  throw new Problem("not_found", `No number is called “${text}”.${missing}`, {
    field: "number",
    nearest: near.map(({ number }) => titleOf(number)),
  });
}

function severalMatch(text: string, numbers: readonly ListedNumber[], unread: string | undefined): Problem {
  const names = numbers
    .slice(0, mostNamed)
    .map(({ number, connection }) => `${titleOf(number)} at ${connection.name}, id ${number.id}`);
  const more = numbers.length > mostNamed ? ` and ${numbers.length - mostNamed} more` : "";
  const words =
    numbers.length === 1
      ? `“${text}” names ${names.join("; ")}. But not every connection answered. ${unread ?? ""}`
      : `“${text}” names ${numbers.length} numbers: ${names.join("; ")}${more}.`;
  return new Problem("invalid_input", `${words.trim()} Give its id, or --connection.`, { field: "number" });
}

import type { NumberKey } from "../../domain/numbers/phone-number.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { normalizeName, plainText } from "../../domain/text/normalize-name.ts";
import { forEachInBatches, smallBatchSize } from "../../domain/shared/event-loop.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { Scope } from "../../domain/numbers/scope.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import { auditConnection, type Context } from "../shared/context.ts";
import { matchNumber } from "../numbers/match-number.ts";
import type { ListedNumber } from "../numbers/listed-number.ts";
import { namedConnection } from "../shared/named-connection.ts";
import { presentNames, type TitledNow } from "../shared/present-names.ts";
import { unreadText } from "../numbers/unread-lists.ts";
import { parseNumberQuery } from "../shared/number-query.ts";
import { readTitle } from "../shared/title-text.ts";
import { titleOf } from "../shared/format-number.ts";

/** What a person wants to freeze or protect: everything, a connection, or a number. */
export type Target =
  | { readonly kind: "all" }
  | { readonly kind: "connection"; readonly connection: Connection }
  | { readonly kind: "number"; readonly listed: ListedNumber };

/** A text that explicitly refers to a connection. */
const asConnectionForm = /^(?:connection|all numbers of)\s+(.+)$/isu;

/**
 * Finds what a text refers to: `all`, a connection by name, or a number. It never guesses. Throws invalid_input if
 * several connections or numbers have that name, or one of each, and not_found if none has.
 */
export async function findTarget(ctx: Context, text: string): Promise<Target> {
  const typed = plainText(text);
  if (isAll(normalizeName(typed))) return { kind: "all" };
  const [, asConnection] = asConnectionForm.exec(typed) ?? [];
  const connection = namedConnection(await ctx.workspace.connections.list(), asConnection ?? typed);
  if (asConnection !== undefined) {
    if (connection) return { kind: "connection", connection };
    throw new Problem("not_found", `There is no connection called “${asConnection}”.`, {
      field: "connection",
    });
  }
  const match = await matchNumber(ctx, typed);
  if (match.kind === "one") {
    if (!connection) return { kind: "number", listed: match.number };
    const words = `A number and a connection are called “${typed}”. Say \`connection ${typed}\`, or the number's digits.`;
    throw new Problem("invalid_input", words);
  }
  if (connection && match.kind === "none") return { kind: "connection", connection };
  const near = (match.kind === "several" ? match.numbers : match.nearest)
    .slice(0, 3)
    .map(({ number }) => number.e164);
  if (match.kind === "several") {
    if (connection) {
      const words = `Numbers and a connection are called “${typed}”. Say \`connection ${typed}\`, or a number's digits.`;
      throw new Problem("invalid_input", words, { nearest: near });
    }
    throw new Problem(
      "invalid_input",
      `More than one number fits “${typed}”: ${near.join(", ")}. Say which, by all of its digits.`,
    );
  }
  const unread = unreadText(match.unanswered);
  if (unread !== undefined)
    throw new Problem("vendor_unavailable", `${unread} So “${typed}” was not found yet.`, { nearest: near });
  throw new Problem("not_found", `No number and no connection is called “${typed}”.`, { nearest: near });
}

/** The words for everything, as typed and as used in titles. */
const isAll = (key: string): boolean => key === "all" || key === "all numbers";

export function targetScope(target: Target): Scope {
  switch (target.kind) {
    case "all":
      return {};
    case "connection":
      return { connectionId: target.connection.id };
    case "number":
      return target.listed.key;
  }
}

export function targetTitle(target: Target): string {
  switch (target.kind) {
    case "all":
      return "all numbers";
    case "connection":
      return `all numbers of ${target.connection.name}`;
    case "number":
      return titleOf(target.listed.number);
  }
}

/** The target's fields of an audit entry. */
export function targetEvent(target: Target): Pick<AuditEvent, "connection" | "number"> {
  switch (target.kind) {
    case "all":
      return {};
    case "connection":
      return { connection: auditConnection(target.connection) };
    case "number": {
      const { key, number, connection } = target.listed;
      return {
        connection: auditConnection(connection),
        number: { ...key, e164: number.e164, name: number.name },
      };
    }
  }
}

/** The audit entry's fields for a stored scope, whose connection may no longer exist. */
export async function scopeEvent(
  ctx: Context,
  { connectionId, numberId }: Scope,
): Promise<Pick<AuditEvent, "connection" | "number">> {
  if (connectionId === undefined) return {};
  const connection = (await ctx.workspace.connections.list()).find(({ id }) => id === connectionId);
  return {
    connection: connection && auditConnection(connection),
    number: numberId === undefined ? undefined : await asLastSeen(ctx, { connectionId, numberId }),
  };
}

/** A number with its last known name, or else with the name and digits from the log. */
async function asLastSeen(ctx: Context, key: NumberKey): Promise<AuditEvent["number"]> {
  const now = (await presentNames(ctx, [key], "nothing"))(key);
  if (now) return { ...key, e164: now.e164, name: now.name };
  const { workspace } = ctx;
  const entries = await workspace.audit.entries({ number: key, limit: 20 });
  const { e164, name } = entries.find(({ number }) => number?.e164 !== undefined)?.number ?? {};
  return { ...key, e164, name };
}

/**
 * The stored scopes that a text refers to: `all`, a whole current or earlier title, the name in it, the last digits, or
 * a connection's id. After `connection`, only connections match. Throws invalid_input if several connections have a
 * name that looks the same, even if only one of them is in the list.
 */
export async function findByTitle<Kept extends TitledNow<Scope & { readonly title: string }>>(
  { workspace }: Context,
  kept: readonly Kept[],
  text: string,
): Promise<Kept[]> {
  const [, asConnection] = asConnectionForm.exec(plainText(text)) ?? [];
  const { text: typed, digits, whole, others } = parseNumberQuery(asConnection ?? plainText(text));
  const wanted = normalizeName(typed);
  const connection = namedConnection(await workspace.connections.list(), typed);
  const fits = ({ title, titleBefore = title, connectionId, numberId }: Kept): boolean => {
    if (connectionId === undefined) return isAll(wanted) && asConnection === undefined;
    if (numberId === undefined && connectionId === connection?.id) return true;
    if (numberId !== undefined && asConnection !== undefined) return false;
    const isNamed = (one: string): boolean =>
      [one, one.replace(/^all numbers of /u, "").replace(/ \(\+?[\d ]+\)$/u, "")].some(
        (name) => normalizeName(name) === wanted,
      );
    if (isNamed(title) || isNamed(titleBefore) || numberId === typed) return true;
    if (digits === "" || numberId === undefined) return false;
    const own = readTitle(title)?.digits ?? title.replace(/\D/gu, "");
    return [digits, ...others].some((each) => (whole ? own === each : own.endsWith(each)));
  };
  const found: Kept[] = [];
  await forEachInBatches(kept, (one) => void (fits(one) && found.push(one)), smallBatchSize);
  return found;
}

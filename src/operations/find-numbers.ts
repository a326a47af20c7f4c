import type { ConnectedNumber, PhoneNumber } from "../domain/phone-number.ts";
import { isProblem, type Problem } from "../domain/problem.ts";
import type { Connection } from "../domain/vault.ts";
import { agentLabels } from "./list-agents.ts";
import { deadline, openConnection, type Context, type OpenConnection } from "./context.ts";
import { nearest } from "./nearest.ts";
import { nameKey, readNumberText, type NumberText } from "./number-text.ts";
import { requireRole } from "./rights.ts";

/** How long somebody who reads a list waits for a slow vendor, in milliseconds, before they get the rest. */
const patientMs = 8000;
/** How old the list may be that somebody reads, in milliseconds. */
const minute = 60_000;

/** How long somebody waits, and how old a list may be that they get, in milliseconds. */
export interface Patience {
  readonly waitMs?: number;
  readonly maxAgeMs?: number;
}

/** A number in a list, with its connection and the name of its agent where one is known. */
export interface ListedNumber extends ConnectedNumber {
  readonly connection: Connection;
  readonly agentName: string | undefined;
  /** When it was read, where its vendor does not answer now and this is what was last known. */
  readonly asOf?: Date | undefined;
}

/** All numbers that a text lets through, and which connections did not answer. */
export interface NumberList {
  readonly numbers: readonly ListedNumber[];
  readonly connections: readonly Connection[];
  readonly unanswered: readonly {
    readonly connection: Connection;
    readonly problem: Problem;
    /** When its numbers in this list were read, if it is known from earlier; undefined when they are missing. */
    readonly asOf: Date | undefined;
  }[];
}

/** What a text that names a number led to. */
export type NumberMatch =
  | { readonly kind: "one"; readonly number: ListedNumber }
  | { readonly kind: "several"; readonly numbers: readonly ListedNumber[] }
  | { readonly kind: "none"; readonly nearest: readonly ListedNumber[] };

/**
 * The numbers of all connections, from the short memory where it is fresh, filtered by name, digits, agent,
 * connection or vendor id. A connection that fails, or takes longer than `waitMs`, is named in
 * `unanswered` and costs only its own numbers; what was last known of them is shown with its age.
 */
export async function findNumbers(
  ctx: Context,
  text = "",
  { waitMs = patientMs, maxAgeMs = minute }: Patience = {},
): Promise<NumberList> {
  await requireRole(ctx, "viewer", "see numbers");
  const connections = await ctx.workspace.vault.list();
  const answers = await Promise.all(
    connections.map(async (connection) => listOf(ctx, connection, { waitMs, maxAgeMs })),
  );
  const query = readNumberText(text);
  const numbers = answers
    .flatMap((answer) => answer.numbers)
    .filter((number) => passes(number, query))
    .toSorted(
      (a, b) =>
        rank(a, query) - rank(b, query) ||
        label(a).localeCompare(label(b)) ||
        a.number.e164.localeCompare(b.number.e164),
    );
  const unanswered = answers.flatMap((answer) => answer.unanswered ?? []);
  return { numbers, connections, unanswered };
}

/**
 * Finds the number that a text names: E.164, vendor id or name exactly, or the last four or more digits. It never
 * guesses: what is merely near is only offered.
 */
export async function matchNumber(
  ctx: Context,
  text: string,
): Promise<NumberMatch & Pick<NumberList, "unanswered">> {
  const { numbers, unanswered } = await findNumbers(ctx);
  const query = readNumberText(text);
  const matches = numbers.filter((number) => isNamedBy(number, query));
  const [only] = matches;
  // A connection that did not answer may hold another number of that name, or that ends like this one.
  const certain = unanswered.length === 0 || query.whole || only?.number.id === query.text;
  if (only && matches.length === 1 && certain) return { kind: "one", number: only, unanswered };
  if (only) return { kind: "several", numbers: matches, unanswered };
  const byId = await numberById(ctx, query.text, unanswered);
  if (byId) return { kind: "one", number: byId, unanswered };
  const near = query.digits
    ? nearest(query.digits, numbers, ({ number }) => number.e164.slice(-query.digits.length), 5)
    : nearest(query.text, numbers, label, 5);
  return { kind: "none", nearest: near, unanswered };
}

/** The number with that vendor id, at a vendor whose API does not list numbers; undefined when there is none. */
async function numberById(
  ctx: Context,
  id: string,
  unanswered: NumberList["unanswered"],
): Promise<ListedNumber | undefined> {
  for (const { connection, problem } of unanswered) {
    if (problem.code !== "unsupported") continue;
    try {
      const { account } = await openConnection(ctx, connection.id);
      return listed(connection, [await account.getNumber(id, deadline("form"))], {})[0];
    } catch (error) {
      if (!isProblem(error)) throw error;
    }
  }
  return undefined;
}

interface Answer {
  readonly connection: Connection;
  readonly numbers: readonly ListedNumber[];
  readonly unanswered?: NumberList["unanswered"][number];
}

async function listOf(
  ctx: Context,
  connection: Connection,
  { waitMs, maxAgeMs }: Required<Patience>,
): Promise<Answer> {
  let open: OpenConnection | undefined;
  try {
    open = await openConnection(ctx, connection.id);
    const [numbers, labels] = await Promise.all([
      open.account.listNumbers(AbortSignal.timeout(waitMs), maxAgeMs),
      agentLabels(open),
    ]);
    return { connection, numbers: listed(connection, numbers, labels) };
  } catch (problem) {
    if (!isProblem(problem)) throw problem;
    const last = open?.account.lastKnown?.();
    const labels = Object.fromEntries((last?.agents ?? []).map(({ id, name }) => [id, name]));
    const numbers = listed(connection, last?.numbers ?? [], labels, last?.at);
    return { connection, numbers, unanswered: { connection, problem, asOf: last?.at } };
  }
}

function listed(
  connection: Connection,
  numbers: readonly PhoneNumber[],
  labels: Readonly<Record<string, string>>,
  asOf?: Date,
): ListedNumber[] {
  return numbers.map((number) => ({
    key: { connectionId: connection.id, numberId: number.id },
    number,
    connection,
    agentName: number.agent ? (number.agent.name ?? labels[number.agent.id]) : undefined,
    asOf,
  }));
}

function label({ number }: ListedNumber): string {
  return number.name ?? number.e164;
}

/** What a number itself is called comes before what its agent or connection is called. */
function rank({ number }: ListedNumber, { text, digits }: NumberText): number {
  const own = digits ? number.e164.includes(digits) : nameKey(number.name ?? "").includes(nameKey(text));
  return own ? 0 : 1;
}

function passes({ number, connection, agentName }: ListedNumber, { text, digits }: NumberText): boolean {
  if (digits) return number.e164.includes(digits) || (number.name ?? "").includes(text);
  const searched = [
    number.name,
    number.e164,
    number.id,
    number.agent?.id,
    agentName,
    connection.name,
    connection.vendor,
  ];
  return searched.some((value) => value && nameKey(value).includes(nameKey(text)));
}

function isNamedBy({ number }: ListedNumber, { text, digits, whole }: NumberText): boolean {
  if (number.id === text || (number.name && nameKey(number.name) === nameKey(text))) return true;
  if (!digits) return false;
  return whole ? number.e164 === `+${digits}` : number.e164.endsWith(digits);
}

import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem, type Problem } from "../../domain/problem/problem.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import type { LastKnown, VendorAccount } from "../../domain/vendor/vendor-account.ts";
import { openConnection, type Context } from "../shared/context.ts";
import { agentLabels } from "./list-agents.ts";
import type { NumberIndex } from "../shared/number-indexes.ts";

/** How long a person waits, and how old a cached list may be to be returned at once, in milliseconds. */
export interface WaitOptions {
  readonly waitMs: number;
  readonly maxAgeMs: number;
  /** Which connections to include, by id; all by default. */
  readonly among?: ((connectionId: string) => boolean) | undefined;
}

/** The indexed numbers of one connection, or why there is no current list. */
export interface ConnectedList {
  readonly connection: Connection;
  readonly index: NumberIndex;
  /** Names for agent ids. */
  readonly labels: Readonly<Record<string, string>>;
  /** When the numbers were read; undefined without any. */
  readonly at: Date | undefined;
  /** The age of the list in milliseconds; Infinity if unknown. */
  readonly ageMs: number;
  /** How many of its numbers could not be read. */
  readonly unreadable: number;
  /** Why the list could not be read now. */
  readonly problem: Problem | undefined;
}

/**
 * The lists of all connections. Waits for each only as long as the options allow; cached lists are returned at once.
 */
export async function connectedLists(
  ctx: Context,
  waitOptions: WaitOptions,
): Promise<readonly ConnectedList[]> {
  const { among = () => true } = waitOptions;
  const connections = (await ctx.workspace.connections.list()).filter(({ id }) => among(id));
  return Promise.all(connections.map(async (connection) => connectedList(ctx, connection, waitOptions)));
}

async function connectedList(
  ctx: Context,
  connection: Connection,
  { waitMs, maxAgeMs }: WaitOptions,
): Promise<ConnectedList> {
  let account: VendorAccount | undefined;
  const indexed = async (numbers: readonly PhoneNumber[]): Promise<NumberIndex> => {
    // Each request has its own account object. This function is what all requests for one connection share.
    const source = account?.lastKnown;
    return source ? ctx.numberIndexes.ofNewest(source, numbers) : ctx.numberIndexes.of(numbers, undefined);
  };
  try {
    ({ account } = await openConnection(ctx, connection.id));
    const [numbers, labels] = await Promise.all([
      account.listNumbers(AbortSignal.timeout(waitMs), maxAgeMs),
      agentLabels({ account }, Number.POSITIVE_INFINITY),
    ]);
    const last = await account.lastKnown?.();
    const read = readWhen(ctx, last ?? { at: ctx.now(), ageMs: 0 });
    const unreadable = last?.unreadable?.numbers ?? 0;
    return { connection, index: await indexed(numbers), labels, ...read, unreadable, problem: undefined };
  } catch (problem) {
    if (!isProblem(problem)) throw problem;
    const last = await account?.lastKnown?.();
    const index = await indexed(last?.numbers ?? []);
    const unreadable = last?.unreadable?.numbers ?? 0;
    return { connection, index, labels: labelsOf(last), ...readWhen(ctx, last), unreadable, problem };
  }
}

/** When a list was read, by the current clock. If its age is unknown, by the clock at that time. */
export function readWhen(ctx: Context, last: Pick<LastKnown, "at" | "ageMs"> | undefined) {
  const { at, ageMs = Number.POSITIVE_INFINITY } = last ?? {};
  return { at: Number.isFinite(ageMs) ? new Date(ctx.now().getTime() - ageMs) : at, ageMs };
}

const labelsOf = (last: LastKnown | undefined): Record<string, string> =>
  Object.fromEntries((last?.agents ?? []).map(({ id, name }) => [id, name]));

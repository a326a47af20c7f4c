import {
  affectedFields,
  compare,
  keepingVersion,
  pick,
  snapshot,
  wantedState,
  type Change,
  type Snapshot,
} from "../../domain/numbers/change.ts";
import { keyText, type NumberKey, type PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { isPlanned, type RunStep, type Verdict } from "../../domain/runs/run-step.ts";
import { agentNamesIn, checkFieldAgents, findAssignableAgent } from "../numbers/list-agents.ts";
import { previewPolicy } from "../access/policy.ts";
import { newestSequence } from "../change/newer-change.ts";
import { repeatedInTurn } from "../shared/bulk.ts";
import { openConnection, type Context, type OpenConnection } from "../shared/context.ts";
import { obstacleFinder, type FindObstacle } from "./run-obstacles.ts";

/** How long a number may wait to be read before it counts as unreadable, in milliseconds. */
const longestMs = 2 * 60_000;

/** A change that a run is to make of a number, in one of its tiers. */
export interface WantedChange extends NumberKey {
  readonly change: Change;
  readonly tier: number;
}

/** What the verdicts depend on besides the number itself. */
export interface Surroundings {
  readonly findObstacle: FindObstacle;
  /** The numbers with a change whose outcome is not known yet. */
  readonly unsettled: ReadonlySet<string>;
  /** What has to approve the change of a number. */
  approvalFor(key: NumberKey): RunStep["approval"];
}

/** How a number is read. Throws Problems. */
export type ReadNumber = (ctx: Context, open: OpenConnection, numberId: string) => Promise<PhoneNumber>;

/** Reads what the verdicts depend on. `approvalFor` says what approves a change, by how many approvals its number wants. */
export async function readSurroundings(
  ctx: Context,
  approvalFor: (key: NumberKey, wanted: number) => RunStep["approval"],
): Promise<Surroundings> {
  const unsettled = (await ctx.workspace.audit.unsettled()).flatMap(({ requested }) =>
    requested.number ? [keyText(requested.number)] : [],
  );
  const policy = await previewPolicy(ctx);
  return {
    findObstacle: await obstacleFinder(ctx, { isApprovable: () => true }),
    unsettled: new Set(unsettled),
    approvalFor: (key) => approvalFor(key, policy?.(key).approvals ?? 0),
  };
}

/** Reads one number live, in the turn of bulk work. */
export const readInTurn: ReadNumber = async (ctx, { connection, account }, numberId) => {
  const until = ctx.monotonicMs() + longestMs;
  const leftMs = (): number => until - ctx.monotonicMs();
  return repeatedInTurn(ctx, connection.id, leftMs, async () => account.getNumber(numberId));
};

/**
 * What a run would do with a number now, as a step. A number that cannot be read or changed gets a verdict that says
 * why. Changes nothing.
 */
export async function planChange(
  ctx: Context,
  wanted: WantedChange,
  around: Surroundings,
  readNumber: ReadNumber = readInTurn,
): Promise<RunStep> {
  const { connectionId, numberId, tier } = wanted;
  const connections = await ctx.workspace.connections.list();
  const connection = connections.find(({ id }) => id === connectionId);
  const { verdict, live, now, labels, fitting } = await verdictOf(ctx, wanted, around, readNumber);
  const key = { connectionId, numberId };
  const approval = isPlanned({ verdict }) ? around.approvalFor(key) : undefined;
  return {
    key,
    e164: live?.e164,
    name: live?.name,
    connection: connection?.name ?? connectionId,
    vendor: connection?.vendor ?? "cartesia",
    tier,
    changeId: ctx.newId("chg"),
    change: verdict.kind === "will_switch" ? fitting : undefined,
    first: wantedState(fitting),
    last: now,
    now,
    labels,
    verdict,
    ...(approval === undefined ? {} : { approval }),
    ...(isPlanned({ verdict }) ? { newest: await newestSequence(ctx, key) } : {}),
  };
}

interface Looked {
  /** The change, as it fits the number. */
  readonly fitting: Change;
  readonly verdict: Verdict;
  readonly live?: PhoneNumber;
  readonly now: Snapshot;
  readonly labels: Readonly<Record<string, string>>;
}

async function verdictOf(
  ctx: Context,
  { connectionId, numberId, change }: WantedChange,
  { findObstacle, unsettled }: Surroundings,
  readNumber: ReadNumber,
): Promise<Looked> {
  let open: OpenConnection;
  let live: PhoneNumber;
  try {
    open = await openConnection(ctx, connectionId);
    live = await readNumber(ctx, open, numberId);
  } catch (error) {
    if (!isProblem(error)) throw error;
    const kind = error.code === "not_found" || error.code === "not_connected" ? "cannot" : "unread";
    return { verdict: { kind, why: error.message }, now: {}, labels: {}, fitting: change };
  }
  const fitting = keepingVersion(change, live);
  const wanted = wantedState(fitting);
  const now = pick(snapshot(live), affectedFields(fitting));
  const labels = await agentNamesIn(open, wanted, now);
  const looked = (verdict: Verdict): Looked => ({ verdict, live, now, labels, fitting });
  if (compare(wanted, now) === "same") return looked({ kind: "already_so" });
  if (unsettled.has(keyText({ connectionId, numberId }))) return looked({ kind: "unknown" });
  try {
    if (change.kind === "reassign") await findAssignableAgent(open, change.agentId, ctx.lookedUp);
    if (change.kind === "edit") await checkFieldAgents(open, change.fields);
    open.account.buildPatch(live, fitting);
  } catch (error) {
    if (!isProblem(error)) throw error;
    return looked({ kind: "cannot", why: error.message });
  }
  return looked(findObstacle({ connectionId, numberId }) ?? { kind: "will_switch" });
}

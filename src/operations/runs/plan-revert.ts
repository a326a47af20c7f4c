import { formatActor } from "../../domain/shared/actor.ts";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import { mayHaveTakenEffect } from "../../domain/changes/change-record.ts";
import { compare, changedFields, pick, snapshot, type Snapshot } from "../../domain/numbers/change.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { changeToReach, netEffects, type NetEffect } from "../../domain/changes/net-effect.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { isPlanned, type RunStep, type Verdict } from "../../domain/runs/run-step.ts";
import { atOncePerConnection, repeatedInTurn } from "../shared/bulk.ts";
import { openConnection, type Context, type OpenConnection } from "../shared/context.ts";
import { derivedContext } from "../shared/context-factory.ts";
import { agentNamesIn, findAssignableAgent } from "../numbers/list-agents.ts";
import { newestSequence } from "../change/newer-change.ts";
import { forEachConcurrent } from "../shared/for-each-concurrent.ts";
import { obstacleFinder, type FindObstacle, type ObstacleOptions } from "./run-obstacles.ts";

/** How long a number may wait to be read before it counts as unreadable, in milliseconds. */
const longestMs = 10 * 60_000;

/**
 * The combined effects of changes on each number, newest first, and what a revert would do now. Each number is read
 * live. A number that cannot be read or reverted gets a verdict that says why. Changes nothing.
 */
export async function planRevertSteps(
  asking: Context,
  oldestFirst: readonly ChangeRecord[],
  options: ObstacleOptions = {},
): Promise<RunStep[]> {
  const ctx = derivedContext(asking, { lookedUp: new Map() });
  const effects = netEffects(oldestFirst);
  const findObstacle = await obstacleFinder(ctx, options);
  const steps: RunStep[] = [];
  const keyOf = ({ connection }: NetEffect): string => connection.id;
  await forEachConcurrent(effects, { keyOf, atOnce: atOncePerConnection }, async (effect, index) => {
    steps[index] = await stepOf(ctx, effect, findObstacle);
  });
  return steps;
}

async function stepOf(ctx: Context, effect: NetEffect, findObstacle: FindObstacle): Promise<RunStep> {
  const { number, connection, first, last, labels, newest } = effect;
  const { now, verdict, live, names } = await planVerdict(ctx, effect, findObstacle);
  const { connectionId, numberId, e164 } = number;
  // The current name, because a change to revert may have renamed the number.
  const name = live ? live.name : number.name;
  return {
    key: { connectionId, numberId },
    e164,
    name,
    connection: connection.name,
    vendor: connection.vendor,
    tier: 0,
    undoes: newest.requested.changeId ?? "",
    changeId: ctx.newId("chg"),
    change: verdict.kind === "will_revert" ? changeToReach(first, labels) : undefined,
    first,
    last,
    now,
    labels: { ...names, ...labels },
    verdict,
    ...(isPlanned({ verdict }) ? { newest: await newestSequence(ctx, number) } : {}),
  };
}

interface PlannedStep {
  /** The number and the names of its agents as the vendor shows them, if it could be read. */
  readonly live?: PhoneNumber;
  readonly names?: Readonly<Record<string, string>>;
  readonly now: Snapshot;
  readonly verdict: Verdict;
}

async function planVerdict(
  ctx: Context,
  effect: NetEffect,
  findObstacle: FindObstacle,
): Promise<PlannedStep> {
  const { number, first, last, labels, unsettled } = effect;
  let open: OpenConnection;
  let live: PhoneNumber;
  try {
    open = await openConnection(ctx, number.connectionId);
    const until = ctx.monotonicMs() + longestMs;
    const leftMs = (): number => until - ctx.monotonicMs();
    const { account } = open;
    live = await repeatedInTurn(ctx, number.connectionId, leftMs, async () =>
      account.getNumber(number.numberId),
    );
  } catch (error) {
    // What is gone never comes back, so nobody has to try again.
    const kind = isProblem(error, "not_found") ? "cannot" : "unread";
    return { now: {}, verdict: { kind, why: wordsOf(error) } };
  }
  const keys = Object.keys(last);
  const now = pick(snapshot(live), keys);
  const names = await agentNamesIn(open, now);
  const planned = (verdict: Verdict): PlannedStep => ({ now, verdict, live, names });
  // Even if the outcome is unknown: there is nothing to restore.
  if (compare(first, now) === "same" && keys.every((key) => Object.hasOwn(first, key)))
    return planned({ kind: "already_so" });
  if (unsettled) return planned({ kind: "unknown" });
  if (keys.some((key) => !Object.hasOwn(now, key)))
    return planned({ kind: "unread", why: `${open.vendor.title} does not say what it is now.` });
  const later = await findConflictingChange(ctx, effect);
  if (later) return planned({ kind: "moved", ...later });
  if (changedFields(last, now, keys).some((key) => ownValue(now, key) !== ownValue(first, key)))
    return planned({ kind: "moved" });
  const change = keys.every((key) => Object.hasOwn(first, key)) ? changeToReach(first, labels) : undefined;
  if (!change) return planned({ kind: "cannot", why: "What it was before is not on record." });
  try {
    if (change.kind === "reassign") await findAssignableAgent(open, change.agentId, ctx.lookedUp);
    open.account.buildPatch(live, change);
  } catch (error) {
    return planned({ kind: "cannot", why: wordsOf(error) });
  }
  return planned(findObstacle(number) ?? { kind: "will_revert" });
}

/**
 * The newest later change through Patchbay of the same fields that still holds. It is a newer decision, even if its
 * result is the same as before the incident.
 */
async function findConflictingChange(
  ctx: Context,
  { number, newest, last }: NetEffect,
): Promise<{ readonly by: string; readonly changeId: string | undefined } | undefined> {
  const { connectionId, numberId } = number;
  const changes = await ctx.workspace.audit.changes({ number: { connectionId, numberId }, limit: 200 });
  const since = changes.filter(
    (record) => mayHaveTakenEffect(record) && record.requested.sequence > newest.requested.sequence,
  );
  const undone = new Set(since.flatMap(({ requested }) => requested.details?.["undoes"] ?? []));
  const later = since.find(
    ({ requested: { wanted = {}, details, changeId = "" } }) =>
      !details?.["undoes"] &&
      !undone.has(changeId) &&
      Object.keys(last).some((key) => Object.hasOwn(wanted, key)),
  );
  if (!later) return undefined;
  return { by: formatActor(later.requested.actor), changeId: later.requested.changeId };
}

/** The reason for a failure, as a sentence. Errors that are not Problems are bugs and are thrown on. */
function wordsOf(error: unknown): string {
  if (isProblem(error)) return error.message;
  throw error;
}

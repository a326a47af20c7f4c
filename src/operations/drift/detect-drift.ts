import type { Drift, SeenDrift } from "../../domain/changes/drift.ts";
import { isSameDrift, isUpdateAlone } from "../../domain/changes/drift.ts";
import { mayHaveTakenEffect } from "../../domain/changes/change-record.ts";
import type { NumberKey, PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { agentIdsIn } from "../../domain/numbers/answering-agents.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { forEachInBatches } from "../../domain/shared/event-loop.ts";
import { openConnection, type Context, type OpenConnection } from "../shared/context.ts";
import { numberLock } from "../shared/locks.ts";
import { presentNames } from "../shared/present-names.ts";
import { classifyDrift, lastAnswerOf, type LastAnswer, type ObservedNumber } from "./classify-drift.ts";
import { changedElsewhere } from "./changed-elsewhere.ts";
import { agentExists, readAgents, readNumbers } from "./read-connection.ts";
import { areTimesTelling, latestUpdates } from "./update-times.ts";

/** The time limit of one connection's check, in milliseconds. The next check continues. */
const budgetMs = 120_000;

/** Checks all connections, see `detectDriftIn`. Throws not_recorded. */
export async function detectDrift(ctx: Context): Promise<void> {
  await ctx.workspace.drifts.forgetDisconnected();
  const connections = await ctx.workspace.connections.list();
  await Promise.all(connections.map(async ({ id }) => detectDriftIn(ctx, id)));
}

/**
 * Checks the numbers of a connection that were changed through Patchbay, or all if the settings say so, and records new
 * drift: the agent was changed elsewhere, something else answers as well, no agent answers, the agent no longer exists,
 * or only the vendor's time says that someone changed it. A vendor that fails is not drift. It stops when `budget`
 * aborts, and changes no number. Throws not_recorded.
 */
export async function detectDriftIn(
  ctx: Context,
  connectionId: string,
  budget: AbortSignal = AbortSignal.timeout(budgetMs),
): Promise<void> {
  const { drift: which = "changed" } = await ctx.workspace.settings.read();
  const last = await lastAnswers(ctx, connectionId);
  if (last.size === 0 && which === "changed") return;
  const known = new Map<string, Drift>();
  for (const { drift } of await ctx.workspace.drifts.list({ connectionId }))
    known.set(drift.key.numberId, drift);
  await checkConnection(ctx, connectionId, { which, last, known, budget });
}

interface Scope {
  readonly which: "changed" | "all";
  /** The last change of each number's agent, by the number's id. */
  readonly last: ReadonlyMap<string, LastAnswer>;
  /** The drift found earlier, by the number's id. */
  readonly known: ReadonlyMap<string, Drift>;
  /** Aborts when the time limit has passed. */
  readonly budget: AbortSignal;
}

async function lastAnswers(ctx: Context, id: string): Promise<Map<string, LastAnswer>> {
  const found = new Map<string, LastAnswer>();
  for await (const record of ctx.workspace.audit.lastAnswers(id)) {
    const { numberId } = record.requested.number ?? {};
    if (numberId !== undefined) found.set(numberId, lastAnswerOf(record));
  }
  return found;
}

async function checkConnection(ctx: Context, id: string, scope: Scope): Promise<void> {
  let open: OpenConnection;
  let numbers: readonly PhoneNumber[];
  try {
    open = await openConnection(ctx, id);
    numbers = await readNumbers(open, scope.last.keys(), scope.budget);
  } catch (error) {
    // An outage is not drift; the next check tries again.
    if (isProblem(error)) return;
    throw error;
  }
  const agents = await readAgents(open, scope.budget);
  const there = new Set<string>();
  const [looks, updates]: [ObservedNumber[], ObservedNumber[]] = [[], []];
  // A clock that is wrong says nothing about what was later.
  const isTimeTelling = !ctx.isClockSkewed() && areTimesTelling(numbers, ctx.now());
  await forEachInBatches(numbers, (number) => {
    there.add(number.id);
    const [last, before] = [scope.last.get(number.id), scope.known.get(number.id)];
    if (scope.which === "changed" && !last) return;
    const look = { number, agents, before, last, isTimeTelling };
    const found = classifyDrift(open, look);
    const same = found && before ? isSameDrift(found, before) : !found && !before;
    if (!same) (found && isUpdateAlone(found) ? updates : looks).push(look);
  });
  for (const { key } of scope.known.values()) {
    if (!there.has(key.numberId)) await ctx.workspace.drifts.forget(key);
  }
  for (const observed of [...looks, ...latestUpdates(updates)]) {
    if (scope.budget.aborted) return;
    await checkNumber(ctx, open, observed, scope);
  }
}

/** Reads a number live whose drift seems to have changed, and records the result. */
async function checkNumber(
  ctx: Context,
  open: OpenConnection,
  observed: ObservedNumber,
  { which, budget }: Scope,
): Promise<void> {
  const key: NumberKey = { connectionId: open.connection.id, numberId: observed.number.id };
  // The list may be a minute old and precede one of our changes, so the number is read live under its lock.
  await ctx.locks.withLock(numberLock(ctx, key), async () => {
    let sure: Drift | undefined;
    try {
      const number = await open.account.getNumber(key.numberId, budget);
      const changes = await ctx.workspace.audit.changes({ number: key, limit: 100 });
      const last = changes.find(
        (record) => mayHaveTakenEffect(record) && "agent" in (record.requested.wanted ?? {}),
      );
      const live = { ...observed, number, last: last && lastAnswerOf(last) };
      if (last || which === "all") sure = classifyDrift(open, live);
      // A list may omit an agent that exists. It may answer all the same, in place of the one that we left.
      if (sure?.kind === "agent_gone" && (await allExist(open, sure.now, budget)))
        sure = classifyDrift(open, { ...live, agents: undefined, before: undefined });
      if (sure && sure.kind !== "agent_gone") {
        const { isRefuted, ...said } = await changedElsewhere(open, number, { ours: changes, budget });
        const isOurs = said.changedAt === undefined || isRefuted;
        sure = isUpdateAlone(sure) && isOurs ? undefined : { ...sure, ...said };
      }
    } catch (error) {
      if (isProblem(error)) return;
      throw error;
    }
    if (!sure) {
      if (observed.before) await ctx.workspace.drifts.forget(key);
    } else if (!observed.before || !isSameDrift(sure, observed.before)) await see(ctx, open, sure);
  });
}

/** Whether all agents of a number exist after all. */
async function allExist(open: OpenConnection, agents: string | null, budget: AbortSignal): Promise<boolean> {
  for (const id of agentIdsIn([agents])) if (!(await agentExists(open, id, budget))) return false;
  return true;
}

async function see(ctx: Context, { connection }: OpenConnection, found: Drift): Promise<void> {
  const { key, e164, name, now, left, kind, changeId, changedAt, changedBy, why, labels } = found;
  await ctx.workspace.drifts.see(found, {
    kind: "drift.seen",
    actor: ctx.actor,
    requestId: ctx.requestId,
    connection: { id: connection.id, vendor: connection.vendor, name: connection.name },
    number: { ...key, e164, name },
    after: { agent: now },
    ...(left === undefined ? {} : { wanted: { agent: left } }),
    labels,
    reason: why,
    details: {
      drift: kind,
      ...(changeId === undefined ? {} : { last: changeId }),
      ...(changedBy === undefined ? {} : { changedBy }),
      ...(changedAt === undefined ? {} : { changedAt }),
    },
  });
}

/** The drift found so far, oldest first, with the current names of the numbers. */
export async function seenDrifts(ctx: Context, most: number): Promise<readonly SeenDrift[]> {
  const found = await ctx.workspace.drifts.list({ most });
  const called = await presentNames(
    ctx,
    found.map(({ drift }) => drift.key),
    "lists",
  );
  return found.map(({ drift, seenAt }) => {
    const { name = drift.name, e164 = drift.e164 } = called(drift.key) ?? {};
    return { seenAt, drift: { ...drift, name, e164 } };
  });
}

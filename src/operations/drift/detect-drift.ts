import type { ChangeRecord } from "../../domain/audit-log.ts";
import type { Drift } from "../../domain/drift.ts";
import { isSameDrift } from "../../domain/drift.ts";
import { mayHaveTakenEffect } from "../../domain/change-record.ts";
import { ownValue } from "../../domain/own-value.ts";
import type { Agent, NumberKey, PhoneNumber } from "../../domain/phone-number.ts";
import { isProblem } from "../../domain/problem.ts";
import { forEachInBatches } from "../../domain/event-loop.ts";
import { openConnection, type Context, type OpenConnection } from "../shared/context.ts";
import { timeLimit } from "../shared/time-limit.ts";

/** How long a list may take that nobody waits for, in milliseconds. */
const patientMs = 60_000;

/** Of numbers that have to be read one by one, at most so many in one look. */
const mostSingleReads = 50;

/** How long one look at one connection may take in all, in milliseconds; what was not looked at is left to the next. */
const budgetMs = 120_000;

/**
 * Looks at the numbers of all connections, each as `detectDriftIn` does. Throws not_recorded.
 */
export async function detectDrift(ctx: Context): Promise<void> {
  await ctx.workspace.drifts.forgetDisconnected();
  const connections = await ctx.workspace.connections.list();
  await Promise.all(connections.map(async ({ id }) => detectDriftIn(ctx, id)));
}

/**
 * Looks at the numbers of a connection that were changed through Patchbay, or at all where the workspace wants that, and keeps
 * what nobody has told it of: who answers was changed elsewhere, nobody answers, or the agent is gone. Only what is new is written
 * down. A vendor that does not answer is no drift, and is left alone once `budget` is spent. Changes no number. Throws
 * not_recorded.
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
  await lookAtConnection(ctx, connectionId, { which, last, known, budget });
}

interface Scope {
  readonly which: "changed" | "all";
  /** The last change of who answers each number, by the number's id. */
  readonly last: ReadonlyMap<string, LastAnswer>;
  /** What was found of each number before. */
  readonly known: ReadonlyMap<string, Drift>;
  /** Ends when the vendor has had its time. */
  readonly budget: AbortSignal;
}

/** What the last change of who answers a number says of it. */
interface LastAnswer {
  readonly changeId: string | undefined;
  readonly left: string | null | undefined;
  /** Whether it is known to have taken effect. */
  readonly applied: boolean;
  readonly labels: Readonly<Record<string, string>> | undefined;
}

function lastAnswerOf({ requested, outcome }: ChangeRecord): LastAnswer {
  const { changeId, wanted, labels } = requested;
  return { changeId, left: wanted?.["agent"], applied: outcome?.outcome === "applied", labels };
}

async function lastAnswers(ctx: Context, id: string): Promise<Map<string, LastAnswer>> {
  const found = new Map<string, LastAnswer>();
  for await (const record of ctx.workspace.audit.lastAnswers(id)) {
    const { numberId } = record.requested.number ?? {};
    if (numberId !== undefined) found.set(numberId, lastAnswerOf(record));
  }
  return found;
}

async function lookAtConnection(ctx: Context, id: string, scope: Scope): Promise<void> {
  let open: OpenConnection;
  let numbers: readonly PhoneNumber[];
  try {
    open = await openConnection(ctx, id);
    numbers = await readNumbers(open, scope);
  } catch (error) {
    // An outage is none of the number's doing: the next look tells.
    if (isProblem(error)) return;
    throw error;
  }
  const agents = await readAgents(open, scope.budget);
  const there = new Set<string>();
  const looks: Look[] = [];
  await forEachInBatches(numbers, (number) => {
    there.add(number.id);
    const [last, before] = [scope.last.get(number.id), scope.known.get(number.id)];
    if (scope.which === "changed" && !last) return;
    const look = { number, agents, before, last };
    const found = classifyDrift(open, look);
    const same = found && before ? isSameDrift(found, before) : !found && !before;
    if (!same) looks.push(look);
  });
  for (const { key } of scope.known.values()) {
    if (!there.has(key.numberId)) await ctx.workspace.drifts.forget(key);
  }
  for (const look of looks) {
    if (scope.budget.aborted) return;
    await lookAtNumber(ctx, open, look, scope);
  }
}

interface Look {
  readonly number: PhoneNumber;
  /** The connection's agents by their ids; undefined where they are not to be had. */
  readonly agents: ReadonlyMap<string, Agent> | undefined;
  readonly before: Drift | undefined;
  readonly last: LastAnswer | undefined;
}

/** Looks at a number of which something new was found, or nothing any more. */
async function lookAtNumber(
  ctx: Context,
  open: OpenConnection,
  look: Look,
  { which, budget }: Scope,
): Promise<void> {
  const key: NumberKey = { connectionId: open.connection.id, numberId: look.number.id };
  // The list may be a minute old, and from before a change of ours: what is said is read live, in turn with changes.
  await ctx.withLock(`${ctx.workspace.id}/${key.connectionId}/${key.numberId}`, async () => {
    let sure: Drift | undefined;
    try {
      const number = await open.account.getNumber(key.numberId, budget);
      const changes = await ctx.workspace.audit.changes({ number: key, limit: 100 });
      const last = changes.find(
        (record) => mayHaveTakenEffect(record) && "agent" in (record.requested.wanted ?? {}),
      );
      if (last || which === "all")
        sure = classifyDrift(open, { ...look, number, last: last && lastAnswerOf(last) });
      if (sure?.kind === "agent_gone" && (await answers(open, sure.now ?? "", budget))) return;
    } catch (error) {
      if (isProblem(error)) return;
      throw error;
    }
    if (!sure) await ctx.workspace.drifts.forget(key);
    else if (!look.before || !isSameDrift(sure, look.before)) await see(ctx, open, sure);
  });
}

function classifyDrift(
  { connection, vendor }: OpenConnection,
  { number, agents, before, last }: Look,
): Drift | undefined {
  const key: NumberKey = { connectionId: connection.id, numberId: number.id };
  // What nobody knows the end of is the settler's to tell.
  if (last && !last.applied) return undefined;
  if (number.agent === undefined) return undefined;
  const now = number.agent?.id ?? null;
  const left = last?.left;
  const nameOf = (id: string): string | undefined =>
    agents?.get(id)?.name ?? ownValue(last?.labels ?? {}, id);
  const labels = [now, left].flatMap((id): [string, string][] => {
    const name = id ? nameOf(id) : undefined;
    return id && name !== undefined ? [[id, name]] : [];
  });
  const found = (kind: Drift["kind"], why?: string): Drift => ({
    kind,
    key,
    e164: number.e164,
    name: number.name,
    connection: connection.name,
    vendor: vendor.id,
    now,
    left,
    changeId: last?.changeId,
    why,
    labels: Object.fromEntries(labels),
  });
  if (now === null) return left === null ? undefined : found("nobody");
  const agent = agents?.get(now);
  // Without a list of agents nothing speaks against what was found when there was one.
  if (!agents && before?.kind === "agent_gone" && before.now === now) return before;
  if (agents && !agent) return found("agent_gone", `${vendor.title} has no such agent any more`);
  if (agent?.unbindable) return found("agent_gone", agent.unbindable);
  return left !== undefined && left !== now ? found("changed_elsewhere") : undefined;
}

/** Whether an agent is there after all: a list may leave out what a single read finds. */
async function answers({ account }: OpenConnection, agentId: string, budget: AbortSignal): Promise<boolean> {
  try {
    return (await account.getAgent(agentId, budget)).unbindable === undefined;
  } catch (error) {
    if (isProblem(error, "not_found")) return false;
    throw error;
  }
}

async function see(ctx: Context, { connection }: OpenConnection, found: Drift): Promise<void> {
  const { key, e164, name, now, left, kind, changeId, why, labels } = found;
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
    details: { drift: kind, ...(changeId === undefined ? {} : { last: changeId }) },
  });
}

/** The numbers by one list, or one by one where the account's API has no list. */
async function readNumbers(
  { account }: OpenConnection,
  { last, budget }: Scope,
): Promise<readonly PhoneNumber[]> {
  try {
    return await account.listNumbers(patience(budget), 0);
  } catch (error) {
    if (!isProblem(error, "unsupported")) throw error;
  }
  const numbers: PhoneNumber[] = [];
  for (const numberId of [...last.keys()].slice(0, mostSingleReads)) {
    try {
      numbers.push(await account.getNumber(numberId, budget));
    } catch (error) {
      if (!isProblem(error, "not_found")) throw error;
    }
  }
  return numbers;
}

/** The agents, or undefined where they are not to be had: then nothing is said of them. */
async function readAgents(
  { account }: OpenConnection,
  budget: AbortSignal,
): Promise<ReadonlyMap<string, Agent> | undefined> {
  try {
    const agents = await account.listAgents(patience(budget));
    return new Map(agents.map((agent) => [agent.id, agent]));
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

const patience = (budget: AbortSignal): AbortSignal => timeLimit(patientMs, budget);

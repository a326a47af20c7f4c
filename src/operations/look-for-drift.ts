import type { Drift } from "../domain/drift.ts";
import { isSameDrift } from "../domain/drift.ts";
import { mayHaveTakenEffect } from "../domain/net-effect.ts";
import type { Agent, NumberKey, PhoneNumber } from "../domain/phone-number.ts";
import { isProblem } from "../domain/problem.ts";
import type { Connection } from "../domain/vault.ts";
import { openConnection, type Context, type OpenConnection } from "./context.ts";
import { sideBySide } from "./side-by-side.ts";

/** How long a list may take that nobody waits for, in milliseconds. */
const patientMs = 60_000;

/** Of numbers that have to be read one by one, at most so many in one look. */
const mostSingleReads = 50;

/**
 * Looks at the numbers that were changed through Patchbay, or at all where the workspace wants that, and keeps what
 * nobody has told it of: who answers was changed elsewhere, nobody answers, or the agent is gone. Only what is new is
 * written down. A vendor that does not answer is no drift. Changes no number. Throws not_recorded.
 */
export async function lookForDrift(ctx: Context): Promise<void> {
  const { settings, vault, audit, drifts } = ctx.workspace;
  const { drift: which = "changed" } = await settings.read();
  const connections = await vault.list();
  const touched = await audit.numbers();
  const known = await drifts.list();
  for (const { drift } of known) {
    if (!connections.some(({ id }) => id === drift.key.connectionId)) await drifts.forget(drift.key);
  }
  const keyOf = ({ id }: Connection): string => id;
  await sideBySide(connections, { keyOf, atOnce: 1 }, async (connection) => {
    const ours = touched.filter(({ connectionId }) => connectionId === connection.id);
    if (ours.length > 0 || which === "all") await lookAtConnection(ctx, connection, { which, ours });
  });
}

interface Scope {
  readonly which: "changed" | "all";
  readonly ours: readonly NumberKey[];
}

async function lookAtConnection(ctx: Context, { id }: Connection, scope: Scope): Promise<void> {
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
  const agents = await readAgents(open);
  const found = (await ctx.workspace.drifts.list()).filter(({ drift }) => drift.key.connectionId === id);
  const known = new Map(found.map(({ drift }) => [drift.key.numberId, drift]));
  for (const { key } of known.values()) {
    if (!numbers.some((number) => number.id === key.numberId)) await ctx.workspace.drifts.forget(key);
  }
  const ours = new Set(scope.ours.map(({ numberId }) => numberId));
  for (const number of numbers) {
    if (scope.which === "changed" && !ours.has(number.id)) continue;
    await lookAtNumber(ctx, open, { number, agents, before: known.get(number.id), scope });
  }
}

interface Look {
  readonly number: PhoneNumber;
  readonly agents: readonly Agent[] | undefined;
  readonly before: Drift | undefined;
  readonly scope: Scope;
}

async function lookAtNumber(ctx: Context, open: OpenConnection, look: Look): Promise<void> {
  const key: NumberKey = { connectionId: open.connection.id, numberId: look.number.id };
  const found = await judge(ctx, open, look);
  if (!found && !look.before) return;
  if (found && look.before && isSameDrift(found, look.before)) return;
  // The list may be a minute old, and from before a change of ours: what is said is read live, in turn with changes.
  await ctx.inOrder(`${ctx.workspace.id}/${key.connectionId}/${key.numberId}`, async () => {
    let sure: Drift | undefined;
    try {
      const number = await open.account.getNumber(key.numberId);
      sure = await judge(ctx, open, { ...look, number });
      if (sure?.kind === "agent_gone" && (await answers(open, sure.now ?? ""))) return;
    } catch (error) {
      if (isProblem(error)) return;
      throw error;
    }
    if (!sure) await ctx.workspace.drifts.forget(key);
    else if (!look.before || !isSameDrift(sure, look.before)) await see(ctx, open, sure);
  });
}

async function judge(
  ctx: Context,
  { connection, vendor }: OpenConnection,
  { number, agents, before, scope }: Look,
): Promise<Drift | undefined> {
  const key: NumberKey = { connectionId: connection.id, numberId: number.id };
  const changes = await ctx.workspace.audit.changes({ number: key, limit: 100 });
  const last = changes.find(
    (record) => mayHaveTakenEffect(record) && "agent" in (record.requested.wanted ?? {}),
  );
  if (!last && scope.which === "changed") return undefined;
  // What nobody knows the end of is the settler's to tell.
  if (last && last.outcome?.outcome !== "applied") return undefined;
  if (number.agent === undefined) return undefined;
  const now = number.agent?.id ?? null;
  const left = last?.requested.wanted?.["agent"];
  const names = (agents ?? []).map(({ id, name }) => [id, name] as const);
  const labels = { ...last?.requested.labels, ...Object.fromEntries(names) };
  const found = (kind: Drift["kind"], why?: string): Drift => ({
    kind,
    key,
    e164: number.e164,
    name: number.name,
    connection: connection.name,
    vendor: vendor.id,
    now,
    left,
    changeId: last?.requested.changeId,
    why,
    labels: Object.fromEntries(Object.entries(labels).filter(([id]) => id === now || id === left)),
  });
  if (now === null) return left === null ? undefined : found("nobody");
  const agent = agents?.find(({ id }) => id === now);
  // Without a list of agents nothing speaks against what was found when there was one.
  if (!agents && before?.kind === "agent_gone" && before.now === now) return before;
  if (agents && !agent) return found("agent_gone", `${vendor.title} has no such agent any more`);
  if (agent?.unbindable) return found("agent_gone", agent.unbindable);
  return left !== undefined && left !== now ? found("changed_elsewhere") : undefined;
}

/** Whether an agent is there after all: a list may leave out what a single read finds. */
async function answers({ account }: OpenConnection, agentId: string): Promise<boolean> {
  try {
    return (await account.getAgent(agentId)).unbindable === undefined;
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
async function readNumbers({ account }: OpenConnection, { ours }: Scope): Promise<readonly PhoneNumber[]> {
  try {
    return await account.listNumbers(AbortSignal.timeout(patientMs), 0);
  } catch (error) {
    if (!isProblem(error, "unsupported")) throw error;
  }
  const numbers: PhoneNumber[] = [];
  for (const { numberId } of ours.slice(0, mostSingleReads)) {
    try {
      numbers.push(await account.getNumber(numberId));
    } catch (error) {
      if (!isProblem(error, "not_found")) throw error;
    }
  }
  return numbers;
}

/** The agents, or undefined where they are not to be had: then nothing is said of them. */
async function readAgents({ account }: OpenConnection): Promise<readonly Agent[] | undefined> {
  try {
    return await account.listAgents(AbortSignal.timeout(patientMs));
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

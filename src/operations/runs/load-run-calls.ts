import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { proofKinds, recordedProof } from "../../domain/changes/first-call.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import { isCallable, type RunCalls, type StepProof, type Unseen } from "../../domain/runs/run-calls.ts";
import type { Run } from "../../domain/runs/run.ts";
import { isDenied } from "../proof/report-first-call.ts";
import { openConnection, type Context } from "../shared/context.ts";

/**
 * What is on record about the first calls to the numbers that a run has changed; undefined if it has given none of them
 * an agent, or was taken back: then nobody looks any more. Sends no request.
 */
export async function loadRunCalls(ctx: Context, run: Run): Promise<RunCalls | undefined> {
  const callable = run.steps.filter(isCallable);
  const isTakenBack = run.state === "done" && (run.kind === "failover" || run.kind === "practice");
  if (callable.length === 0 || isTakenBack) return undefined;
  const { firstCall = "watch" } = await ctx.workspace.settings.read();
  const unseen = new Map<string, Unseen>();
  for (const id of new Set(callable.map(({ key }) => key.connectionId))) {
    const why = await whyUnseen(ctx, id);
    if (why) unseen.set(id, why);
  }
  return {
    isOff: firstCall !== "watch",
    now: ctx.now(),
    unseen,
    proofs: proofsByChange(await proofEntries(ctx, run)),
  };
}

/** The entries about the first calls of a run. */
export async function proofEntries(
  ctx: Pick<Context, "workspace">,
  { id, startedAt, madeAt }: Pick<Run, "id" | "startedAt" | "madeAt">,
): Promise<readonly AuditEntry[]> {
  const found: AuditEntry[] = [];
  for (const kind of proofKinds)
    for await (const entry of ctx.workspace.audit.walk({ kind, since: startedAt ?? madeAt }, () => undefined))
      if (entry.details?.["run"] === id) found.push(entry);
  return found;
}

/** Why the calls of a connection cannot be seen; undefined if they can. */
export async function whyUnseen(ctx: Context, connectionId: string): Promise<Unseen | undefined> {
  try {
    const { account, connection } = await openConnection(ctx, connectionId);
    if (account.listCalls === undefined) return "no_log";
    return (await isDenied(ctx, connection)) ? "denied" : undefined;
  } catch (error) {
    if (!isProblem(error)) throw error;
    return "gone";
  }
}

function proofsByChange(entries: readonly AuditEntry[]): ReadonlyMap<string, StepProof> {
  const byChange = new Map<string, AuditEntry[]>();
  for (const entry of entries.toSorted((a, b) => b.sequence - a.sequence)) {
    const { changeId = "" } = entry;
    byChange.set(changeId, [...(byChange.get(changeId) ?? []), entry]);
  }
  return new Map(
    [...byChange].map(([changeId, of]) => [
      changeId,
      { proof: recordedProof(of), labels: Object.assign({}, ...of.map(({ labels }) => labels)) },
    ]),
  );
}

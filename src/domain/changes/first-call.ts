import type { AuditEntry } from "../audit/audit-log.ts";
import type { AuditKind } from "../audit/audit-kind.ts";
import type { CallStatus, LoggedCall } from "../vendor/call-log.ts";

/** How long first calls are looked for after a change, in milliseconds. */
export const firstCallsMs = 15 * 60_000;
/** After how long nobody looks or waits any more, although the looks failed. */
export const firstCallsOverMs = firstCallsMs + 2 * 60_000;

/** A call that says something about a change. It never has who called. */
export interface ProvingCall extends Omit<LoggedCall, "agentId"> {
  readonly agentId: string;
}

/** Too many calls that the new agent failed in. */
export interface FailingCalls {
  readonly failed: number;
  readonly of: number;
  readonly last: ProvingCall;
}

/** What the calls since a change of the agent show. */
export interface FirstCallProof {
  /** The first call that the new agent answered to its end. Before there is one: one that still runs, else one that failed. */
  readonly seen?: ProvingCall | undefined;
  /** The first call that the previous agent still answered. */
  readonly contradicted?: ProvingCall | undefined;
  readonly failing?: FailingCalls | undefined;
}

/** Of the first five calls of the new agent, three that failed are too many. */
const firstCalls = 5;
const tooMany = 3;

/** How many calls have to be seen until nothing more is to be found out. */
export const enoughCalls = firstCalls;

/** Classifies calls, oldest first. An agent that is in neither group says nothing, for example a member of a squad. */
export function classifyCalls(
  calls: readonly LoggedCall[],
  agents: { readonly now: ReadonlySet<string>; readonly before: ReadonlySet<string> },
): FirstCallProof & { readonly answered: number } {
  const answeredBy = (ids: ReadonlySet<string>): ProvingCall[] =>
    calls.flatMap(({ agentId, ...call }) =>
      agentId !== undefined && ids.has(agentId) ? [{ ...call, agentId }] : [],
    );
  const answered = answeredBy(agents.now);
  const first = answered.slice(0, firstCalls);
  const failed = first.filter(({ status }) => status === "failed");
  const last = failed.at(-1);
  return {
    seen: bestOf(answered),
    contradicted: answeredBy(agents.before)[0],
    failing: last && failed.length >= tooMany ? { failed: failed.length, of: first.length, last } : undefined,
    // Those that still run may fail.
    answered: first.filter(({ status }) => status !== "active").length,
  };
}

/** One that failed, or still may, is no proof. */
function bestOf(calls: readonly ProvingCall[]): ProvingCall | undefined {
  const first = (wanted: CallStatus): ProvingCall | undefined =>
    calls.find(({ status }) => status === wanted);
  return first("completed") ?? first("active") ?? first("failed");
}

/** Whether the new agent answered a call to its end. */
export function isProof({ seen }: FirstCallProof): boolean {
  return seen?.status === "completed";
}

/** The kinds of entries about the first calls of a change. */
export type ProofKind = Extract<AuditKind, "proof.seen" | "proof.contradicted" | "proof.failing">;
export const proofKinds = [
  "proof.seen",
  "proof.contradicted",
  "proof.failing",
] as const satisfies readonly ProofKind[];

/** What the entries of a change, newest first, say about its first calls. */
export function recordedProof(entries: readonly AuditEntry[]): FirstCallProof {
  const of = (kind: ProofKind): AuditEntry | undefined => entries.find((entry) => entry.kind === kind);
  const failing = of("proof.failing");
  const last = failing && callOf(failing);
  const { failed, of: total } = failing?.details ?? {};
  return {
    seen: callOf(of("proof.seen")),
    contradicted: callOf(of("proof.contradicted")),
    failing: last && { failed: Number(failed), of: Number(total), last },
  };
}

const statuses: ReadonlyMap<string, CallStatus> = new Map<string, CallStatus>([
  ["active", "active"],
  ["completed", "completed"],
  ["failed", "failed"],
]);

function callOf(entry: AuditEntry | undefined): ProvingCall | undefined {
  const { call, startedAt, status = "", agent } = entry?.details ?? {};
  if (call === undefined || startedAt === undefined || agent === undefined) return undefined;
  return {
    id: call,
    startedAt: new Date(startedAt),
    status: statuses.get(status) ?? "completed",
    agentId: agent,
  };
}

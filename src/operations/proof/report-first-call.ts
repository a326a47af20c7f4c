import type { AuditEvent, ChangeRecord } from "../../domain/audit/audit-log.ts";
import {
  proofKinds,
  type FirstCallProof,
  type ProofKind,
  type ProvingCall,
} from "../../domain/changes/first-call.ts";
import { isProblem, type Problem } from "../../domain/problem/problem.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import type { Notifier } from "../notifications/notifier.ts";
import { auditConnection, type Context, type OpenConnection } from "../shared/context.ts";

export type FirstCallNotifier = Pick<Notifier, "firstCall">;

/** What was on record before a look, and what is known now. */
interface Progress {
  readonly before: FirstCallProof;
  readonly proof: FirstCallProof;
}

/** Tells people what is new, then records it: a stop in between tells them a second time rather than never. */
export async function reportFirstCall(
  ctx: Context,
  { connection, vendor }: OpenConnection,
  record: ChangeRecord,
  { before, proof }: Progress,
  notifier: FirstCallNotifier,
): Promise<void> {
  const field = {
    "proof.seen": "seen",
    "proof.contradicted": "contradicted",
    "proof.failing": "failing",
  } as const;
  const news = proofKinds.filter((kind) => isNews(field[kind], before, proof));
  if (news.length === 0) return;
  const isBad = news.some((kind) => kind !== "proof.seen");
  const isLoud = isBad && !(await isToldOfRun(ctx, record)) && (await mayTellForRun(ctx, record));
  await notifier.firstCall(ctx, { record, proof, news, isLoud });
  // Bad news first: a run that waits for a call goes on at good news.
  for (const kind of news.toReversed()) {
    const { failed, of } = (kind === "proof.failing" ? proof.failing : undefined) ?? {};
    const counts = failed === undefined ? {} : { failed: String(failed), of: String(of) };
    await ctx.workspace.audit.append(eventOf(ctx, record, kind, proof, { connection, counts }));
    if (before[field[kind]] === undefined) ctx.metrics.firstCall(vendor.id, field[kind]);
  }
}

/** A call that still ran, or failed, is on record until there is a better one. */
function isNews(field: keyof FirstCallProof, before: FirstCallProof, proof: FirstCallProof): boolean {
  if (proof[field] === undefined || before[field] === undefined) return proof[field] !== undefined;
  return field === "seen" && proof.seen?.status !== before.seen?.status;
}

/** Whether a number of the same run has told already: a run of 40 numbers is not 40 messages. */
async function isToldOfRun(ctx: Context, { requested }: ChangeRecord): Promise<boolean> {
  const run = requested.details?.["run"];
  if (run === undefined) return false;
  for (const kind of ["proof.contradicted", "proof.failing"])
    for await (const { details } of ctx.workspace.audit.walk({ kind, since: requested.at }, () => undefined))
      if (details?.["run"] === run) return true;
  return false;
}

/**
 * Whether this number tells for its whole run. Others may be looked at right now, here or by another server, and have
 * nothing on record yet either.
 */
async function mayTellForRun(ctx: Context, { requested }: ChangeRecord): Promise<boolean> {
  const { details, changeId = "" } = requested;
  const run = details?.["run"];
  if (run === undefined) return true;
  try {
    return await ctx.workspace.runs.claimLoudness(run, changeId);
  } catch (error) {
    if (isProblem(error, "not_found")) return true;
    throw error;
  }
}

function eventOf(
  ctx: Context,
  { requested }: ChangeRecord,
  kind: ProofKind,
  proof: FirstCallProof,
  { connection, counts }: { readonly connection: OpenConnection["connection"]; readonly counts: object },
): AuditEvent {
  const { number, changeId, labels = {}, details } = requested;
  const call = callOf(kind, proof);
  const name = ownValue(labels, call.agentId);
  return {
    kind,
    actor: ctx.actor,
    requestId: ctx.requestId,
    connection: auditConnection(connection),
    number,
    changeId,
    ...(name === undefined ? {} : { labels: { [call.agentId]: name } }),
    details: {
      call: call.id,
      startedAt: call.startedAt.toISOString(),
      status: call.status,
      agent: call.agentId,
      ...counts,
      ...(details?.["run"] === undefined ? {} : { run: details["run"] }),
      ...(details?.["incident"] === undefined ? {} : { incident: details["incident"] }),
      ...(details?.["channel"] === undefined ? {} : { channel: details["channel"] }),
    },
  };
}

function callOf(kind: ProofKind, { seen, contradicted, failing }: FirstCallProof): ProvingCall {
  const call = { "proof.seen": seen, "proof.contradicted": contradicted, "proof.failing": failing?.last }[
    kind
  ];
  if (!call) throw new Error(`there is no call for ${kind}`);
  return call;
}

/** Says once for each key of a connection that it may not read calls. */
export async function reportDenied(
  ctx: Context,
  { connection, vendor }: OpenConnection,
  record: ChangeRecord,
  problem: Problem,
  notifier: FirstCallNotifier,
): Promise<void> {
  if (await isDenied(ctx, connection)) {
    const known = { why: "denied_before" } as const;
    return notifier.firstCall(ctx, { record, proof: {}, news: [], isLoud: false, ended: known });
  }
  const ended = { why: "denied", words: problem.message } as const;
  await notifier.firstCall(ctx, { record, proof: {}, news: [], isLoud: false, ended });
  const { number, changeId, details } = record.requested;
  await ctx.workspace.audit.append({
    kind: "proof.denied",
    actor: ctx.actor,
    requestId: ctx.requestId,
    connection: auditConnection(connection),
    number,
    changeId,
    outcome: "refused",
    ...(details?.["run"] === undefined ? {} : { details: { run: details["run"] } }),
    problem: { code: problem.code, message: problem.message },
  });
  ctx.metrics.firstCall(vendor.id, "denied");
}

/** Whether it is on record that the present key of a connection may not read calls. */
export async function isDenied(
  ctx: Context,
  { id, fingerprint }: Pick<OpenConnection["connection"], "id" | "fingerprint">,
): Promise<boolean> {
  for await (const said of ctx.workspace.audit.walk({ kind: "proof.denied" }, () => undefined))
    if (said.connection?.id === id && said.connection.fingerprint === fingerprint) return true;
  return false;
}

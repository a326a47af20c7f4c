import type { ApprovalCount } from "../../domain/access/protection.ts";
import { askerOf, type ChangeApproval, type RequestedChange } from "../../domain/changes/approval.ts";
import { personOf } from "../../domain/shared/actor.ts";
import { agentIdsOf, pick, wantedState, affectedFields } from "../../domain/numbers/change.ts";
import { answeringWithoutAgent } from "../../domain/numbers/phone-number.ts";
import { namesWithNamesakes } from "../../domain/numbers/namesakes.ts";
import { Problem } from "../../domain/problem/problem.ts";
import type { ReplyTarget } from "../../domain/notifications/reply-target.ts";
import { changeLockedNumber, type ChangeResult } from "../change/change-number.ts";
import { newestSequence } from "../change/newer-change.ts";
import type { ChangeRequest } from "../access/change-request.ts";
import { auditConnection, type Context } from "../shared/context.ts";
import { numberLock } from "../shared/locks.ts";
import { sideBySide } from "../shared/side-by-side.ts";
import { effectsOf, enforceRules, prepareRuleCheck } from "../access/enforce-rules.ts";
import { assertStillWanted, frozen, previewPolicy, readPolicy } from "../access/policy.ts";
import { approvalEvent, wantedDetails } from "./approval-event.ts";
import { pageTimes } from "./on-call-approvers.ts";
import {
  claimChange,
  prepareChange,
  recordRefusedChange,
  type Findings,
  type Prepared,
} from "../change/prepare-change.ts";

/** How long a request for approval stays open unless the workspace says otherwise, in minutes. */
export const defaultMinutes = 30;

/** The result of a submitted change: it was made, or awaits approval. */
export type ChangeSubmission =
  | { readonly kind: "changed"; readonly result: ChangeResult }
  | { readonly kind: "asked"; readonly approval: ChangeApproval };

/**
 * Makes a change, or requests approval if the number is protected and the request has no override. Throws what
 * `changeNumber` throws; then nothing was changed or requested.
 */
export async function submitChange(ctx: Context, request: ChangeRequest): Promise<ChangeSubmission> {
  // Only a preview, so it is read while the lock is taken: the change pipeline decides again, right before the record.
  const preview = previewPolicy(ctx);
  const [, submission] = await sideBySide(
    preview,
    ctx.locks.withLock(numberLock(ctx, request.key), async (lease): Promise<ChangeSubmission> => {
      const restrictions = (await preview)?.(request.key);
      return restrictions?.isProtected && request.override === undefined
        ? { kind: "asked", approval: await requestApproval(ctx, request) }
        : { kind: "changed", result: await changeLockedNumber(ctx, request, lease) };
    }),
  );
  return submission;
}

/**
 * Requests approval for a change, whether or not the number is protected. Never changes it. Throws what `submitChange`
 * throws.
 */
export async function proposeChange(ctx: Context, request: ChangeRequest): Promise<ChangeSubmission> {
  return ctx.locks.withLock(numberLock(ctx, request.key), async () => ({
    kind: "asked",
    approval: await requestApproval(ctx, request),
  }));
}

/** Under the number's lock: stores the exact change with what the person saw, once it could be made now, with its entry. */
async function requestApproval(ctx: Context, request: ChangeRequest): Promise<ChangeApproval> {
  const { replyTo, ...withoutReply } = request;
  const changeId = request.changeId ?? ctx.newId("chg");
  const findings: Findings = {};
  let prepared: Prepared;
  let minutes: number;
  let wanted: ApprovalCount;
  let userId: string;
  let newest: number;
  try {
    await claimChange(ctx, changeId, withoutReply);
    prepared = await prepareChange(ctx, changeId, withoutReply, findings);
    await assertStillWanted(ctx, request);
    const { freeze, approvals } = (await readPolicy(ctx))(request.key);
    if (freeze) throw frozen(freeze);
    wanted = approvals || 1;
    // Nobody is asked to approve what a rule does not allow. The pipeline checks that again.
    const effects = effectsOf(request.key, request.change, prepared.before);
    await enforceRules(ctx, await prepareRuleCheck(ctx, effects));
    minutes = (await ctx.workspace.settings.read()).protection?.minutes ?? defaultMinutes;
    userId = askingPerson(ctx);
    newest = await newestSequence(ctx, request.key);
  } catch (error) {
    await recordRefusedChange(ctx, withoutReply, findings, error);
    throw error;
  }

  const id = ctx.newId("apr");
  const asked = requestedChangeFrom(request, prepared, {
    who: askerOf(userId, ctx.actor),
    newest,
    at: ctx.now(),
    replyTo,
  });
  const expiresAt = new Date(ctx.now().getTime() + minutes * 60_000).toISOString();
  await ctx.workspace.approvals.ask(
    { id, asked, expiresAt, wanted },
    {
      ...approvalEvent(ctx, { id, asked }),
      kind: "approval.requested",
      connection: auditConnection(prepared.open.connection),
      details: { ...asked.details, approval: id, until: expiresAt, ...wantedDetails(wanted) },
    },
    await pageTimes(ctx, expiresAt),
  );
  return { id, state: "open", asked, expiresAt, wanted, messages: [] };
}

/** Approval needs another person than the one who asks. Throws approval_required for a shell that acts for nobody. */
export function askingPerson(
  { actor }: Context,
  words = "This number is protected: a person has to ask for the approval of this change.",
): string {
  const userId = personOf(actor);
  if (userId !== undefined) return userId;
  throw new Problem("approval_required", words);
}

function requestedChangeFrom(
  { key, change, seen, reason, ends, details }: ChangeRequest,
  { changeId, before, labels, open }: Prepared,
  {
    who,
    newest,
    at,
    replyTo,
  }: {
    readonly who: ReturnType<typeof askerOf>;
    readonly newest: number;
    readonly at: Date;
    readonly replyTo: ReplyTarget | undefined;
  },
): RequestedChange {
  const { id, vendor, name } = open.connection;
  return {
    changeId,
    key,
    change,
    seen: pick(seen, affectedFields(change)),
    newest,
    ...(reason === undefined ? {} : { reason }),
    ...(ends === undefined ? {} : { ends }),
    ...(details === undefined ? {} : { details }),
    ...(change.kind === "detach" ? { withoutAgent: answeringWithoutAgent(before) } : {}),
    ...who,
    ...(replyTo?.channelId === undefined ? {} : { channelId: replyTo.channelId }),
    ...(replyTo?.threadTs === undefined ? {} : { threadTs: replyTo.threadTs }),
    ...(replyTo?.viewId === undefined ? {} : { viewId: replyTo.viewId }),
    at: at.toISOString(),
    e164: before.e164,
    name: before.name,
    connection: { id, vendor, name },
    labels: namesWithNamesakes(labels, agentIdsOf(seen, wantedState(change))),
  };
}

import type { Approval } from "../../domain/changes/approval.ts";
import { notAsked, onCallApprovers } from "../../operations/approval/on-call-approvers.ts";
import { deliver } from "../delivery/deliver.ts";
import type { RequestContext } from "../context/request-context.ts";
import { aboutApproval, formatOrFallback } from "../delivery/format-or-fallback.ts";
import { approvalMessage } from "./approval-message.ts";
import { showWaiting } from "./show-waiting.ts";
import { usersWithRole } from "../context/users-with-role.ts";

/** How far an approval was asked for. */
interface Asking {
  /** In how many places the request was or will be posted. */
  places: number;
}

/**
 * Posts an approval request to the workspace's channel for approvals, where it mentions who is on call. Without a channel, or
 * if posting fails, it goes to the first approver on call alone, and when that one is paged to everybody whom no message has
 * asked yet; to each approver if nobody is on call. Stores the messages with whom they ask. Returns in how many places the
 * request was or will be posted. Never throws.
 */
export async function askApprovers(
  req: RequestContext,
  approval: Approval,
  whom: "first" | "everybody" | "next" = "first",
): Promise<number> {
  const asking: Asking = { places: 0 };
  try {
    await ask[whom](req, approval, asking);
  } catch (error) {
    // The request is already stored, so an approver who finds it can decide.
    req.ctx.log.error(
      { requestId: req.ctx.requestId, approval: approval.id, err: error },
      "not all approvers notified",
    );
  }
  return asking.places;
}

async function askFirst(req: RequestContext, approval: Approval, asking: Asking): Promise<void> {
  const { protection } = await req.ctx.workspace.settings.read();
  const mentioned = await onCallNow(req, approval);
  const { channelId } = protection ?? {};
  if (channelId !== undefined && (await post(req, approval, { channelId }, { asking, mentioned }))) return;
  const [first] = mentioned;
  if (first !== undefined && (await post(req, approval, { userId: first }, { asking, mentioned }))) return;
  // The first one has been asked, or will be once Slack takes messages again.
  await askEach(req, approval, { asking, mentioned }, new Set([first]));
}

/** Asks the others. The one who was on call at first may not be now, and a channel may not have been there. */
async function askEverybody(req: RequestContext, approval: Approval, asking: Asking): Promise<void> {
  const { protection } = await req.ctx.workspace.settings.read();
  // A message in the channel has asked everybody.
  if (approval.messages.some(({ channelId }) => channelId === protection?.channelId)) return;
  const asked = new Set(approval.messages.map(({ userId }) => userId));
  await askEach(req, approval, { asking, mentioned: await onCallNow(req, approval) }, asked);
}

/**
 * Asks for a second approval in new messages, because an update of the earlier ones notifies nobody: the next approver on call
 * alone; if nobody else is on call, in the channel or each approver. The person who asked sees how far the request is.
 */
async function askNext(req: RequestContext, approval: Approval, asking: Asking): Promise<void> {
  await showWaiting(req, approval);
  const { protection } = await req.ctx.workspace.settings.read();
  const { channelId } = protection ?? {};
  const how = { asking, mentioned: await onCallNow(req, approval) };
  const [userId] = how.mentioned;
  // A process that was killed in the middle may have asked some of them.
  const since = Date.parse(approval.first?.at ?? "");
  const newer = approval.messages.filter(({ ts }) => Number(ts) * 1000 >= since);
  const asked = new Set(newer.map((each) => each.userId));
  if (userId !== undefined) {
    if (!asked.has(userId)) await post(req, approval, { userId }, how);
    return;
  }
  if (channelId !== undefined) {
    if (newer.some((each) => each.channelId === channelId)) return;
    if (await post(req, approval, { channelId }, how)) return;
  }
  await askEach(req, approval, how, asked);
}

const ask = { first: askFirst, everybody: askEverybody, next: askNext };

async function onCallNow(req: RequestContext, approval: Approval): Promise<readonly string[]> {
  const { approvers } = await onCallApprovers(req.ctx, req.deps.onCall, notAsked(approval));
  return approvers.map(({ userId }) => userId);
}

async function askEach(
  req: RequestContext,
  approval: Approval,
  how: { readonly asking: Asking; readonly mentioned: readonly string[] },
  asked: ReadonlySet<string | undefined> = new Set(),
): Promise<void> {
  // Only so many people are asked, so those on call come first.
  const approvers = new Set([...how.mentioned, ...(await usersWithRole(req, "approver"))]);
  for (const userId of approvers) {
    if (notAsked(approval).includes(userId) || asked.has(userId)) continue;
    const { approvals } = req.ctx.workspace;
    if ((await approvals.find(approval.id))?.state === "open") await post(req, approval, { userId }, how);
  }
}

/** Posts a request. Returns whether it is there by now. */
async function post(
  req: RequestContext,
  approval: Approval,
  place: { readonly channelId?: string; readonly userId?: string },
  { asking, mentioned }: { readonly asking: Asking; readonly mentioned: readonly string[] },
): Promise<boolean> {
  const { id: workspaceId } = req.ctx.workspace;
  // It may be decided while other approvers are still being asked.
  const act = { kind: "approval", approvalId: approval.id } as const;
  if (await req.deps.store.outbox.hasPendingFor(workspaceId, place, act)) {
    // An earlier attempt asked here, and Slack has not taken that message yet.
    asking.places += 1;
    return false;
  }
  const { deliveredTo, message } = await deliver(req.deps, {
    workspaceId,
    clients: req.clients,
    conversation: place,
    message: formatOrFallback(req.deps, aboutApproval(req, approval), () =>
      approvalMessage(approval, req.deps.accounts, mentioned),
    ),
    requestId: req.ctx.requestId,
    act,
  });
  if (deliveredTo !== "nobody") asking.places += 1;
  return message !== undefined;
}

import { isProblem } from "../../domain/problem/problem.ts";
import type { ButtonSubject } from "../../domain/notifications/button-subject.ts";
import type { SubjectStatus } from "../../domain/problem/subject-status.ts";
import type {
  MessageWithButtons,
  AddressedUpdate,
  MessageUpdate,
} from "../../domain/notifications/messages-with-buttons.ts";
import { isRunApproval, type Approval, type RunApproval } from "../../domain/changes/approval.ts";
import type { ChangeRecord } from "../../domain/audit/audit-log.ts";
import type { Run } from "../../domain/runs/run.ts";
import { sameScope } from "../../domain/numbers/scope.ts";
import type { WorkspaceStore } from "../../domain/ports/store.ts";
import { driftStatus, expiryStatus, scopeStatus } from "../../operations/history/subject-status.ts";
import { freezeEnds } from "../../operations/restrictions/freeze.ts";
import type { Message } from "../block-kit/blocks.ts";
import { storedMessage } from "../delivery/stored-message.ts";
import { closedMessage, renewedMessage, withoutFindings } from "../block-kit/closed-message.ts";
import { approvalMessage, decidedMessage, outcomeWords } from "../approval/approval-message.ts";
import { hasBegunText } from "../approval/run-approval-message.ts";
import { proposalUpdates } from "../alerts/proposal-updates.ts";
import { startedMessage } from "../incident/incident-message.ts";
import { expiryButtons } from "../block-kit/expiry-buttons.ts";
import type { SlackDeps } from "../context/services.ts";
import { knownRun } from "../../operations/runs/related-runs.ts";
import { updatesAboutRun } from "./run-updates.ts";
import { changeStatus } from "../../operations/history/change-status.ts";

/** See `Notifier.outdatedMessages`. */
export async function outdatedMessages(
  deps: SlackDeps,
  workspaceId: string,
  subject: string,
): Promise<readonly AddressedUpdate[] | undefined> {
  const updates = await updatesAbout(deps, deps.store.workspace(workspaceId), subject);
  return updates.length > 0 && !(await deps.installationOf(workspaceId)) ? undefined : updates;
}

/** The updates of the messages about a subject whose action is over or has changed. */
async function updatesAbout(
  deps: SlackDeps,
  workspace: WorkspaceStore,
  subject: string,
): Promise<readonly AddressedUpdate[]> {
  const [kind, id] = [subject.slice(0, subject.indexOf(":")), subject.slice(subject.indexOf(":") + 1)];
  if (kind === "approval") return approvalUpdates(deps, workspace, id);
  if (kind === "proposal") {
    const proposal = await workspace.proposals.find(id);
    return proposal ? proposalUpdates(deps, workspace, proposal) : [];
  }
  if (kind === "incident") return incidentUpdates(workspace, id);
  if (kind === "run") return updatesAboutRun(deps, workspace, id);
  const updates: AddressedUpdate[] = [];
  for (const noted of await workspace.messagesWithButtons.about(subject)) {
    const update = await updateOf(workspace, noted);
    if (update) updates.push({ ...update, address: noted.address, madeFrom: noted.message });
  }
  return updates;
}

async function updateOf(
  workspace: WorkspaceStore,
  { act, message }: MessageWithButtons,
): Promise<MessageUpdate | undefined> {
  const shown = storedMessage.parse(message);
  switch (act.kind) {
    case "change": {
      const record = await recordOf(workspace, act.changeId);
      const end = record && (await changeStatus({ workspace }, record, act));
      return end && { message: closedMessage(shown, end) };
    }
    case "expiry":
      return expiryUpdate(workspace, act, shown);
    case "freeze": {
      const end = await freezeStatus(workspace, act);
      return end && { message: closedMessage(shown, end) };
    }
    case "drift":
      return driftUpdate(workspace, act, shown);
    case "run":
    case "approval":
    case "incident":
    case "proposal":
    case "fallback":
      return undefined;
  }
}

async function expiryUpdate(
  workspace: WorkspaceStore,
  act: ButtonSubject & { readonly kind: "expiry" },
  shown: Message,
): Promise<MessageUpdate | undefined> {
  const record = await recordOf(workspace, act.changeId);
  const temporary = await workspace.temporaryChanges.find(act.changeId);
  const end =
    record && temporary && (await expiryStatus({ workspace }, record, temporary, new Date(act.expiresAt)));
  if (!end) return undefined;
  const closed = closedMessage(shown, end);
  // It has not ended yet, so the message is updated again when it has.
  if (end.how === "reverting") return { message: closed, rest: { act, message: shown } };
  if (end.how !== "extended") return { message: closed };
  const message = renewedMessage(closed, expiryButtons(temporary));
  return { message, rest: { act: { ...act, expiresAt: temporary.endsAt.toISOString() }, message } };
}

async function freezeStatus(
  workspace: WorkspaceStore,
  { scope, at }: ButtonSubject & { readonly kind: "freeze" },
): Promise<SubjectStatus | undefined> {
  const now = (await workspace.freezes.list()).find((freeze) => sameScope(freeze, scope));
  if (now?.at === at) return undefined;
  if (now) return { how: "refrozen", by: now.by, at: now.at, until: now.until };
  return (await scopeStatus({ workspace }, scope, freezeEnds)) ?? { how: "unfrozen" };
}

async function driftUpdate(
  workspace: WorkspaceStore,
  { found }: ButtonSubject & { readonly kind: "drift" },
  shown: Message,
): Promise<MessageUpdate | undefined> {
  const live: (typeof found)[number][] = [];
  for (const each of found) if (!(await driftStatus({ workspace }, each))) live.push(each);
  if (live.length === found.length) return undefined;
  const gone = new Set(found.filter((each) => !live.includes(each)).map(({ actionId }) => actionId));
  const message = withoutFindings(shown, gone);
  return live.length === 0
    ? { message }
    : { message, rest: { act: { kind: "drift", found: live }, message } };
}

async function approvalUpdates(
  { accounts }: SlackDeps,
  workspace: WorkspaceStore,
  approvalId: string,
): Promise<readonly AddressedUpdate[]> {
  const approval = await workspace.approvals.find(approvalId);
  if (!approval) return [];
  if (approval.state === "open")
    return approval.first ? updatesTo(approval, approvalMessage(approval, accounts)) : [];
  if (isRunApproval(approval))
    return runApprovalUpdates(accounts, approval, await knownRun(workspace, approval.asked.runId));
  const { changeId } = approval.asked;
  const record = await recordOf(workspace, changeId);
  const wasSent = record?.requested.kind === "change.requested";
  // A refusal during execution is reported with its reason by `notify-decision.ts`.
  if (approval.state === "over" && !wasSent) return [];
  // A running change is not unknown. Its outcome is shown once it is on record.
  const outcome = record?.outcome?.outcome;
  const outcomeText = outcome === undefined ? undefined : outcomeWords(outcome, changeId);
  const nothing =
    approval.state === "approved" || approval.state === "over" ? undefined : "Nothing was changed.";
  return updatesTo(approval, decidedMessage(approval, accounts, outcomeText ?? nothing));
}

const updatesTo = ({ messages }: Approval, message: Message): readonly AddressedUpdate[] =>
  messages.map(({ channelId, ts }) => ({ address: { channelId, ts }, message }));

/** A refusal of an approved run is reported with its reason by `notify-decision.ts`. */
function runApprovalUpdates(
  accounts: SlackDeps["accounts"],
  approval: RunApproval,
  run: Run | undefined,
): readonly AddressedUpdate[] {
  const isApproved = approval.state === "approved" || approval.state === "over";
  const hasBegun = run?.status.approval === approval.id;
  if (approval.state === "over" && !hasBegun) return [];
  const words = isApproved ? (hasBegun ? hasBegunText(approval.asked) : undefined) : "Nothing was changed.";
  return updatesTo(approval, decidedMessage(approval, accounts, words));
}

async function incidentUpdates(workspace: WorkspaceStore, key: string): Promise<readonly AddressedUpdate[]> {
  const incident = await workspace.incidents.get(key);
  if (!incident.thread || !incident.endedAt) return [];
  return [{ address: incident.thread, message: startedMessage(incident) }];
}

async function recordOf(workspace: WorkspaceStore, changeId: string): Promise<ChangeRecord | undefined> {
  try {
    return await workspace.audit.change(changeId);
  } catch (error) {
    if (isProblem(error, "not_found")) return undefined;
    throw error;
  }
}

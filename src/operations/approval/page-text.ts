import { isRunApproval, type Approval } from "../../domain/changes/approval.ts";
import type { ChangeKind } from "../../domain/numbers/change.ts";
import { runNoun } from "../../domain/runs/run.ts";
import { plural } from "../../domain/text/plural.ts";

const changes: Readonly<Record<ChangeKind, string>> = {
  reassign: "another agent for a protected number",
  detach: "a protected number without an agent",
  rename: "another name for a protected number",
  edit: "other settings for a protected number",
};

/** What is to be approved, in a few words. Numbers and reasons stay in Slack. */
export function pageTitle(approval: Approval): string {
  const what = isRunApproval(approval)
    ? `a ${runNoun(approval.asked.kind)} of ${plural(approval.asked.changes, "number")}`
    : changes[approval.asked.change.kind];
  return `Patchbay: somebody waits for your approval of ${what}`;
}

/** The key of a page at its tool, which takes it once. */
export function pageKey({ id }: Pick<Approval, "id">, step: number, person: string): string {
  return `patchbay-${id}-${step}-${person}`;
}

export function pageText({ id, expiresAt }: Approval): string {
  return `Approve or decline it in Slack before ${expiresAt}. Request ${id}.`;
}

import type { Approval } from "./approval.ts";

/** After how long a request is open each of the approvers on call is paged, in milliseconds: the first one, and the next. */
const pageAfterMs = [3 * 60_000, 6 * 60_000] as const;

/** After how long the approvers on call are paged for a request that is open for so many milliseconds. */
export function pagesWithin(openMs: number): readonly number[] {
  return pageAfterMs.filter((ms) => ms < openMs);
}

const pagesEach = pageAfterMs.length;

/** The places of the approvers who are paged, from 1: those of the first approval, and those of a second one. */
export const pageSteps: readonly number[] = Array.from({ length: 2 * pagesEach }, (_, index) => index + 1);

/** The place of an approver who is paged, counted from 0 for one of the approvals that a request wants. */
export function pageStep(turn: Turn, index: number): number {
  return (turn - 1) * pagesEach + index + 1;
}

/** Which of the approvals an approver is paged for. */
export function turnOfStep(step: number): Turn {
  return step > pagesEach ? 2 : 1;
}

/** The first approval of a request, or the second. */
export type Turn = 1 | 2;

/** Whether a request waits for this one of its approvals. */
export function waitsFor({ state, first }: Pick<Approval, "state" | "first">, turn: Turn): boolean {
  return state === "open" && !(turn === 1 && first);
}

/** The piece of work that asks approvers for one of the approvals. */
export function requestItem(approvalId: string, turn: Turn): string {
  return turn === 1 ? approvalId : pageItem(approvalId, turn);
}

/** The piece of work that pages an approver, and the one that closes that page. */
export function pageItem(approvalId: string, step: number): string {
  return `${approvalId} ${step}`;
}

/** The request and the place of a piece of work, or which approval of it is asked for. */
export function pageOfItem(itemId: string): { readonly approvalId: string; readonly step: number } {
  const [approvalId = "", step = "1"] = itemId.split(" ");
  return { approvalId, step: Number(step) };
}

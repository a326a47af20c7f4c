/** After how long a request is open each of the approvers on call is paged, in milliseconds: the first one, and the next. */
const pageAfterMs = [3 * 60_000, 6 * 60_000] as const;

/** After how long the approvers on call are paged for a request that is open for so many milliseconds. */
export function pagesWithin(openMs: number): readonly number[] {
  return pageAfterMs.filter((ms) => ms < openMs);
}

/** The places of the approvers who are paged, from 1. */
export const pageSteps: readonly number[] = pageAfterMs.map((_, index) => index + 1);

/** The piece of work that pages an approver. */
export function pageItem(approvalId: string, step: number): string {
  return `${approvalId} ${step}`;
}

/** The request and the place of a piece of work. */
export function pageOfItem(itemId: string): { readonly approvalId: string; readonly step: number } {
  const [approvalId = "", step = "1"] = itemId.split(" ");
  return { approvalId, step: Number(step) };
}

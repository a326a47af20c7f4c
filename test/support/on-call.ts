import type { PageOptions } from "../../src/operations/approval/page-approvers.ts";

/** Schedules of which nobody is on call. */
export const nobodyOnCall: Pick<PageOptions, "onCall" | "onCallTools"> = {
  onCall: { now: async () => [] },
  onCallTools: { page: async () => undefined },
};

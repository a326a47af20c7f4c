import type { ApprovalsJobOptions } from "../../src/operations/approval/approvals-job.ts";

/** Schedules of which nobody is on call. */
export const nobodyOnCall: Pick<ApprovalsJobOptions, "onCall" | "onCallTools"> = {
  onCall: { now: async () => [] },
  onCallTools: {
    page: async () => undefined,
    openPage: async () => undefined,
    closePage: async () => undefined,
  },
};

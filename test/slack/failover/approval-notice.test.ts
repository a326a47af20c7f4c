import { expect, it } from "vitest";
import type { Run } from "../../../src/domain/runs/run.ts";
import { approvalNotice } from "../../../src/slack/failover/approval-notice.ts";
import { failoverOf, failoverTerms, runStepOf } from "../../support/failover/run-steps.ts";

it("says of a failover and a fail-back how many others must approve them", () => {
  const noticeOf = (kind: "failover" | "back", wanted: 1 | 2): string => {
    const steps = [runStepOf("num_1", { approval: "run" })];
    const run: Run = {
      ...failoverOf("run_1", steps, { kind }),
      state: "shown",
      status: { connections: {}, resumes: 0 },
      madeAt: "",
      terms: failoverTerms,
    };
    return JSON.stringify(approvalNotice(run, [], wanted));
  };
  expect(noticeOf("failover", 2)).toContain("*Two other people must approve this failover*");
  expect(noticeOf("back", 2)).toContain("*Two other people must approve this fail-back*");
  expect(noticeOf("failover", 1)).toContain("*Someone else must approve this failover*");
});

import type { RunApproval } from "../../domain/changes/approval.ts";
import type { Run, RunKind, RunRequester } from "../../domain/runs/run.ts";
import type { BeginRunOptions } from "../runs/check-approval.ts";
import { checkFailBackIsAsShown, claimFailBack } from "../runs/fail-back.ts";
import type { Context } from "../shared/context.ts";
import { beginFailover, beginRoutes, checkIsAsShown } from "./begin-failover.ts";

/** How runs of a kind are begun. */
interface Beginning {
  /** What somebody has to be allowed to do, and what is on record if that is refused. */
  readonly act: string;
  readonly refused: string;
  /** Requires that a preview still holds; with its request, it may be older. */
  check(ctx: Context, run: Run, by: RunRequester, request?: RunApproval): Promise<void>;
  /** Begins a run as it was shown. */
  begin(ctx: Context, runId: string, by: RunRequester, options?: BeginRunOptions): Promise<Run>;
}

const failover: Beginning = {
  act: "run failovers",
  refused: "run a failover",
  check: async (ctx, run, by, request) => {
    await checkIsAsShown(ctx, run, by, request);
  },
  begin: beginFailover,
};

const failBack: Beginning = {
  act: "take runs back",
  refused: "take a run back",
  check: async (ctx, run, by, request) => Promise.resolve(checkFailBackIsAsShown(ctx, run, by, request)),
  begin: claimFailBack,
};

const routes: Beginning = { ...failover, act: "apply routes", refused: "apply routes", begin: beginRoutes };

/** How a run that can be approved as a whole is begun: a failover, a practice, a fail-back, or a routes run. */
export function beginningOf(kind: RunKind): Beginning {
  if (kind === "routes") return routes;
  return kind === "back" ? failBack : failover;
}

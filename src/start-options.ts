import type { InfrastructureOptions } from "./infrastructure.ts";
import type { JobTimes } from "./job-times.ts";
import type { RunnerTimer } from "./operations/shared/work/work-runner.ts";
import type { SlowRequestLimits } from "./http/slow-requests.ts";

/** Options for tests. */
export interface StartOptions extends Omit<InfrastructureOptions, "lock">, JobTimes {
  /** How long requests may take to arrive. */
  readonly slowRequestLimits?: SlowRequestLimits | undefined;
  /** Timers for changes whose outcome is unknown; real ones by default. */
  readonly after?: RunnerTimer["after"] | undefined;
}

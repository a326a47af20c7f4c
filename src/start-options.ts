import type { InfrastructureOptions } from "./infrastructure.ts";
import type { JobTimes } from "./jobs.ts";
import type { OutcomeReconcilerOptions } from "./operations/change/outcome-reconciler.ts";
import type { Patience } from "./slack/server/web-server.ts";

/** What a test sets differently. */
export interface StartOptions extends Omit<InfrastructureOptions, "lock">, JobTimes {
  /** How long requests may take to come in. */
  readonly patience?: Patience | undefined;
  /** Timers for looks at changes whose outcome is unknown; real ones unless given. */
  readonly after?: OutcomeReconcilerOptions["after"];
}

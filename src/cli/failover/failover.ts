import type { Command } from "commander";
import type { CliDeps } from "../cli-context.ts";
import { addFailoverStatus } from "./failover-status.ts";
import { addFailoverVerbs } from "./failover-verbs.ts";
import { addPlanFiles } from "./plan-files.ts";

/** `patchbay failover`: plans in files, what runs, and the verbs that Slack has. */
export function addFailover(patchbay: Command, deps: CliDeps): void {
  const failover = patchbay
    .command("failover")
    .description("switch many numbers by a plan, and manage plans");
  addFailoverVerbs(failover, deps);
  addPlanFiles(failover, deps);
  addFailoverStatus(failover, deps);
}

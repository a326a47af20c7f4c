import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startCliHarness, workspace, type CliHarness } from "../cli-harness.ts";

/** A plan file. */
export const good = `plan: cartesia-down
title: Cartesia cannot speak
when: Callers hear silence.
owner: S0VOICEOPS
default_for: 90m
at_end: fail_back
stop: {in_a_row: 2, of_a_tier: 20%}
selectors:
  - {connection: Cartesia prod, answered_by: agent_a}
tiers:
  - name: canary
    ask_before_next: true
    numbers:
      - {number: pn_1, connection: Cartesia prod, to: agent_b}
  - name: rest
    numbers:
      - {number: "4155550100", connection: Cartesia prod, set: {fallback: null}}
      - {number: pn_3, connection: Cartesia prod, detach: true, callers_reach_nobody: true}
`;

/** The command line with a connection, and this plan file. */
export async function harnessWith(yaml: string) {
  const harness = await startCliHarness();
  await harness.connect("Cartesia prod");
  const file = join(dirname(harness.environment["DATABASE_PATH"] ?? ""), "plan.yaml");
  writeFileSync(file, yaml);
  return { harness, file };
}

export const importPlan = async (harness: CliHarness, file: string) =>
  harness.run(["failover", "import", file, "--workspace", workspace]);

export const exportPlan = async (harness: CliHarness, ...more: readonly string[]) =>
  harness.run(["failover", "export", "cartesia-down", "--workspace", workspace, ...more]);

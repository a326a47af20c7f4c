import { formatActor } from "../domain/shared/actor.ts";
import type { AuditEntry } from "../domain/audit/audit-log.ts";
import { vendorIds } from "../vendors/index.ts";
import { startHarness } from "./harness.ts";
import { walkFailover } from "./walk-failover.ts";
import { checkRecords, walk } from "./walkthrough.ts";

/** Runs the whole walkthrough once, prints it with the audit log, and says whether it succeeded. */
export async function printWalk(print: (line: string) => void): Promise<boolean> {
  print("Patchbay with fakes of Slack and its vendors, all on this machine. It needs no account.");
  const harness = await startHarness({ connected: vendorIds });
  try {
    await walk(harness, print);
    await walkFailover(harness, print);
    print(`\n━━ the audit log ${"━".repeat(54)}\n`);
    for (const entry of await harness.audit()) print(auditLine(entry));
    print(`\nAll ${await checkRecords(harness)} PATCH requests were on record before they were sent.`);
    return true;
  } catch (error) {
    process.stderr.write(`\nThe walk failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return false;
  } finally {
    await harness.close();
  }
}

function auditLine(entry: AuditEntry): string {
  const { sequence, at, kind, actor, connection, number, change, before, wanted, outcome, reason } = entry;
  const about = number ? (number.name ?? number.e164) : connection?.name;
  const what =
    kind === "change.requested"
      ? `${change} ${JSON.stringify(before)} → ${JSON.stringify(wanted)}`
      : (outcome ?? "");
  const why = kind === "change.requested" && reason ? ` (${reason})` : "";
  return `${String(sequence).padStart(3)} ${at} ${kind.padEnd(17)} ${formatActor(actor).padEnd(19)} ${about ?? ""}: ${what}${why}`;
}

import { join } from "node:path";
import { openFile } from "../../src/sqlite/connection/driver.ts";
import { openInfrastructure } from "../../src/infrastructure.ts";
import { readConfig } from "../../src/config.ts";
import type { AuditEvent } from "../../src/domain/audit/audit-log.ts";
import { startCliHarness, workspace, type CliHarness } from "./cli-harness.ts";

export const event = (n: number, more: Partial<AuditEvent> = {}): AuditEvent => ({
  kind: "change.requested",
  actor: { kind: "user", userId: n % 2 ? "U1" : "U2", workspaceId: workspace },
  requestId: `req_${n}`,
  changeId: `chg_${n}`,
  change: "rename",
  number: { connectionId: "con_1", numberId: `num_${n}`, e164: `+1415555010${n}`, name: '=HYPERLINK("x")' },
  wanted: { name: "Main" },
  ...more,
});

/** A command line whose database a server has left with three entries, a key and a checkpoint. */
export interface ServedCli {
  readonly harness: CliHarness;
  readonly path: string;
  readonly folder: string;
  /** What a server leaves behind: so many entries more, a key, and a checkpoint of them. */
  serve(entries: number): Promise<void>;
  /** Changes the database behind the back of its safeguards. */
  tamper(sql: string): void;
}

export async function startServedCli(): Promise<ServedCli> {
  const harness = await startCliHarness();
  const path = harness.environment["DATABASE_PATH"] ?? "";
  const serve = async (entries: number): Promise<void> => {
    const infra = openInfrastructure(readConfig(harness.environment, "database"), { lock: true });
    for (let n = 1; n <= entries; n += 1) await infra.store.workspace(workspace).audit.append(event(n));
    await infra.checkpoints?.makeDue();
    await infra.close();
  };
  const tamper = (sql: string): void => {
    const db = openFile(path);
    for (const name of ["audit_never_updated", "audit_never_deleted", "audit_head_moves_on"])
      db.exec(`DROP TRIGGER ${name}`);
    db.exec(sql);
    db.close();
  };
  await serve(3);
  return { harness, path, folder: join(path, ".."), serve, tamper };
}

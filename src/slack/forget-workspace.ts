import type { AuditEvent } from "../domain/audit-log.ts";
import type { LeftBehind } from "../domain/installations.ts";
import { auditConnection } from "../operations/context.ts";
import { forgetRoles } from "./desk.ts";
import { findByKey } from "./installation-store.ts";
import type { Services } from "./services.ts";

/** The news that a workspace has removed Patchbay, or revoked its token. */
export interface Farewell {
  /** The kind of event. */
  readonly job: string;
  readonly requestId: string;
  readonly at: Date;
}

/**
 * Forgets a workspace that has removed Patchbay: its installation, its sealed credentials and all that was still to be said
 * there go, also from memory. Its audit log stays and says what became of each. News that is older than the installation
 * is a late retry and changes nothing. Returns whether anything was forgotten. Throws not_recorded.
 */
export async function forgetWorkspace(services: Services, key: string, news: Farewell): Promise<boolean> {
  const { installations, accounts, clients, log } = services;
  // A seal that does not open must not keep the rest from being wiped.
  const installed = await findByKey(installations, key).catch((error: unknown) => {
    log.warn({ requestId: news.requestId, workspace: key, err: error }, "installation not opened");
    return undefined;
  });
  const record = (left: LeftBehind): readonly AuditEvent[] => farewellEntries(left, news);
  const left = await installations.wipe(key, { notAfter: news.at, record });
  if (!left) return false;
  for (const { id } of left.connections) accounts.forget(id);
  if (installed) clients.forget(installed.botToken);
  forgetRoles(services, key);
  return true;
}

/** What the log says of a workspace that left: each key that was wiped, each change that nobody can look up any more. */
function farewellEntries(left: LeftBehind, { job, requestId }: Farewell): readonly AuditEvent[] {
  const by = { actor: { kind: "system", job }, requestId } as const;
  const { connections, unsettled, unsaid, owed } = left;
  return [
    ...connections.map((connection): AuditEvent => ({
      ...by,
      kind: "connection.removed",
      connection: auditConnection(connection),
      outcome: "applied",
      reason: "the workspace removed Patchbay",
    })),
    ...unsettled.map(
      ({
        requested: { changeId, connection, number, change, before, wanted, labels, reason },
      }): AuditEvent => ({
        ...by,
        kind: "change.outcome",
        changeId,
        connection,
        number,
        change,
        before,
        wanted,
        labels,
        reason,
        outcome: "unknown",
        problem: {
          code: "not_connected",
          message: "The workspace removed Patchbay, so nobody can look any more. It is not looked at again.",
        },
      }),
    ),
    {
      ...by,
      kind: "workspace.uninstalled",
      outcome: "applied",
      details: {
        connections: String(connections.length),
        unsettled: String(unsettled.length),
        unsaid: String(unsaid),
        owed: String(owed),
      },
    },
  ];
}

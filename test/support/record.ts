import type { Harness } from "../../src/demo/harness.ts";
import type { AuditKind } from "../../src/domain/audit/audit-kind.ts";
import type { AuditEntry } from "../../src/domain/audit/audit-log.ts";
import type { SandboxMessage } from "../../src/sandbox/slack/index.ts";
import { textOf } from "./screen.ts";

/** Waits until the audit log of a workspace has an entry with all of this. */
export async function onRecord(
  harness: Harness,
  wanted: {
    readonly kind: AuditKind;
    readonly code?: string;
    readonly userId?: string;
    readonly workspaceId?: string;
  },
): Promise<AuditEntry> {
  const fits = (entry: AuditEntry): boolean =>
    entry.kind === wanted.kind &&
    (wanted.code === undefined || entry.problem?.code === wanted.code) &&
    (wanted.userId === undefined || (entry.actor.kind === "user" && entry.actor.userId === wanted.userId));
  return harness.slack.eventually(`an entry ${JSON.stringify(wanted)}`, async () =>
    (await harness.audit(wanted.workspaceId)).find(fits),
  );
}

/** Waits until somebody gets a direct message that says something. */
export async function toldDirectly(harness: Harness, userId: string, words: string): Promise<SandboxMessage> {
  return harness.slack.eventually(`a direct message that says “${words}”`, () =>
    harness.slack.directMessages(userId).find((message) => textOf(message).includes(words)),
  );
}

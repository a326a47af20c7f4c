import type { AuditKind } from "../../domain/audit/audit-kind.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { bold } from "../block-kit/blocks.ts";
import { actorMention } from "../block-kit/format.ts";

const done =
  (what: string) =>
  ({ actor, details }: AuditEntry): string =>
    `:electric_plug: ${actorMention(actor)} ${what} ${bold(details?.origin ?? "")}`;

/** How to announce what happens to webhooks. */
export const webhookAnnouncements: Readonly<Partial<Record<AuditKind, (entry: AuditEntry) => string>>> = {
  "webhook.added": done("sends the audit log as events to"),
  "webhook.rotated": done("replaced the secret of the webhook to"),
  "webhook.changed": done("changed which events are sent to"),
  "webhook.removed": done("removed the webhook to"),
  "webhook.resumed": done("resumed the webhook to"),
  "webhook.paused": ({ details }) =>
    `:warning: Patchbay paused the webhook to ${bold(details?.origin ?? "")}, because it could not deliver events`,
};

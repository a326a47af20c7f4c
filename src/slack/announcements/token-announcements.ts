import type { AuditKind } from "../../domain/audit/audit-kind.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { bold } from "../block-kit/blocks.ts";
import { actorMention } from "../block-kit/format.ts";

/** How to announce what happens to tokens of the HTTP API. */
export const tokenAnnouncements: Readonly<Partial<Record<AuditKind, (entry: AuditEntry) => string>>> = {
  "token.made": ({ actor, details }) =>
    `:key: ${actorMention(actor)} made the API token ${bold(details?.name ?? "")} (${details?.scope})`,
  "token.revoked": ({ actor, details }) =>
    `:key: ${actorMention(actor)} revoked the API token ${bold(details?.name ?? "")}`,
  "token.expired": ({ details }) => `:key: The API token ${bold(details?.name ?? "")} expired`,
};

import type { ApiToken } from "../../domain/access/api-token.ts";
import type { AuditEvent } from "../../domain/audit/audit-log.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import type { Context } from "../shared/context.ts";

type TokenKind = "token.made" | "token.revoked" | "token.expired";

/** The entry about a token. */
export function tokenEvent<Kind extends TokenKind>(
  { actor, requestId }: Pick<Context, "actor" | "requestId">,
  kind: Kind,
  { id, name, owner, scope, connectionIds, expiresAt }: ApiToken,
): AuditEvent<TokenKind> & { readonly kind: Kind } {
  return {
    kind,
    actor,
    requestId,
    outcome: "applied",
    details: {
      token: id,
      name,
      scope,
      ...(connectionIds ? { connections: connectionIds.join(",") } : {}),
      owner: formatActor(owner),
      until: expiresAt,
    },
  };
}

/** The entry about the removal of a token that cannot be read. */
export function unreadableEvent(
  { actor, requestId }: Pick<Context, "actor" | "requestId">,
  id: string,
): AuditEvent<"token.revoked"> {
  const unknown = "unreadable";
  const details = { token: id, name: id, scope: unknown, owner: unknown, until: unknown };
  return { kind: "token.revoked", actor, requestId, outcome: "applied", details };
}

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

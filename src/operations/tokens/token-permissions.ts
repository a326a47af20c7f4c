import {
  reachesConnection,
  tokenActor,
  type ApiToken,
  type ApiTokens,
  type TokenScope,
} from "../../domain/access/api-token.ts";
import type { Authorizer, Permissions } from "../../domain/access/authorization.ts";
import type { Connections } from "../../domain/connections/connections.ts";
import { isSameActor, roleIsEnough, type Role } from "../../domain/shared/actor.ts";

/** The highest role of each scope. Nobody administers Patchbay with a token. */
const roleOf: Readonly<Record<TokenScope, Role>> = {
  read: "viewer",
  propose: "operator",
  change: "operator",
};

interface Stored {
  readonly connections: Pick<Connections, "list">;
  readonly tokens: Pick<ApiTokens, "find">;
}

const revoked: Permissions = {
  role: "none",
  approver: false,
  deniedConnections: [],
  unavailableReason: "This token was revoked.",
};

/**
 * The permissions of a token: those that its owner has now, limited to its scope and its connections. It never approves
 * anything, and has none once it is revoked, also in the middle of a request. Other actors have their own permissions.
 */
export function tokenAuthorizer(
  owners: Authorizer,
  token: ApiToken,
  { connections, tokens }: Stored,
): Authorizer {
  const actor = tokenActor(token);
  return {
    permissions: async (asked, settings) => {
      const found = await owners.permissions(asked, settings);
      if (!isSameActor(asked, actor)) return found;
      const [known, live] = await Promise.all([connections.list(), tokens.find(token.id)]);
      if (!live) return revoked;
      const beyond = known.filter(({ id }) => !reachesConnection(token, id)).map(({ id }) => id);
      return limited(found, token.scope, beyond);
    },
  };
}

/**
 * The permissions of actors in background work, where a token is known by its actor alone: a run that a token began goes
 * on with the rights that the token has now, and with none once it is revoked.
 */
export function withTokens(
  owners: Authorizer,
  stored: Pick<Stored, "connections"> & { readonly tokens: Pick<ApiTokens, "list" | "find"> },
): Authorizer {
  return {
    permissions: async (asked, settings) => {
      if (asked.kind !== "token") return owners.permissions(asked, settings);
      const token = (await stored.tokens.list()).find((one) => isSameActor(tokenActor(one), asked));
      return token ? tokenAuthorizer(owners, token, stored).permissions(asked, settings) : revoked;
    },
  };
}

function limited(
  { role, deniedConnections, onCall, unavailableReason, unavailableFrom }: Permissions,
  scope: TokenScope,
  beyond: readonly string[],
): Permissions {
  const most = roleOf[scope];
  return {
    role: roleIsEnough(role, most) ? most : role,
    approver: false,
    deniedConnections: [...new Set([...deniedConnections, ...beyond])],
    // Without the mark, an entry would not show that the owner had the right by a shift alone.
    ...(onCall?.role ? { onCall: { role: onCall.role } } : {}),
    unavailableReason,
    unavailableFrom,
  };
}

import type { TokenOwner, TokenScope } from "../../src/domain/access/api-token.ts";
import type { Harness } from "../../src/demo/harness.ts";
import { formatActor } from "../../src/domain/shared/actor.ts";
import { newTokenSecret, tokenHash } from "../../src/operations/tokens/token-secret.ts";
import { cli } from "../support/fixtures.ts";
import { alpha } from "../support/neighbours.ts";

const dayMs = 86_400_000;

/** Stores a token of anybody, as an admin of before may have made it. */
export async function storeToken(
  { infra }: Pick<Harness, "infra">,
  { owner, scope }: { readonly owner: TokenOwner; readonly scope: TokenScope },
): Promise<{ readonly id: string; readonly secret: string }> {
  const id = infra.newId("tok");
  const secret = newTokenSecret();
  const madeAt = infra.now().toISOString();
  const expiresAt = new Date(infra.now().getTime() + dayMs).toISOString();
  const token = { id, name: id.toLowerCase(), owner, scope, connectionIds: undefined, madeAt, expiresAt };
  await infra.store
    .workspace(alpha.teamId)
    .tokens.make({ ...token, lastUsedAt: undefined }, await tokenHash(secret), {
      kind: "token.made",
      actor: cli,
      requestId: infra.newId("req"),
      details: { token: id, name: token.name, scope, owner: formatActor(owner), until: expiresAt },
    });
  return { id, secret };
}

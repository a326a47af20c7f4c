import { expect, it } from "vitest";
import { Problem } from "../../../src/domain/problem/problem.ts";
import { authenticateToken } from "../../../src/operations/tokens/authenticate-token.ts";
import { makeToken } from "../../../src/operations/tokens/manage-tokens.ts";
import { startWorld } from "../../support/world.ts";

it("accepts a token whose use cannot be noted, because reading needs no disk", async () => {
  const { ctx, store } = await startWorld();
  const ops = { ...ctx, actor: { kind: "cli", osUser: "ops" } } as const;
  const made = await makeToken(ops, { name: "ci", scope: "read" });
  const full = {
    tokenByHash: store.tokenByHash,
    workspace: (id: string) => {
      const workspace = store.workspace(id);
      const noteUse = async () => Promise.reject(new Problem("not_recorded", "The disk is full."));
      return { ...workspace, tokens: { ...workspace.tokens, noteUse } };
    },
  };
  const found = await authenticateToken({ store: full, log: ctx.log, now: ctx.now }, made.secret);
  expect(found).toMatchObject({ workspaceId: ctx.workspace.id, token: { id: made.token.id } });
});

import { expect, it } from "vitest";
import { noPermissions } from "../../../src/domain/access/authorization.ts";
import { contextFactory, derivedContext } from "../../../src/operations/shared/context-factory.ts";
import { startWorld } from "../../support/world.ts";

const job = { kind: "system", job: "test" } as const;
const person = { kind: "user", userId: "U1", workspaceId: "T2" } as const;

async function factory() {
  const { ctx, store } = await startWorld();
  return { ctx, contextFor: contextFactory({ ...ctx, store }) };
}

it("makes a context of its own workspace, with a fresh request id", async () => {
  const { ctx, contextFor } = await factory();
  const [one, other] = [contextFor("T2", job), contextFor("T2", job)];
  expect([one.workspace.id, one.actor]).toEqual(["T2", job]);
  expect(one.requestId).not.toBe(other.requestId);
  expect(one.authorizer).toBe(ctx.authorizer);
});

it("lets a piece of work bring its own parts", async () => {
  const { contextFor } = await factory();
  const later: string[] = [];
  const authorizer = { permissions: async () => noPermissions };
  const own = { requestId: "req_own", authorizer, reconcileLater: (id: string) => void later.push(id) };
  const made = contextFor("T2", person, own);
  made.reconcileLater("chg_1");
  expect([made.requestId, made.authorizer, later]).toEqual(["req_own", authorizer, ["chg_1"]]);
});

it("replaces single parts for a step, and leaves the original as it is", async () => {
  const { contextFor } = await factory();
  const made = contextFor("T2", job, { requestId: "req_own" });
  const derived = derivedContext(made, { actor: person });
  expect(derived).toEqual({ ...made, actor: person });
  expect(made.actor).toBe(job);
});

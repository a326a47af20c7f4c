import type { Infrastructure } from "../../src/infrastructure.ts";
import { asRead, keyOf, largeAccount } from "./accounts.ts";

const numbersEach = 100;
const vendor = "cartesia";

/** Installs that many workspaces, each with a connection, its lists, and an entry for both. */
export async function fillWorkspaces(infra: Infrastructure, count: number): Promise<void> {
  const account = largeAccount(vendor, numbersEach);
  const numbers = asRead(vendor, account);
  const agents = account.agents.map(({ id, name }) => ({ id, name }));
  const actor = { kind: "cli", osUser: "bench" } as const;
  for (let at = 0; at < count; at += 1) {
    const workspaceId = `T${String(at).padStart(8, "0")}`;
    const requestId = `req_bench_${at}`;
    const installation = {
      team: { id: workspaceId },
      enterprise: undefined,
      user: { id: "U0OPER0000", token: undefined, scopes: undefined },
      bot: { token: `xoxb-bench-${at}`, scopes: [], id: `B${at}`, userId: `U${at}` },
      authVersion: "v2",
      isEnterpriseInstall: false,
    };
    await infra.installations.save(workspaceId, installation, new Date(0), {
      kind: "workspace.installed",
      actor,
      requestId,
    });
    const workspace = infra.store.workspace(workspaceId);
    const connection = await workspace.connections.add(
      { vendor, name: "Prod", credentials: { api_key: keyOf(vendor) } },
      () => ({ kind: "connection.added", actor, requestId }),
    );
    const copies = workspace.inventory(connection);
    await copies.numbers.keep({ items: numbers, at: new Date(), tookMs: 500 });
    await copies.agents.keep({ items: agents, at: new Date(), tookMs: 500 });
  }
}

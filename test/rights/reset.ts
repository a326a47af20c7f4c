import type { Harness } from "../../src/demo/harness.ts";
import { formatActor, type Actor } from "../../src/domain/shared/actor.ts";
import { cli } from "../support/fixtures.ts";
import { alpha } from "../support/neighbours.ts";
import { settingsOfAlpha } from "./people.ts";
import { accountOfAlpha, bravoKey, numbers, type Target } from "./targets.ts";

/** Gives the vendor the accounts of both workspaces, as they are before a try. */
export function resetVendor(harness: Harness): void {
  harness.vendors.cartesia.addAccount({ ...accountOfAlpha(), key: harness.keys.cartesia });
  harness.vendors.cartesia.addAccount({
    key: bravoKey,
    agents: [{ id: "agent_bravo1", name: "Bravo bot" }],
    numbers: [{ id: numbers.foreign.id, e164: "+12065550101", name: "Bravo line", agentId: "agent_bravo1" }],
  });
}

/** Resets the vendor and the first workspace, with a protected and a frozen number. */
export async function resetEverything(harness: Harness, connectionId: string): Promise<void> {
  const store = harness.infra.store.workspace(alpha.teamId);
  const event = (): { actor: Actor; requestId: string } => ({
    actor: cli,
    requestId: harness.infra.newId("req"),
  });
  const scope = (target: Target) => ({ connectionId, numberId: numbers[target].id });
  resetVendor(harness);
  harness.slack.clearFailures();
  harness.vendors.cartesia.clearFaults();
  const now = await store.settings.readNow();
  const settings = settingsOfAlpha(connectionId);
  if (JSON.stringify(now.settings) !== JSON.stringify(settings))
    await store.settings.write(settings, event());
  for (const freeze of await store.freezes.list())
    await store.freezes.remove(freeze, { ...event(), kind: "freeze.lifted" });
  for (const one of await store.protections.list())
    await store.protections.remove(one, { ...event(), kind: "protection.lifted" });
  await store.runbooks.remove(scope("own"), {
    ...event(),
    kind: "runbook.removed",
    details: { url: "https://wiki/tried" },
  });
  const at = new Date(0).toISOString();
  for (const { id, title } of await store.rules.list())
    await store.rules.remove(id, {
      ...event(),
      kind: "rule.removed",
      details: { rule: id, title, demand: "" },
    });
  for (const { id, name, owner, expiresAt, ...token } of await store.tokens.list()) {
    const details = { token: id, name, scope: token.scope, owner: formatActor(owner), until: expiresAt };
    await store.tokens.remove(id, { ...event(), kind: "token.revoked", details });
  }
  for (const { id } of await store.webhooks.list()) await store.webhooks.remove(id, event());
  if (await store.rules.closedGate())
    await store.rules.openGate({ ...event(), kind: "gate.opened", details: { gate: "automation" } });
  await store.freezes.set(
    { ...scope("frozen"), title: "Icy line", by: cli, reason: "it thaws", at },
    { ...event(), kind: "freeze.set" },
  );
  await store.protections.set(
    { ...scope("protected"), title: "Guarded line", approvals: 1, at },
    { ...event(), kind: "protection.set" },
  );
}

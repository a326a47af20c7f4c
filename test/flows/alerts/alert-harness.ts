import { onTestFinished } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { HarnessOptions } from "../../../src/demo/harness-options.ts";
import type { AlertSource, Mapping } from "../../../src/domain/alerts/hook.ts";
import { makeHook } from "../../../src/operations/alerts/manage-hooks.ts";
import type { SandboxMessage } from "../../../src/sandbox/slack/index.ts";
import { secrets, signAlert, type SignedAlert } from "../../hooks/signed-alerts.ts";
import { silentPlan } from "../../support/failover/silent-plan.ts";
import { cli, operator, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { person, textOf } from "../../support/screen.ts";

/** A harness whose workers look often. */
export async function startAlerts(more: Partial<HarnessOptions> = {}): Promise<Harness> {
  return startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    pause: async () => undefined,
    alertsEveryMs: 20,
    ...more,
  });
}

export const fleetDesk = "pn_H3k7Ry4N";

/** A harness with the plan `silent` of these tiers, closed after the test, and what its tests look at. */
export async function startSilentAlerts({
  tiers = [[roadside], [fleetDesk]],
  ...more
}: Partial<HarnessOptions> & { readonly tiers?: readonly (readonly string[])[] } = {}) {
  let passedMs = 0;
  const harness = await startAlerts({ now: () => new Date(Date.now() + passedMs), ...more });
  onTestFinished(async () => harness.close());
  await silentPlan(harness, tiers);
  const { cartesia } = harness.vendors;
  return {
    harness,
    omar: person(harness, operator),
    pass: (ms: number): void => {
      passedMs += ms;
    },
    patches: (): number => cartesia.requests.filter(({ method }) => method === "PATCH").length,
    agentOf: (id: string) => cartesia.effective(id).agentId,
    ended: async () => (await harness.audit()).filter(({ kind }) => kind === "incident.ended"),
  };
}

/** Makes a hook like the command line, with a mapping from services that begin with “cartesia” to the plan `silent`. */
export async function hookFor(
  harness: Harness,
  source: AlertSource,
  {
    mappings = [{ field: "service", pattern: "cartesia*", proposes: { kind: "plan", plan: "silent" } }],
    workspaceId = teamId,
    name = source,
  }: {
    readonly mappings?: readonly Omit<Mapping, "id" | "channelId">[];
    readonly workspaceId?: string;
    readonly name?: string;
  } = {},
): Promise<string> {
  const ctx = harness.infra.contextFor(workspaceId, cli);
  const { hook } = await makeHook(ctx, { name, source, secret: secrets[source] });
  for (const [number, mapping] of mappings.entries())
    await ctx.workspace.hooks.addMapping(
      hook.id,
      { ...mapping, id: `map_${number}`, channelId: voiceOps },
      ctx,
    );
  return hook.id;
}

/** Sends a request to a hook. Returns the status, and what the body says, which is always nothing. */
export async function sendAlert(
  harness: Harness,
  hookId: string,
  { headers, body }: SignedAlert,
): Promise<readonly [status: number, words: string]> {
  const response = await fetch(`${harness.url()}/hooks/${hookId}`, { method: "POST", headers, body });
  return [response.status, await response.text()];
}

/** Signs a body as its source does, and sends it. */
export async function sendSigned(
  harness: Harness,
  hookId: string,
  source: AlertSource,
  body: string,
): Promise<readonly [status: number, words: string]> {
  return sendAlert(harness, hookId, signAlert(source, body, { id: `msg_${Math.random()}` }));
}

/** Waits until the channel has a message that says all of this. */
export async function proposal(harness: Harness, ...words: readonly string[]): Promise<SandboxMessage> {
  return harness.slack.eventually(`a message that says ${words.join(", ")}`, () =>
    harness.slack
      .messages(voiceOps)
      .findLast((message) => words.every((each) => textOf(message).includes(each))),
  );
}

/** The ids of a message's buttons. */
export function buttonsOf({ blocks }: SandboxMessage): string[] {
  return blocks.flatMap((block) => {
    const { elements = [] } = block as { elements?: { action_id?: string }[] };
    return elements.flatMap(({ action_id: id }) => (id === undefined ? [] : [id]));
  });
}

import { createHmac } from "node:crypto";
import { pagerDutyBody, signAlert } from "../../hooks/signed-alerts.ts";
import { cli } from "../../support/fixtures.ts";
import { alpha } from "../../support/neighbours.ts";
import type { MatrixHarness } from "../matrix-harness.ts";
import { admins, anyOperator, button, refusedAct, type Row, sent, shown, typed } from "./row.ts";

const by = { actor: cli, requestId: "req_tried" } as const;
const changed = { may: admins, yes: "hook.changed", no: refusedAct } as const;
const mapping = {
  id: "map_tried",
  field: "service",
  pattern: "*",
  proposes: { kind: "plan", plan: "gone" },
  // Not where the buttons are pressed: the incident of an alert is to be in no other row's way.
  channelId: "C0INCID01",
} as const;
const secret = "tried-signing-secret";

/** Makes the one hook of a cell. Returns its id. */
async function hookIn({ harness }: MatrixHarness): Promise<string> {
  const { hooks } = harness.infra.store.workspace(alpha.teamId);
  for (const { id } of await hooks.list()) await hooks.remove(id, by);
  const hex = createHmac("sha256", "id").update(harness.infra.newId("hook")).digest("hex").slice(0, 32);
  const hook = await hooks.make({ id: `hook_${hex}`, name: "Tried", source: "pagerduty" }, { secret }, by);
  await hooks.addMapping(hook.id, mapping, by);
  return hook.id;
}

/** The same with something that its alert proposes. Returns the proposal's id. */
async function proposalIn(matrix: MatrixHarness): Promise<string> {
  const hookId = await hookIn(matrix);
  const { audit, proposals } = matrix.harness.infra.store.workspace(alpha.teamId);
  const alert = { id: "A", key: "TRIED-1", title: "Tried", state: "open", hash: "h" } as const;
  const matched = [{ mapping, alerts: [alert] }];
  await proposals.receive(hookId, { digest: undefined, matched, hasAlerts: true }, by);
  const entries = await audit.entries({ limit: 50 });
  return entries.find(({ kind }) => kind === "proposal.made")?.details?.proposal ?? "";
}

/** Sends an alert to the hook, as the source itself does. */
async function sendAlert({ harness }: MatrixHarness, hookId: string, signedWith: string): Promise<void> {
  const { headers, body } = signAlert("pagerduty", pagerDutyBody(), { secret: signedWith });
  await fetch(`${harness.url()}/hooks/${hookId}`, { method: "POST", headers, body });
}

/** Alerts that come in: a hook has no rights, and only people decide. */
export const alerting: readonly Row[] = [
  typed("hooks", "hooks", shown(admins)),
  button("hook:new", () => "new", shown(admins)),
  ...["hook:secret", "hook:notes", "hook:map"].map((actionId) =>
    button(actionId, (_matrix, id) => id, { ...shown(admins), prepare: hookIn }),
  ),
  button("hook:remove", (_matrix, id) => id, {
    may: admins,
    yes: "hook.removed",
    no: refusedAct,
    prepare: hookIn,
  }),
  button("hook:unmap", (_matrix, hook) => JSON.stringify({ hook, mapping: mapping.id }), {
    ...changed,
    prepare: hookIn,
  }),
  sent(
    "hook",
    async (matrix, who) => {
      const name = matrix.harness.infra.newId("tried").slice(0, 40);
      await matrix.send(who, "hook", { from: {} }, { name, source: "grafana" });
    },
    { may: admins, yes: "hook.made", no: refusedAct, prepare: hookIn },
  ),
  sent(
    "hook_secret",
    async (matrix, who, hook) =>
      matrix.send(who, "hook_secret", { from: {}, hook }, { secret: "another-secret" }),
    { ...changed, prepare: hookIn },
  ),
  sent(
    "hook_notes",
    async (matrix, who, hook) => matrix.send(who, "hook_notes", { from: {}, hook }, { token: "tried-token" }),
    { ...changed, prepare: hookIn },
  ),
  sent(
    "hook_mapping",
    async (matrix, who, hook) => {
      const values = { field: "service", pattern: "tried*", agent: "Dispatch", channel: "C0VOICE01" };
      await matrix.send(
        who,
        "hook_mapping",
        { from: {}, hook },
        { ...values, numbers: matrix.nameOf("own") },
      );
    },
    { ...changed, prepare: hookIn },
  ),
  button("alert:look", (_matrix, id) => id, { ...shown(anyOperator), prepare: proposalIn }),
  button("look_at:0", (_matrix, id) => JSON.stringify({ id, number: 0 }), {
    ...shown(anyOperator),
    prepare: proposalIn,
  }),
  button("alert:not_now", (_matrix, id) => id, {
    may: anyOperator,
    yes: "proposal.dismissed",
    no: refusedAct,
    prepare: proposalIn,
  }),
  button("alert:remind", (_matrix, id) => id, { ...shown(anyOperator), prepare: proposalIn }),
  // Neither changes anything or asks in somebody's name, whether or not the signature is right.
  ...[
    ["signed alert", secret],
    ["unsigned alert", "of somebody else"],
  ].map(([verb = "", key = ""]): Row => ({
    verb,
    surface: "hook",
    target: "own",
    may: admins,
    yes: "shown",
    no: "shown",
    prepare: hookIn,
    act: async (matrix, _who, hookId) => sendAlert(matrix, hookId, key),
  })),
];

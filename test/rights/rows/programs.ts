import { cli } from "../../support/fixtures.ts";
import { alpha } from "../../support/neighbours.ts";
import type { MatrixHarness } from "../matrix-harness.ts";
import { storeToken } from "../token-of.ts";
import { ran } from "./command-lines.ts";
import { admins, button, refusedAct, type Row, sent, shown, typed } from "./row.ts";

/** Nobody answers there, and nothing resolves it. */
const url = "https://hooks.invalid/x";

const token = async ({ harness }: MatrixHarness): Promise<string> =>
  (await storeToken(harness, { owner: cli, scope: "read" })).id;

async function webhook({ harness }: MatrixHarness): Promise<string> {
  const { webhooks } = harness.infra.store.workspace(alpha.teamId);
  const secret = `whsec_${btoa("tried tried tried tried tried tr")}`;
  const { id } = await webhooks.add(
    { url, origin: new URL(url).origin, secret },
    { actor: cli, requestId: "req_tried" },
  );
  return id;
}

async function pausedWebhook(matrix: MatrixHarness): Promise<string> {
  const id = await webhook(matrix);
  const { webhooks } = matrix.harness.infra.store.workspace(alpha.teamId);
  await webhooks.pause(id, "tried", { actor: cli, requestId: "req_tried" });
  return id;
}

const gets = (yes: string) => ({ may: admins, yes, no: refusedAct });

/** Tokens and webhooks, in Slack and on the command line. */
export const managingPrograms: readonly Row[] = [
  typed("tokens", "tokens", shown(admins)),
  typed("webhooks", "webhooks", shown(admins)),
  button("token:new", () => "new", shown(admins)),
  button("token:revoke", (_matrix, id) => id, { ...gets("token.revoked"), prepare: token }),
  button("webhook:new", () => "new", shown(admins)),
  button("webhook:kinds", (_matrix, id) => id, { ...shown(admins), prepare: webhook }),
  button("webhook:rotate", (_matrix, id) => id, { ...gets("webhook.rotated"), prepare: webhook }),
  button("webhook:remove", (_matrix, id) => id, { ...gets("webhook.removed"), prepare: webhook }),
  button("webhook:resume", (_matrix, id) => id, { ...gets("webhook.resumed"), prepare: pausedWebhook }),
  sent(
    "make a token",
    async (matrix, who) =>
      matrix.send(who, "token", { from: {} }, { name: "tried", scope: "change", days: "1" }),
    gets("token.made"),
  ),
  sent(
    "add a webhook",
    async (matrix, who) => matrix.send(who, "webhook", { from: {} }, { url }),
    gets("webhook.added"),
  ),
  sent(
    "choose a webhook's events",
    async (matrix, who, id) =>
      matrix.send(who, "webhook_kinds", { from: {}, webhook: id }, { kinds: "change.*" }),
    { ...gets("webhook.changed"), prepare: webhook },
  ),
  ran("tokens list", ["tokens", "list"], shown(admins)),
  ran("tokens make", ["tokens", "make", "tried", "--scope", "change"], gets("token.made")),
  ran("tokens revoke", (_matrix, id) => ["tokens", "revoke", id], {
    ...gets("token.revoked"),
    prepare: token,
  }),
  ran("webhooks list", ["webhooks", "list"], shown(admins)),
  ran("webhooks add", ["webhooks", "add", url], gets("webhook.added")),
  ran("webhooks filter", (_matrix, id) => ["webhooks", "filter", id, "change.*"], {
    ...gets("webhook.changed"),
    prepare: webhook,
  }),
  ran("webhooks rotate", (_matrix, id) => ["webhooks", "rotate", id], {
    ...gets("webhook.rotated"),
    prepare: webhook,
  }),
  ran("webhooks remove", (_matrix, id) => ["webhooks", "remove", id], {
    ...gets("webhook.removed"),
    prepare: webhook,
  }),
  ran("webhooks resume", (_matrix, id) => ["webhooks", "resume", id], {
    ...gets("webhook.resumed"),
    prepare: pausedWebhook,
  }),
];

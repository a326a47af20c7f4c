import { createHmac, randomBytes } from "node:crypto";
import { alertSources, type AlertSource } from "../../domain/alerts/hook.ts";
import { addMapping, makeHook } from "../../operations/alerts/manage-hooks.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { Harness } from "../harness.ts";
import { alertBody } from "./alert-bodies.ts";
import type { AlertAct, AlertRow } from "./inspector-types.ts";

/** Sends alerts to the app, as each source does, and remembers what was answered. */
export interface DemoAlerts {
  rows(): readonly AlertRow[];
  send(source: AlertSource, act: AlertAct): Promise<void>;
}

interface Sender {
  readonly secret: string;
  hookId?: string | undefined;
  /** How many incidents it has had. */
  count: number;
  isFiring: boolean;
  last?: { readonly act: AlertAct; readonly status: number };
}

/** How many alerts come at once in a storm. */
const storm = 200;

/** The sources of the demo. Each gets its hook with its first alert, so that nobody sees hooks before they look for them. */
export function demoAlerts({
  harness,
  teamId,
  channelId,
  plan,
}: {
  readonly harness: Harness;
  readonly teamId: string;
  readonly channelId: string;
  readonly plan: string;
}): DemoAlerts {
  const sender = (source: AlertSource): Sender => ({ secret: newSecret(source), count: 0, isFiring: false });
  const senders: Readonly<Record<AlertSource, Sender>> = {
    pagerduty: sender("pagerduty"),
    rootly: sender("rootly"),
    grafana: sender("grafana"),
    standard: sender("standard"),
  };
  const ctx = (): Context => harness.infra.contextFor(teamId, { kind: "cli", osUser: "ada" });
  const hookOf = async (source: AlertSource, { secret, hookId }: Sender): Promise<string> => {
    const { hooks } = harness.infra.store.workspace(teamId);
    if (hookId !== undefined && (await hooks.find(hookId))) return hookId;
    const { hook } = await makeHook(ctx(), { name: `${source} of the demo`, source, secret });
    const field = source === "grafana" ? "label" : "service";
    const pattern = source === "grafana" ? "service=cartesia*" : "cartesia*";
    await addMapping(ctx(), hook.id, { field, pattern, plan, numbers: "", agent: "", channelId });
    return hook.id;
  };
  return {
    rows: () =>
      alertSources.map((source) => {
        const { isFiring, last } = senders[source];
        return { source, isFiring, ...(last ? { last } : {}) };
      }),
    send: async (source, act) => {
      const own = senders[source];
      own.hookId = await hookOf(source, own);
      const now = ctx().now();
      const isNew = act !== "resolved" && act !== "forged" && !own.isFiring;
      if (isNew) own.count += 1;
      const body = alertBody(source, {
        number: own.count,
        isOver: act === "resolved",
        count: act === "storm" ? storm : 1,
        now,
      });
      const secret = act === "forged" ? newSecret(source) : own.secret;
      const response = await fetch(`${harness.url()}/hooks/${own.hookId}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...signatureOf(source, { body, secret, now }) },
        body,
      });
      own.last = { act, status: response.status };
      if (response.ok) own.isFiring = act !== "resolved";
    },
  };
}

function newSecret(source: AlertSource): string {
  const bytes = randomBytes(24);
  return source === "standard" ? `whsec_${bytes.toString("base64")}` : bytes.toString("hex");
}

/** The headers with which a source proves that a body is its own. */
function signatureOf(
  source: AlertSource,
  { body, secret, now }: { readonly body: string; readonly secret: string; readonly now: Date },
): Record<string, string> {
  const seconds = String(Math.floor(now.getTime() / 1000));
  const hex = (text: string): string => createHmac("sha256", secret).update(text).digest("hex");
  switch (source) {
    case "pagerduty":
      return { "x-pagerduty-signature": `v1=${hex(body)}` };
    case "rootly":
      return { "x-rootly-signature": `t=${seconds},v1=${hex(seconds + body)}` };
    case "grafana":
      return { authorization: `Bearer ${secret}` };
    case "standard": {
      const id = `msg_${randomBytes(12).toString("hex")}`;
      const key = Buffer.from(secret.slice("whsec_".length), "base64");
      const signed = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
      return { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": `v1,${signed}` };
    }
  }
}

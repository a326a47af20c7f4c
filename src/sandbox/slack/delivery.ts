import { createHmac } from "node:crypto";
import { send } from "./http-client.ts";
import { nowMs } from "./ids.ts";
import type { Json } from "./json.ts";
import type { RawRequestOptions } from "./sandbox-types.ts";
import type { Delivery, DeliveryKind, RawAnswer } from "./types.ts";
import { record, type World } from "./world.ts";

/** Slack's v0 signature of a request body. */
function signature(signingSecret: string, timestamp: number, body: string): string {
  const digest = createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex");
  return `v0=${digest}`;
}

const FORM = "application/x-www-form-urlencoded";

/** Encodes a payload for HTTP. */
function encode(kind: DeliveryKind, payload: Json): { body: string; contentType: string } {
  if (kind === "event") return { body: JSON.stringify(payload), contentType: "application/json" };
  const fields =
    kind === "command"
      ? Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)])
      : ([["payload", JSON.stringify(payload)]] satisfies [string, string][]);
  return { body: new URLSearchParams(fields).toString(), contentType: FORM };
}

function byHttp(
  world: World,
  url: string,
  kind: DeliveryKind,
  payload: Json,
  retry: number,
): Promise<RawAnswer> {
  const { body, contentType } = encode(kind, payload);
  const timestamp = Math.floor(Date.now() / 1000);
  return send(url, {
    body,
    timeoutMs: world.options.ackTimeoutMs,
    keepConnection: world.options.keepConnections,
    headers: {
      "content-type": contentType,
      "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
      "x-slack-request-timestamp": String(timestamp),
      "x-slack-signature": signature(world.options.signingSecret, timestamp, body),
      ...(retry > 0 ? { "x-slack-retry-num": String(retry), "x-slack-retry-reason": "http_timeout" } : {}),
    },
  });
}

function problemOf(answer: RawAnswer): string | undefined {
  if (answer.failure === "timeout") return "operation_timeout";
  return answer.status === 200 ? undefined : "dispatch_failed";
}

/** Sends a request to the app, by HTTP or by socket, and waits for its acknowledgement. */
export async function deliver(world: World, kind: DeliveryKind, payload: Json, retry = 0): Promise<Delivery> {
  const atMs = nowMs();
  const answer =
    world.eventsUrl === undefined
      ? await world.sockets.send(kind, payload, world.options.ackTimeoutMs, retry)
      : await byHttp(world, world.eventsUrl, kind, payload, retry);
  const ackedAtMs = nowMs();
  const problem = problemOf(answer);
  const delivery: Delivery = {
    kind,
    payload,
    status: answer.status,
    body: answer.body,
    tookMs: ackedAtMs - atMs,
    atMs,
    ackedAtMs,
    ...(problem === undefined ? {} : { problem }),
  };
  record(world.deliveries, delivery);
  world.changes.tell();
  return delivery;
}

/** Sends a test's own body to the app, signed correctly by default. */
export async function rawRequest(
  world: World,
  body: string,
  options: RawRequestOptions,
): Promise<{ status: number; body: string }> {
  if (world.eventsUrl === undefined) throw new Error("a raw request needs an app connected by HTTP");
  const url = options.path === undefined ? world.eventsUrl : new URL(options.path, world.eventsUrl).href;
  const timestamp = options.timestamp ?? Math.floor(Date.now() / 1000);
  const { status, body: answered } = await send(url, {
    body,
    headers: {
      "content-type": options.contentType ?? FORM,
      "x-slack-request-timestamp": String(timestamp),
      "x-slack-signature": options.signature ?? signature(world.options.signingSecret, timestamp, body),
      ...options.headers,
    },
  });
  return { status, body: answered };
}

import type { Delivery, WebApiCall } from "../../sandbox/slack/index.ts";
import type { RecordedRequest } from "../../sandbox/vendors/index.ts";
import type { Harness } from "../harness.ts";
import { masking } from "./masking.ts";
import { vendorIds } from "../../vendors/index.ts";
import type { Json, VendorId } from "./types.ts";
import type { LoggedRequest } from "./inspector-types.ts";

/** How many of the latest requests of each kind to show. */
const shownOfEach = 60;

/** Records requests between Slack, the app and the vendors. */
export interface RequestLog {
  /** The latest requests, each with a text that changes when the request does. */
  latest(): readonly { readonly logged: LoggedRequest; readonly text: string }[];
}

/** The request log of a harness: what the fakes recorded, with secrets masked. */
export function requestLogOf(harness: Harness, moreSecrets: readonly string[]): RequestLog {
  const mask = masking(() => [...harness.secrets, ...moreSecrets]);
  const known = new WeakMap<object, { id: string; stamp: string; logged: LoggedRequest; text: string }>();
  let count = 0;
  const read = (entry: object, stamp: string, make: (id: string) => LoggedRequest) => {
    const before = known.get(entry);
    if (before?.stamp === stamp) return before;
    const id = before?.id ?? `w${(count += 1)}`;
    const logged = make(id);
    const made = { id, stamp, logged, text: JSON.stringify(logged) };
    known.set(entry, made);
    return made;
  };
  const delivery = (each: Delivery) =>
    read(each, each.problem ?? "", (id) => ({ id, ...loggedDelivery(each, mask) }));
  const call = (each: WebApiCall) => read(each, "", (id) => ({ id, ...loggedCall(each, mask) }));
  const vendorRequest = (vendor: VendorId) => (each: RecordedRequest) =>
    read(each, String(each.status), (id) => ({ id, ...loggedVendorRequest(vendor, each, mask) }));
  return {
    latest: () => [
      ...harness.slack.deliveries.slice(-shownOfEach).map(delivery),
      ...harness.slack.calls.slice(-shownOfEach).map(call),
      ...vendorIds.flatMap((vendor) =>
        harness.vendors[vendor].requests.slice(-shownOfEach).map(vendorRequest(vendor)),
      ),
    ],
  };
}

type Mask = (value: unknown) => unknown;
type Unnamed = Omit<LoggedRequest, "id">;

function loggedDelivery(
  { kind, payload, status, body, tookMs, atMs, problem }: Delivery,
  mask: Mask,
): Unnamed {
  return {
    atMs,
    to: "app",
    title: deliveryTitle(kind, payload),
    status: problem ?? String(status),
    good: problem === undefined,
    tookMs,
    request: mask(payload),
    answer: body === "" ? null : mask(asJson(body)),
  };
}

function deliveryTitle(kind: Delivery["kind"], payload: Json): string {
  if (kind === "command") return `${String(payload["command"])} ${String(payload["text"])}`;
  const event = payload["event"];
  if (kind === "event" && typeof event === "object" && event !== null && "type" in event) {
    return `event ${String(event.type)}`;
  }
  const actions = payload["actions"];
  const [action] = Array.isArray(actions) ? (actions as unknown[]) : [];
  const acted =
    typeof action === "object" && action !== null && "action_id" in action ? action.action_id : "";
  const names = [acted, payload["action_id"], payload["callback_id"], viewName(payload["view"])];
  const name = names.find((each) => typeof each === "string" && each !== "");
  return `${String(payload["type"])}${typeof name === "string" ? ` ${name}` : ""}`;
}

function viewName(view: unknown): unknown {
  return typeof view === "object" && view !== null && "callback_id" in view ? view.callback_id : "";
}

function loggedCall({ method, args, answer, ok, error, atMs }: WebApiCall, mask: Mask): Unnamed {
  return {
    atMs,
    to: "slack",
    title: method,
    status: ok ? "ok" : (error ?? "failed"),
    good: ok,
    request: mask(args),
    answer: mask(answer),
  };
}

function loggedVendorRequest(vendor: VendorId, request: RecordedRequest, mask: Mask): Unnamed {
  const { at, method, path, query, headers, body, status, answer, applied } = request;
  return {
    atMs: Date.parse(at),
    to: vendor,
    title: `${method} ${path}${query ? `?${query}` : ""}`,
    status: status === undefined ? "" : String(status),
    good: status === undefined || (typeof status === "number" && status < 400),
    request: mask({ headers: withHiddenKey(headers), body }),
    answer: mask({ ...(applied ? { "(applied)": true } : {}), body: answer }),
  };
}

/** The headers with the scheme and the beginning of a key, even of an unknown one. */
function withHiddenKey(headers: RecordedRequest["headers"]): Record<string, string> {
  const { authorization, ...others } = headers;
  const hidden = Object.entries(others).map(([name, value]) => [
    name,
    name.endsWith("api-key") ? value.replace(/^(\S{0,6})\S*/u, "$1••••••") : value,
  ]);
  return {
    ...Object.fromEntries(hidden),
    ...(authorization === undefined
      ? {}
      : { authorization: authorization.replace(/^(\S+ +\S{0,6})\S*/u, "$1••••••") }),
  };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

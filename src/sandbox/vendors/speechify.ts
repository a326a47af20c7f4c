// https://docs.speechify.ai, "Update a phone number", and the OpenAPI document for the newer generation.
// Oddities: `agent_id: null` is no string and is refused, whatever the introduction says; `clear_agent_id` detaches and
// wins over `agent_id`; a verified caller id never has an agent; only `phone_…` ids are known in paths.
// Newer generation: PATCH takes the label and ignores the rest with a 200, `source` is called `type`, `relay` and
// `brain_id` are shown beside the agent, and an agent is bound by POST and detached by DELETE under the agent.
// Not documented, ours: the error codes but `relay_displaces_agent`, that a POST is refused with it at a number with a
// relay or a brain, what a POST returns, that a limit over the maximum is refused, that an unset label is left out.
import { createHash } from "node:crypto";
import {
  assign,
  isRecord,
  matchPath,
  pageLimit,
  seededAt,
  type Account,
  type Call,
  type Reply,
  type VendorFake,
  type Stored,
  type StoredAgent,
} from "./fake.ts";
import { speechifyConversations } from "./calls/speechify.ts";
import { speechifySample } from "./samples/speechify.ts";

/**
 * Speechify. A number's `extra` may hold `source`, `capabilities`, `trunk_id`, `livekit_phone_number_id`, and `relay` and
 * `brain_id`, which the newer generation shows beside the agent.
 */
export const speechify: VendorFake = {
  requiredField: "e164",
  sample: speechifySample,
  store: ({ id, e164, name, agentId, extra }) => {
    const source = extra?.["source"] ?? "twilio";
    return {
      id,
      e164,
      source,
      capabilities: source === "verified_caller_id" ? ["outbound"] : ["inbound", "outbound"],
      created_at: seededAt,
      updated_at: seededAt,
      ...(name ? { label: name } : {}),
      agent_id: agentId ?? null,
      relay: null,
      brain_id: null,
      ...extra,
    };
  },
  show,
  dashboard: (fields) => fields,
  edited: (name, agentId) => ({
    ...(name === undefined ? {} : { label: name }),
    ...(agentId === undefined ? {} : { agent_id: agentId }),
  }),
  agentOf: (stored) => stored["agent_id"],
  nameOf: (stored) => stored["label"],
  forgetAgent: (account, agentId) => {
    account.agents.delete(agentId);
    for (const stored of account.numbers.values()) {
      if (stored["agent_id"] === agentId) assign(account, stored, { agent_id: null });
    }
  },
  answer,
  callId: (n) => `conv_${n.toString(32).padStart(26, "0")}`,
  problem: (call, status, message) => problem(call, status, codes[status] ?? "internal_error", message),
  rateHeaders: ({ allowed, resetSeconds }) => (allowed ? {} : { "retry-after": String(resetSeconds) }),
};

const codes: Record<number, string> = {
  400: "bad_request",
  401: "unauthorized",
  404: "not_found",
  413: "payload_too_large",
  429: "rate_limited",
  503: "service_unavailable",
};

function problem(
  call: Call,
  status: number,
  code: string,
  message: string,
  fields?: Record<string, string>,
): Reply {
  const request = createHash("sha256")
    .update(`${call.method} ${call.path.join("/")}`)
    .digest("hex");
  return {
    status,
    body: {
      error: { code, message, ...(fields ? { fields } : {}) },
      request_id: `req_${request.slice(0, 16)}`,
    },
  };
}

function show(stored: Stored, _account: Account, newer: boolean): Record<string, unknown> {
  if (newer) {
    const { source, ...rest } = stored;
    return { ...rest, type: source };
  }
  const { relay, brain_id: brain, ...rest } = stored;
  return { ...rest, ...(relay ? { relay } : {}), ...(brain ? { brain_id: brain } : {}) };
}

function answer(call: Call): Reply {
  const { account, method, path } = call;
  if (!account) return problem(call, 401, "unauthorized", "The API key is missing or not valid");
  const [numberId] = matchPath(path, "/v1/agents/phone-numbers/*") ?? [];
  if (numberId !== undefined && (method === "GET" || method === "PATCH")) {
    const stored = account.numbers.get(numberId);
    if (!stored) return problem(call, 404, "phone_number_not_found", "Phone number not found");
    const refusal = method === "PATCH" ? update(call, account, stored) : undefined;
    return refusal ?? { status: 200, body: show(stored, account, call.newer) };
  }
  const bound = call.newer ? binding(call, account) : undefined;
  if (bound) return bound;
  const nowhere = problem(call, 404, "not_found", "No such route");
  if (method !== "GET") return nowhere;
  // This path also looks like an agent whose id is "phone-numbers", so it is asked for first.
  if (matchPath(path, "/v1/agents/phone-numbers")) {
    const numbers = [...account.numbers.values()];
    return paged(call, "numbers", numbers, (stored) => show(stored, account, call.newer));
  }
  if (matchPath(path, "/v1/agents")) {
    return paged(call, "agents", [...account.agents.values()], showAgent);
  }
  if (matchPath(path, "/v1/agents/conversations")) {
    return paged(call, "conversations", speechifyConversations(account), (shown) => shown);
  }
  const [agentId] = matchPath(path, "/v1/agents/*") ?? [];
  if (agentId === undefined) return nowhere;
  const agent = account.agents.get(agentId);
  return agent
    ? { status: 200, body: showAgent(agent) }
    : problem(call, 404, "agent_not_found", "Agent not found");
}

const showAgent = (agent: StoredAgent) => ({
  id: agent.id,
  name: agent.name,
  created_at: seededAt,
  updated_at: seededAt,
  ...agent.extra,
});

function paged<T>(
  call: Call,
  field: "numbers" | "agents" | "conversations",
  items: readonly T[],
  showOne: (item: T) => unknown,
): Reply {
  const limit = pageLimit(call, { otherwise: 50, max: 200 });
  if (limit === undefined) {
    return problem(call, 400, "invalid_request", "limit is not valid", { limit: "must be 1 to 200" });
  }
  const cursor = call.query.get("cursor");
  const start = cursor === null ? 0 : Number(/^at:(\d{1,9})$/.exec(decoded(cursor))?.[1] ?? Number.NaN);
  if (Number.isNaN(start)) {
    return problem(call, 400, "invalid_request", "cursor is not valid", { cursor: "is not one of ours" });
  }
  if (call.repeatPage) {
    const shown = items.slice(0, limit).map(showOne);
    const page = { [field]: shown, next_cursor: encoded(limit), has_more: true };
    return { status: 200, body: page };
  }
  const more = start + limit < items.length;
  const next = more ? encoded(start + limit) : null;
  return {
    status: 200,
    body: {
      [field]: items.slice(start, start + limit).map(showOne),
      next_cursor: next,
      has_more: more,
    },
  };
}

const encoded = (position: number): string => Buffer.from(`at:${position}`).toString("base64url");
const decoded = (cursor: string): string => Buffer.from(cursor, "base64url").toString("utf8");

const unbindable = (call: Call): Reply =>
  problem(call, 400, "phone_number_not_bindable", "A verified caller ID cannot be bound to an agent");

function update(call: Call, account: Account, stored: Stored): Reply | undefined {
  if ("unreadable" in call.body) {
    return call.body.unreadable === "media-type"
      ? problem(call, 415, "unsupported_media_type", "Content-Type must be application/json")
      : problem(call, 400, "invalid_json", "The body is not valid JSON");
  }
  const { json } = call.body;
  if (!isRecord(json)) return problem(call, 400, "invalid_request", "The body must be an object");
  const { label, agent_id: agentId, clear_agent_id: clear } = call.newer ? { label: json["label"] } : json;
  const fields: Record<string, string> = {};
  if (label !== undefined && typeof label !== "string") fields["label"] = "must be a string";
  if (agentId !== undefined && typeof agentId !== "string") fields["agent_id"] = "must be a string";
  if (clear !== undefined && typeof clear !== "boolean") fields["clear_agent_id"] = "must be a boolean";
  if (Object.keys(fields).length > 0) {
    return problem(call, 400, "invalid_request", "The request is not valid", fields);
  }
  if (clear !== true && typeof agentId === "string") {
    if (!account.agents.has(agentId)) {
      return problem(call, 400, "agent_not_found", "No such agent", { agent_id: "does not exist" });
    }
    if (stored["source"] === "verified_caller_id") return unbindable(call);
  }
  assign(account, stored, {
    ...(label === undefined ? {} : { label: label === "" ? undefined : label }),
    ...(clear === true ? { agent_id: null } : agentId === undefined ? {} : { agent_id: agentId }),
  });
  return undefined;
}

function binding(call: Call, account: Account): Reply | undefined {
  const { method } = call;
  const [agentId, numberId] = matchPath(call.path, "/v1/agents/*/phone-numbers/*") ?? [];
  if (agentId === undefined || numberId === undefined) return undefined;
  if (method !== "POST" && method !== "DELETE") return undefined;
  const stored = account.numbers.get(numberId);
  if (!stored) return problem(call, 404, "phone_number_not_found", "Phone number not found");
  if (!account.agents.has(agentId)) return problem(call, 404, "agent_not_found", "Agent not found");
  if (method === "DELETE") {
    if (stored["agent_id"] !== agentId) {
      return problem(call, 404, "not_bound", "The number is not bound to this agent");
    }
    assign(account, stored, { agent_id: null });
    return { status: 204 };
  }
  if (stored["source"] === "verified_caller_id") return unbindable(call);
  if (stored["relay"] || stored["brain_id"]) {
    return problem(call, 409, "relay_displaces_agent", "The number has a relay or a brain");
  }
  assign(account, stored, { agent_id: agentId });
  return { status: 200, body: show(stored, account, true) };
}

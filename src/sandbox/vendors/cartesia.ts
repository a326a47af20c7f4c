// https://docs.cartesia.ai/api-reference/agents/phone-numbers/update
// Oddities: the `Cartesia-Version` header is required, and without it errors are plain text; the agent is read as an
// object and written as an id; deleted agents stay in the list with `deleted_at`; a 400 may come after a side effect.
// Not documented, ours: a null label is refused and an empty one kept as it is; a limit over the maximum is refused;
// deleting an agent detaches its numbers; the newer generation does not differ in what is modelled here.
import { createHash } from "node:crypto";
import { cartesiaPage } from "./cartesia-list.ts";
import { cartesiaCalls } from "./calls/cartesia.ts";
import {
  assign,
  isRecord,
  matchPath,
  seededAt,
  type Account,
  type Call,
  type Reply,
  type VendorFake,
  type Stored,
  type StoredAgent,
} from "./fake.ts";
import { cartesiaSample } from "./samples/cartesia.ts";

const versions: ReadonlySet<string | undefined> = new Set(["2026-03-01", "2026-08-14"]);

/**
 * Cartesia. A number's `extra` may hold `provider`, an id or the whole object (without it the number is managed by
 * Cartesia), and `held_by`, the ids of the Twilio providers whose account has the number (without it every one).
 */
export const cartesia: VendorFake = {
  requiredField: "number",
  sample: cartesiaSample,
  store: ({ id, e164, name, agentId, extra = {} }) => {
    const { provider, ...others } = extra;
    return {
      id,
      label: name ?? null,
      number: e164,
      agent_id: agentId ?? null,
      created_at: seededAt,
      updated_at: seededAt,
      provider: providerFrom(provider),
      ...others,
    };
  },
  show,
  dashboard: (fields) => {
    const { agent, ...others } = fields;
    const shown = {
      ...others,
      ...("provider" in others ? { provider: providerFrom(others["provider"]) } : {}),
    };
    return "agent" in fields ? { ...shown, agent_id: isRecord(agent) ? agent["id"] : agent } : shown;
  },
  edited: (name, agentId) => ({
    ...(name === undefined ? {} : { label: name }),
    ...(agentId === undefined ? {} : { agent: agentId }),
  }),
  agentOf: (stored) => stored["agent_id"],
  nameOf: (stored) => stored["label"],
  forgetAgent: (account, agentId) => {
    const agent = account.agents.get(agentId);
    if (agent) agent.assignable = false;
    for (const stored of account.numbers.values()) {
      if (stored["agent_id"] === agentId) assign(account, stored, { agent_id: null });
    }
  },
  answer,
  callId: (n) => `ac_${n.toString(36).padStart(20, "0")}`,
  problem,
  rateHeaders: () => ({}),
};

const codes: Record<number, string> = {
  400: "bad_request",
  401: "unauthorized",
  404: "not_found",
  413: "payload_too_large",
  415: "unsupported_media_type",
  429: "rate_limited",
};

function problem(call: Call, status: number, message: string): Reply {
  if (!versions.has(call.headers["cartesia-version"])) return { status, body: message };
  const code = codes[status] ?? "internal_error";
  const request = createHash("sha256")
    .update(`${call.method} ${call.path.join("/")}`)
    .digest("hex");
  return {
    status,
    body: {
      error_code: code,
      title: code.charAt(0).toUpperCase() + code.slice(1).replaceAll("_", " "),
      message,
      request_id: `req_${request.slice(0, 16)}`,
    },
  };
}

const providerFrom = (provider: unknown): unknown =>
  typeof provider === "string" ? twilio(provider) : (provider ?? { type: "cartesia" });

const twilio = (id: string): Record<string, unknown> => ({
  type: "twilio",
  id,
  account_sid: `AC${createHash("md5").update(id).digest("hex")}`,
  api_key_sid: "SK********************************",
  region: "us1",
});

function show(stored: Stored, account: Account): Record<string, unknown> {
  const { agent_id: agentId, held_by: _heldBy, created_at, updated_at, provider, ...rest } = stored;
  const known = typeof agentId === "string" ? account.agents.get(agentId) : undefined;
  const agent = typeof agentId === "string" ? { id: agentId, name: known?.name ?? "" } : (agentId ?? null);
  return { ...rest, agent, created_at, updated_at, provider };
}

function answer(call: Call): Reply {
  const { account, method, path } = call;
  if (!account) return problem(call, 401, "Invalid API key");
  const sent = call.headers["cartesia-version"];
  if (!versions.has(sent)) {
    return problem(call, 400, sent ? "Unsupported Cartesia-Version" : "Missing Cartesia-Version header");
  }
  // This path also looks like a number whose id is "providers".
  if (method === "GET" && matchPath(path, "/agents/phone-numbers/providers")) {
    return { status: 200, body: [...account.providers].map(twilio) };
  }
  const [numberId] = matchPath(path, "/agents/phone-numbers/*") ?? [];
  if (numberId !== undefined && (method === "GET" || method === "PATCH")) {
    const stored = account.numbers.get(numberId);
    if (!stored) return problem(call, 404, "Phone number not found");
    const refusal = method === "PATCH" ? update(call, account, stored) : undefined;
    return refusal ?? { status: 200, body: show(stored, account) };
  }
  const nowhere = problem(call, 404, "Route not found");
  if (method !== "GET") return nowhere;
  // This path also looks like an agent whose id is "phone-numbers", so it is asked for first.
  if (matchPath(path, "/agents/phone-numbers")) {
    const page = cartesiaPage(call, [...account.numbers.values()], (stored) => show(stored, account));
    return typeof page === "string" ? problem(call, 400, page) : { status: 200, body: page };
  }
  if (matchPath(path, "/agents/calls")) {
    const page = cartesiaCalls(call, account);
    return typeof page === "string" ? problem(call, 400, page) : { status: 200, body: page };
  }
  if (matchPath(path, "/agents")) {
    return { status: 200, body: { summaries: [...account.agents.values()].map(showAgent) } };
  }
  const [agentId] = matchPath(path, "/agents/*") ?? [];
  if (agentId === undefined) return nowhere;
  const agent = account.agents.get(agentId);
  return agent ? { status: 200, body: showAgent(agent) } : problem(call, 404, "Agent not found");
}

const showAgent = (agent: StoredAgent) => ({
  id: agent.id,
  name: agent.name,
  description: null,
  created_at: seededAt,
  updated_at: seededAt,
  deleted_at: agent.assignable ? null : seededAt,
  deployment_count: 1,
  has_text_to_agent_run: false,
  tts_language: "en",
  tts_voice: "voice_1",
  ...agent.extra,
});

function update(call: Call, account: Account, stored: Stored): Reply | undefined {
  if ("unreadable" in call.body) {
    return call.body.unreadable === "media-type"
      ? problem(call, 415, "Content-Type must be application/json")
      : problem(call, 400, "Request body is not valid JSON");
  }
  const { json } = call.body;
  if (!isRecord(json)) return problem(call, 400, "Request body must be an object");
  const { label, agent_id: agentId, provider } = json;
  if (label !== undefined && typeof label !== "string") return problem(call, 400, "label must be a string");
  if (agentId !== undefined && agentId !== null && typeof agentId !== "string") {
    return problem(call, 400, "agent_id must be a string or null");
  }
  const target = isRecord(provider) ? provider["id"] : undefined;
  if (provider !== undefined && typeof target !== "string") {
    return problem(call, 400, "provider must be an object with an id");
  }
  if (typeof agentId === "string" && account.agents.get(agentId)?.assignable !== true) {
    return problem(call, 404, "Agent not found");
  }
  if (typeof target === "string") {
    if (!account.providers.has(target)) return problem(call, 404, "Provider not found");
    if (!isHeldBy(stored, target)) {
      return problem(call, 400, "Phone number not found in the target provider account");
    }
  }
  assign(account, stored, {
    ...(label === undefined ? {} : { label }),
    ...(agentId === undefined ? {} : { agent_id: agentId }),
    ...(typeof target === "string" ? { provider: twilio(target) } : {}),
  });
  return undefined;
}

function isHeldBy(stored: Stored, provider: string): boolean {
  const current = stored["provider"];
  const heldBy = stored["held_by"];
  // A number that Cartesia manages is in no customer's Twilio account.
  if (isRecord(current) && current["type"] === "cartesia") return false;
  return !Array.isArray(heldBy) || heldBy.includes(provider);
}

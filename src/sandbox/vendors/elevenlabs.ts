// https://elevenlabs.io/docs/api-reference/phone-numbers, by the published OpenAPI document of 2026-08; the list with
// cursors and the agents by the official SDK (2.73.0), whose reader refuses answers that lack a required field.
// Oddities: the key in `xi-api-key`; `assigned_agent` is read, `agent_id` and `branch_id` are written; a label is never
// null; an assignment keeps its branch until somebody takes it away, and an agent with another agent's branch answers
// nobody.
// Not documented, ours: that null clears an agent and a branch (the quirk `null-agent` keeps them), that null for a
// label or an environment keeps it, the errors for unknown ids (404), for a branch of another agent and an archived
// agent (400), the longest page of numbers (100), the form of a cursor, that a deleted agent's id stays on the number.
import {
  assign,
  isRecord,
  matchPath,
  pageLimit,
  type Account,
  type Call,
  type Reply,
  type VendorFake,
  type Stored,
  type StoredAgent,
} from "./fake.ts";
import { elevenlabsRefusal, problem } from "./elevenlabs-validation.ts";
import { conversationsIn, conversationSummary, wholeConversation } from "./calls/elevenlabs.ts";
import { elevenlabsSample } from "./samples/elevenlabs.ts";

const numbersPath = "/v1/convai/phone-numbers";

/**
 * ElevenLabs. A number's `extra` may hold `branch_id`, `environment`, `provider` and `supports_inbound`. An agent's
 * `extra` may list its `branches`; `assignable: false` is an archived agent.
 */
export const elevenlabs: VendorFake = {
  keyHeader: "xi-api-key",
  requiredField: "phone_number",
  sample: elevenlabsSample,
  store: ({ id, e164, name, agentId, extra = {} }) => ({
    phone_number: e164,
    label: name ?? "",
    supports_inbound: true,
    supports_outbound: true,
    phone_number_id: id,
    provider: "twilio",
    agent_id: agentId ?? null,
    ...extra,
    ...ownerOf(agentId, extra["branch_id"]),
  }),
  show,
  dashboard: ({ assigned_agent: assigned, ...others }) => {
    if (assigned === undefined) return others;
    const { agent_id = null, branch_id = null, environment } = isRecord(assigned) ? assigned : {};
    const branch = { branch_id, ...ownerOf(agent_id, branch_id) };
    return { ...others, agent_id, ...branch, ...(environment === undefined ? {} : { environment }) };
  },
  edited: (name, agentId) => ({
    ...(name === undefined ? {} : { label: name }),
    ...(agentId === undefined ? {} : { assigned_agent: agentId && { agent_id: agentId } }),
  }),
  agentOf: ({ agent_id: agentId, branch_id: branch, branch_of: owner }) =>
    branch && owner !== agentId ? null : agentId,
  nameOf: (stored) => stored["label"],
  forgetAgent: (account, agentId) => void account.agents.delete(agentId),
  answer,
  callId: (n) => `conv_${n.toString(36).padStart(24, "0")}`,
  problem: (_call, status, message) => problem(status, message),
  rateHeaders: () => ({}),
};

/** The agent that a number's branch belongs to. */
const ownerOf = (agentId: unknown, branch: unknown): Stored => (branch ? { branch_of: agentId } : {});

const sipTrunk = {
  provider_config: null,
  outbound_trunk: null,
  inbound_trunk: {
    allowed_addresses: ["192.0.2.10/32"],
    allowed_numbers: null,
    media_encryption: "allowed",
    has_auth_credentials: true,
    username: "trunk",
    remote_domains: null,
  },
  livekit_stack: "standard",
  store_sip_messages: true,
};

function show(stored: Stored, account: Account): Record<string, unknown> {
  const { agent_id: agentId, branch_id = null, branch_of: _owner, environment = null, ...rest } = stored;
  const known = typeof agentId === "string" ? account.agents.get(agentId) : undefined;
  const assigned = { agent_id: agentId, agent_name: known?.name ?? "", environment, branch_id };
  return {
    ...rest,
    ...(rest["provider"] === "sip_trunk" ? sipTrunk : {}),
    assigned_agent: typeof agentId === "string" ? assigned : null,
  };
}

function answer(call: Call): Reply {
  const { account, method, path } = call;
  if (!account) return problem(401, "Invalid API key", "invalid_api_key");
  const [numberId] = matchPath(path, `${numbersPath}/*`) ?? [];
  if (numberId !== undefined) {
    if (method !== "GET" && method !== "PATCH") return problem(405, "Method Not Allowed");
    const stored = account.numbers.get(numberId);
    if (!stored) return problem(404, `Phone number ${numberId} was not found`, "phone_number_not_found");
    const refusal = method === "PATCH" ? update(call, account, stored) : undefined;
    return refusal ?? { status: 200, body: show(stored, account) };
  }
  if (method !== "GET") return problem(404, "Not Found");
  const numbers = [...account.numbers.values()];
  const shown = (stored: Stored) => show(stored, account);
  if (matchPath(path, numbersPath)) return { status: 200, body: numbers.filter(byAgent(call)).map(shown) };
  if (matchPath(path, "/v1/convai/v2/phone-numbers")) {
    const wanted = numbers.filter(byAgent(call)).filter(bySearch(call));
    return paged(call, wanted, (items) => ({ phone_numbers: items.map(shown) }));
  }
  if (matchPath(path, "/v1/convai/agents")) {
    const archived = call.query.get("archived");
    const agents = [...account.agents.values()].filter(
      ({ assignable }) => archived === null || String(!assignable) === archived,
    );
    return paged(call, agents, (items) => ({ agents: items.map(summary) }));
  }
  if (matchPath(path, "/v1/convai/conversations")) {
    const found = conversationsIn(call, account);
    if (!found) return problem(422, [{ loc: ["query"], msg: "Invalid query", type: "value_error" }]);
    return paged(call, found, (calls) => ({ conversations: calls.map(conversationSummary) }));
  }
  const [callId] = matchPath(path, "/v1/convai/conversations/*") ?? [];
  if (callId !== undefined) {
    const one = account.calls.find(({ id }) => id === callId);
    return one ? { status: 200, body: wholeConversation(one) } : problem(404, "Conversation not found");
  }
  const [agentId] = matchPath(path, "/v1/convai/agents/*") ?? [];
  const agent = agentId === undefined ? undefined : account.agents.get(agentId);
  if (agent) return { status: 200, body: whole(agent) };
  return agentId === undefined
    ? problem(404, "Not Found")
    : problem(404, `Agent ${agentId} was not found`, "agent_not_found");
}

const byAgent =
  ({ query }: Call) =>
  (stored: Stored): boolean =>
    query.get("agent_id") === null || query.get("agent_id") === stored["agent_id"];

function bySearch({ query }: Call): (stored: Stored) => boolean {
  const search = query.get("search")?.toLowerCase();
  return ({ phone_number_id: id, label, phone_number }) =>
    search === undefined ||
    id === query.get("search") ||
    [label, phone_number].some((part) => String(part).toLowerCase().includes(search));
}

const accessInfo = {
  is_creator: true,
  creator_name: "Demo",
  creator_email: "demo@example.com",
  role: "admin",
};
const madeAt = 1_772_442_000;

const summary = ({ id, name, assignable, extra: { branches: _kept, ...extra } }: StoredAgent) => ({
  agent_id: id,
  name,
  voice_id: "cjVigY5qzO86Huf0OWal",
  tags: [],
  created_at_unix_secs: madeAt,
  access_info: accessInfo,
  last_call_time_unix_secs: null,
  archived: !assignable,
  ...extra,
});

const whole = ({ id, name, assignable, extra: { branches: _kept, ...extra } }: StoredAgent) => ({
  agent_id: id,
  name,
  conversation_config: {},
  metadata: { created_at_unix_secs: madeAt, updated_at_unix_secs: madeAt },
  platform_settings: { archived: !assignable },
  tags: [],
  ...extra,
});

const cursorForm = /^after_(\d{1,9})$/;

function paged<T>(call: Call, items: readonly T[], body: (items: readonly T[]) => Stored): Reply {
  const size = pageLimit(call, { otherwise: 30, max: 100 }, "page_size");
  const cursor = call.query.get("cursor");
  const start = cursor === null || call.repeatPage ? 0 : Number(cursorForm.exec(cursor)?.[1]);
  if (size === undefined || Number.isNaN(start)) {
    const [field, msg] =
      size === undefined
        ? ["page_size", "Input should be less than or equal to 100"]
        : ["cursor", "Invalid cursor"];
    return problem(422, [{ loc: ["query", field], msg, type: "value_error" }]);
  }
  const has_more = call.repeatPage || start + size < items.length;
  const next_cursor = has_more ? `after_${start + size}` : null;
  return { status: 200, body: { ...body(items.slice(start, start + size)), next_cursor, has_more } };
}

function update(call: Call, account: Account, stored: Stored): Reply | undefined {
  const refusal = elevenlabsRefusal(call.body, account, stored);
  if (refusal || !("json" in call.body) || !isRecord(call.body.json)) return refusal;
  const { agent_id, branch_id, label, environment } = call.body.json;
  const keepsNull = call.nullAgent === "ignored";
  const isSent = (value: unknown): boolean => value !== undefined && !(value === null && keepsNull);
  const branch = isSent(branch_id) ? branch_id : undefined;
  const owner = agent_id ?? stored["agent_id"];
  assign(account, stored, {
    ...(isSent(agent_id) ? { agent_id } : {}),
    ...(branch === undefined ? {} : { branch_id: branch, branch_of: branch === null ? undefined : owner }),
    ...(typeof label === "string" ? { label } : {}),
    ...(typeof environment === "string" ? { environment } : {}),
  });
  return undefined;
}

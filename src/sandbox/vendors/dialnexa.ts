// https://docs.dialnexa.com, "Update a phone number", and the OpenAPI document of 2026-08 for the newer generation.
// Oddities: two shapes of the same number (`agent_id`, or `inbound_agent_id` with other fields around it); the number
// or the agent of another organization answers 403;
// an agent's name is its current version's title; only a published agent can be bound.
// Not documented, ours: ids of the body are checked before they are looked up, unknown fields are ignored, a limit
// over the maximum is refused, `label: null` is refused, a deleted agent's id stays on the number.
import { STATUS_CODES } from "node:http";
import { dialnexaCalls } from "./calls/dialnexa.ts";
import { dialnexaNewer } from "./dialnexa-newer.ts";
import {
  assign,
  claimedTotal,
  isRecord,
  matchPath,
  pageLimit,
  seededAt,
  wholeNumber,
  type Account,
  type Call,
  type Reply,
  type VendorFake,
  type Stored,
  type StoredAgent,
} from "./fake.ts";
import { dialnexaSample } from "./samples/dialnexa.ts";

const numbersPath = "/v1/organization-phone-numbers";
const maxNickname = 255;

/** DialNexa. A number's `extra` may say `variant: "inbound"` for the shape with `inbound_agent_id`. */
export const dialnexa: VendorFake = {
  requiredField: "phone_number",
  sample: dialnexaSample,
  store: ({ id, e164, name, agentId, extra }) => ({
    id,
    phone_number: e164,
    label: null,
    agent_id: agentId ?? null,
    status: "active",
    provider: "twilio",
    created_at: seededAt,
    nickname: name ?? null,
    ...extra,
  }),
  show,
  dashboard: (fields) => {
    const { inbound_agent_id: inbound, ...others } = fields;
    return "inbound_agent_id" in fields ? { ...others, agent_id: inbound } : others;
  },
  edited: (name, agentId, shown) => ({
    ...(name === undefined ? {} : { nickname: name }),
    ...(agentId === undefined
      ? {}
      : { ["inbound_agent_id" in shown ? "inbound_agent_id" : "agent_id"]: agentId }),
  }),
  agentOf: (stored) => stored["agent_id"],
  nameOf: (stored) => stored["nickname"],
  forgetAgent: (account, agentId) => {
    account.agents.delete(agentId);
  },
  answer,
  callId: (n) => `call_${n.toString(36).padStart(12, "0")}`,
  problem: (_call, status, message) => problem(status, message),
  rateHeaders: ({ limit, remaining, resetSeconds, allowed }) => ({
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(resetSeconds),
    ...(allowed ? {} : { "retry-after": String(resetSeconds) }),
  }),
};

const problem = (status: number, message: string | string[]): Reply => ({
  status,
  body: { statusCode: status, message, error: STATUS_CODES[status] ?? "Error" },
});

function show(stored: Stored, _account: Account, newer: boolean): Record<string, unknown> {
  const { variant, agent_id: agentId, label, status, provider, nickname, created_at, ...rest } = stored;
  // The newer document shows a number without saying who answers it.
  if (newer) return { ...rest, provider, status, country_code: rest["country_code"] ?? "US", nickname };
  const agent = "agent_id" in stored;
  if (variant === "inbound") {
    return {
      id: rest["id"],
      phone_number: rest["phone_number"],
      country_code: "US",
      type: "local",
      monthly_cost_usd: "1.15",
      capabilities: ["voice"],
      ...rest,
      nickname,
      ...(agent ? { inbound_agent_id: agentId } : {}),
      created_at,
    };
  }
  return { ...rest, label, ...(agent ? { agent_id: agentId } : {}), status, provider, created_at, nickname };
}

function answer(call: Call): Reply {
  const { account } = call;
  if (!account) return problem(401, "API key is missing or invalid");
  if (call.method === "GET" && matchPath(call.path, "/v1/calls")) {
    const calls = dialnexaCalls(call, account);
    return calls ? { status: 200, body: calls } : problem(400, "Invalid query parameters");
  }
  if (call.newer) {
    const reply = dialnexaNewer(call, account, { problem, absent, pageOf, show, showAgent });
    if (reply) return reply;
  } else {
    const reply = older(call, account);
    if (reply) return reply;
  }
  return problem(404, `Cannot ${call.method} /${call.path.map(encodeURIComponent).join("/")}`);
}

function older(call: Call, account: Account): Reply | undefined {
  const { method, path } = call;
  const [numberId] = matchPath(path, `${numbersPath}/*`) ?? [];
  if (numberId !== undefined && (method === "GET" || method === "PATCH")) {
    const stored = account.numbers.get(numberId);
    if (!stored) return absent(call, "Phone number", numberId);
    const refusal = method === "PATCH" ? update(call, account, stored) : undefined;
    return refusal ?? { status: 200, body: show(stored, account, false) };
  }
  if (method !== "GET") return undefined;
  if (matchPath(path, numbersPath)) {
    const showOne = (stored: Stored): Record<string, unknown> => show(stored, account, false);
    return paged(call, filtered([...account.numbers.values()], call.query, showOne), showOne);
  }
  if (matchPath(path, "/v1/agents2")) return paged(call, [...account.agents.values()], showAgent);
  const [agentId] = matchPath(path, "/v1/agents2/*") ?? [];
  if (agentId === undefined) return undefined;
  const agent = account.agents.get(agentId);
  return agent ? { status: 200, body: showAgent(agent) } : absent(call, "Agent", agentId);
}

/** What an id of nobody answers, and one of another organization. */
const absent = ({ isForeign }: Call, what: string, id: string): Reply =>
  isForeign(id)
    ? problem(403, "You do not have permission to access this resource")
    : problem(404, `${what} not found`);

function filtered(
  all: Stored[],
  query: URLSearchParams,
  showOne: (stored: Stored) => Record<string, unknown>,
): Stored[] {
  const fields = ["country_code", "type"].filter((field) => query.get(field));
  if (fields.length === 0) return all;
  return all.filter((stored) => {
    const shown = showOne(stored);
    return fields.every((field) => shown[field] === query.get(field));
  });
}

function paged<T>(call: Call, items: T[], showOne: (item: T) => unknown): Reply {
  const page = pageOf(call, items, showOne);
  if (!page) return problem(400, ["page must not be less than 1", "limit must be between 1 and 100"]);
  const { data, ...meta } = page;
  return { status: 200, body: { data, meta: { ...meta, totalPages: Math.ceil(meta.total / meta.limit) } } };
}

/** Only what is on the page is shown: an account may have very many. */
function pageOf<T>(call: Call, items: T[], showOne: (item: T) => unknown) {
  const page = wholeNumber(call.query, "page", { otherwise: 1, min: 1, max: 1_000_000 });
  const limit = pageLimit(call, { otherwise: 20, max: 100 });
  if (page === undefined || limit === undefined) return undefined;
  const start = call.repeatPage ? 0 : (page - 1) * limit;
  const data = items.slice(start, start + limit).map(showOne);
  return { data, page, limit, total: claimedTotal(call, items.length) };
}

function showAgent(agent: StoredAgent): Record<string, unknown> {
  const version = {
    agent_id: agent.id,
    version_number: 1,
    version_title: "Version 1",
    title: agent.name,
    is_published: agent.assignable,
  };
  return {
    id: agent.id,
    agent_type: "Single_Prompt_Agent",
    current_version_number: 1,
    current_version: version,
    versions: [version],
    ...agent.extra,
  };
}

function update(call: Call, account: Account, stored: Stored): Reply | undefined {
  if ("unreadable" in call.body) {
    return call.body.unreadable === "media-type"
      ? problem(415, "Content-Type must be application/json")
      : problem(400, "Request body is not valid JSON");
  }
  const { json } = call.body;
  if (!isRecord(json)) return problem(400, "Request validation failed");
  const { agent_id: agentId, nickname, label } = json;
  const mistakes: string[] = [];
  if (agentId !== undefined && agentId !== null && typeof agentId !== "string") {
    mistakes.push("agent_id must be a string");
  }
  if (label !== undefined && typeof label !== "string") mistakes.push("label must be a string");
  if (nickname !== undefined && nickname !== null) {
    if (typeof nickname !== "string") mistakes.push("nickname must be a string");
    else if (Array.from(nickname).length > maxNickname) {
      mistakes.push(`nickname must be shorter than or equal to ${maxNickname} characters`);
    }
  }
  if (mistakes.length > 0) return problem(400, mistakes);
  if (typeof agentId === "string") {
    const agent = account.agents.get(agentId);
    if (!agent) return problem(400, `Agent ${agentId} does not exist`);
    if (!agent.assignable) return problem(400, `Agent ${agentId} has no published version`);
  }
  assign(account, stored, {
    ...(agentId === undefined ? {} : { agent_id: agentId }),
    ...(nickname === undefined ? {} : { nickname: nickname === "" ? null : nickname }),
    ...(label === undefined ? {} : { label }),
  });
  return undefined;
}

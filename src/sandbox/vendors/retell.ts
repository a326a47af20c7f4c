// https://docs.retellai.com/api-references/update-phone-number, its OpenAPI document of 2026-08, and retell-sdk 5.66.1
// Oddities: a number's id is its E.164; whatever is missing is a 422 with one text; agents are a list with weights that
// must add up to 1; the former `inbound_agent_id` is ignored with a 200; agents are listed by POST, chat agents among them.
// Not documented, ours: unknown query parameters and body fields are refused; a number keeps an agent that was deleted;
// an answer has no key for what was never set.
import {
  assign,
  isRecord,
  matchPath,
  seededAt,
  type Account,
  type Call,
  type Reply,
  type Stored,
  type VendorFake,
} from "./fake.ts";
import { retellCalls } from "./calls/retell.ts";
import { agentPage, agentRows } from "./retell/agents.ts";
import { numberPage } from "./retell/list.ts";
import { mistakeOf } from "./retell/validation.ts";
import { retellSample } from "./samples/retell.ts";

/**
 * Retell. A number's and an agent's `extra` hold any fields of the vendor's record. An agent's `version` is its newest,
 * and its `channel` is voice unless it says chat.
 */
export const retell: VendorFake = {
  requiredField: "phone_number",
  sample: retellSample,
  store: ({ id, e164, name, agentId, extra = {} }) => ({
    phone_number: id,
    phone_number_type: "retell-twilio",
    phone_number_pretty: e164.replace(/^\+1(\d{3})(\d{3})(\d{4})$/u, "+1 ($1) $2-$3"),
    ...(name ? { nickname: name } : {}),
    ...(agentId ? { inbound_agents: [{ agent_id: agentId, weight: 1 }] } : {}),
    updated_at: seededAt,
    ...extra,
  }),
  show,
  dashboard: (fields) => fields,
  edited: (name, agentId) => ({
    ...(name === undefined ? {} : { nickname: name }),
    ...(agentId === undefined
      ? {}
      : { inbound_agents: agentId === null ? null : [{ agent_id: agentId, weight: 1 }] }),
  }),
  agentOf: ({ inbound_agents: agents }) => {
    const first: unknown = Array.isArray(agents) ? agents[0] : undefined;
    return isRecord(first) ? first["agent_id"] : undefined;
  },
  nameOf: (stored) => stored["nickname"],
  forgetAgent: (account, agentId) => {
    account.agents.delete(agentId);
  },
  answer,
  callId: (n) => `call_${n.toString(16).padStart(32, "0")}`,
  asRead: (call) =>
    call.path[0] === "update-phone-number"
      ? { ...call, method: "GET", path: ["get-phone-number", ...call.path.slice(1)] }
      : call,
  problem: (_call, status, message) => problem(status, message),
  rateHeaders: () => ({}),
};

const problem = (status: number, message: string): Reply => ({ status, body: { status: "error", message } });

const invalid = "Invalid request format, please check API reference.";
const missing = problem(422, "Cannot find requested asset under given api key.");

function show({ updated_at, ...stored }: Stored): Record<string, unknown> {
  return { ...stored, last_modification_timestamp: Date.parse(String(updated_at)) };
}

function answer(call: Call): Reply {
  const { account, method, path } = call;
  if (!account) return problem(401, "API key is missing or invalid.");
  const is = (wanted: string, pattern: string): string[] | undefined =>
    method === wanted ? matchPath(path, pattern) : undefined;
  const [read] = is("GET", "/get-phone-number/*") ?? [];
  const [updated] = is("PATCH", "/update-phone-number/*") ?? [];
  const [agentId] = is("GET", "/get-agent/*") ?? [];
  const numberId = read ?? updated;
  if (numberId !== undefined) return numberAnswer(call, account, numberId);
  if (agentId !== undefined) return agentAnswer(call, account, agentId);
  if (is("GET", "/v2/list-phone-numbers")) return listed(numberPage(call, account, show));
  if (is("GET", "/list-phone-numbers")) return { status: 200, body: [...account.numbers.values()].map(show) };
  if (is("POST", "/v3/list-calls")) return listed(retellCalls(call, account));
  if (is("POST", "/v2/list-agents")) return listed(agentPage(call, account));
  return problem(404, "Not Found");
}

/** A page; without one, the query is invalid. */
const listed = (body: unknown): Reply => (body === undefined ? problem(400, invalid) : { status: 200, body });

function numberAnswer(call: Call, account: Account, numberId: string): Reply {
  const stored = account.numbers.get(numberId);
  if (!stored) return missing;
  if (call.query.size > 0) return problem(400, invalid);
  const refusal = call.method === "PATCH" ? update(call, account, stored) : undefined;
  return refusal ?? { status: 200, body: show(stored) };
}

function agentAnswer({ query }: Call, account: Account, agentId: string): Reply {
  const rows = agentRows(account.agents.get(agentId));
  const version = query.get("version");
  const row = rows.findLast((one) => version === null || String(one.version) === version);
  return row ? { status: 200, body: row } : missing;
}

function update({ body }: Call, account: Account, stored: Stored): Reply | undefined {
  if ("unreadable" in body || !isRecord(body.json)) return problem(400, invalid);
  const mistake = mistakeOf(body.json, account, stored);
  if (mistake) return mistake === "missing" ? missing : problem(400, mistake);
  // What the former API took is ignored without a word.
  const { inbound_agent_id: _in, outbound_agent_id: _out, ...taken } = body.json;
  assign(account, stored, taken);
  return undefined;
}

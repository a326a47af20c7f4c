// https://docs.vapi.ai/api-reference/phone-numbers/update, by the vendor's own OpenAPI document of 2026-08; squads and
// the error body by the official SDK (2.0.1).
// Oddities: a number is answered by `assistantId`, `squadId` or `workflowId`, which are absent if not set; a number may
// carry the secrets of its carrier and its server; SIP numbers have no `number`; `name` has at most 40 characters.
// Not documented, ours: that null takes any of the three away, that a squad wins over a workflow and that over an
// assistant, that other properties than those of the update's schema and a null name are refused (400), that a foreign
// `provider` is refused, the errors for ids (400 for no UUID, 404 for an unknown one), that arrays begin with the newest
// record, that a deleted assistant's id stays on the number.
import { STATUS_CODES } from "node:http";
import {
  assign,
  claimedTotal,
  isRecord,
  matchPath,
  pageLimit,
  wholeNumber,
  type Account,
  type Call,
  type Reply,
  type VendorFake,
  type Stored,
  type StoredAgent,
} from "./fake.ts";
import { vapiCalls } from "./calls/vapi.ts";
import { vapiSample } from "./samples/vapi.ts";
import { vapiRefusal } from "./vapi-validation.ts";

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const orgId = "7d1f6a52-0b3c-4e8d-9a61-2c5f7b904e13";
const base = Date.parse("2026-03-02T09:00:00.000Z");

/** What a provider's numbers must have besides. */
const providers: Readonly<Record<string, Stored>> = {
  twilio: { twilioAccountSid: "AC00000000000000000000000000000000" },
  vapi: {},
  "byo-phone-number": { credentialId: orgId },
  vonage: { credentialId: orgId },
  telnyx: { credentialId: orgId },
};

/**
 * Vapi. A number whose `agentId` is `squad:<id>` or `workflow:<id>` is answered by that; an agent of the seed with such
 * an id is one. A number's `extra` may hold `provider`, `status`, `hooks`, `server`, `fallbackDestination` and secrets;
 * an `e164` that begins with `sip:` becomes its `sipUri`.
 */
export const vapi: VendorFake = {
  requiredField: "number",
  sample: vapiSample,
  store: ({ id, e164, name, agentId, extra = {} }) => {
    const provider = typeof extra["provider"] === "string" ? extra["provider"] : "twilio";
    return {
      id,
      orgId,
      provider,
      ...(e164.startsWith("sip:") ? { sipUri: e164 } : { number: e164 }),
      ...(name ? { name } : {}),
      ...answerer(agentId),
      status: "active",
      ...providers[provider],
      updated_at: new Date(base).toISOString(),
      ...extra,
    };
  },
  show,
  dashboard: (fields) => fields,
  edited: (name, agentId) => ({
    ...(name === undefined ? {} : { name: name === "" ? undefined : name }),
    ...(agentId === undefined
      ? {}
      : { assistantId: undefined, squadId: undefined, workflowId: undefined, ...answerer(agentId) }),
  }),
  agentOf: ({ assistantId, squadId, workflowId }) =>
    typeof squadId === "string"
      ? `squad:${squadId}`
      : typeof workflowId === "string"
        ? `workflow:${workflowId}`
        : assistantId,
  nameOf: (stored) => stored["name"],
  forgetAgent: (account, agentId) => void account.agents.delete(agentId),
  answer,
  callId: (n) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`,
  problem: (_call, status, message) => problem(status, message),
  rateHeaders: () => ({}),
};

function answerer(agentId: string | null | undefined): Stored {
  if (!agentId) return {};
  if (agentId.startsWith("squad:")) return { squadId: agentId.slice("squad:".length) };
  if (agentId.startsWith("workflow:")) return { workflowId: agentId.slice("workflow:".length) };
  return { assistantId: agentId };
}

const problem = (status: number, message: string | readonly string[]): Reply => ({
  status,
  body: { message, error: STATUS_CODES[status] ?? "Error", statusCode: status },
});

const minutes = (count: number): string => new Date(base + count * 60_000).toISOString();

/** Numbers are seeded oldest first. */
function show({ updated_at: updatedAt, ...stored }: Stored, account: Account): Record<string, unknown> {
  const at = [...account.numbers.keys()].indexOf(String(stored["id"]));
  return { ...stored, createdAt: minutes(at), updatedAt };
}

function answer(call: Call): Reply {
  const { account, method, path } = call;
  if (!account) return problem(401, "Invalid Key. Hot tip, you may be using the public key.");
  const [numberId] = matchPath(path, "/phone-number/*") ?? [];
  if (numberId !== undefined && (method === "GET" || method === "PATCH")) {
    const stored = account.numbers.get(numberId);
    if (!stored) return unknown(numberId, "Phone Number");
    const refusal = method === "PATCH" ? update(call, account, stored) : undefined;
    return refusal ?? { status: 200, body: show(stored, account) };
  }
  if (method === "GET") {
    if (matchPath(path, "/v2/phone-number")) return paged(call, account);
    if (matchPath(path, "/phone-number")) return array(call, numbersOf(account).toReversed());
    if (matchPath(path, "/assistant")) return array(call, agentsOf(account, "assistant"));
    if (matchPath(path, "/call")) {
      const calls = vapiCalls(call, account, orgId);
      return calls ? array(call, calls) : problem(400, ["unknown parameter"]);
    }
    if (matchPath(path, "/squad")) return array(call, agentsOf(account, "squad"));
    const [assistantId] = matchPath(path, "/assistant/*") ?? [];
    if (assistantId !== undefined) return one(account, "assistant", assistantId);
    const [squadId] = matchPath(path, "/squad/*") ?? [];
    if (squadId !== undefined) return one(account, "squad", squadId);
  }
  return problem(404, `Cannot ${method} /${path.map(encodeURIComponent).join("/")}`);
}

const unknown = (id: string, what: string): Reply =>
  uuid.test(id) ? problem(404, `Couldn't Find ${what}`) : problem(400, ["id must be a UUID"]);

type Kind = "assistant" | "squad";

const kindOf = ({ id }: StoredAgent): Kind | undefined =>
  id.startsWith("squad:") ? "squad" : id.startsWith("workflow:") ? undefined : "assistant";

/** Agents are seeded newest first. */
function agentsOf(account: Account, kind: Kind): readonly Stored[] {
  return [...account.agents.values()]
    .map((agent, at) => ({ agent, at }))
    .filter(({ agent }) => kindOf(agent) === kind)
    .map(({ agent: { id, name, extra }, at }) => ({
      id: id.replace(/^squad:/u, ""),
      orgId,
      name,
      createdAt: minutes(-at),
      updatedAt: minutes(0),
      ...(kind === "squad" ? { members: [] } : {}),
      ...extra,
    }));
}

function one(account: Account, kind: Kind, id: string): Reply {
  const found = agentsOf(account, kind).find((agent) => agent["id"] === id);
  return found ? { status: 200, body: found } : unknown(id, kind === "squad" ? "Squad" : "Assistant");
}

const numbersOf = (account: Account): readonly Stored[] =>
  [...account.numbers.values()].map(({ updated_at: updatedAt, ...stored }, at) => ({
    ...stored,
    createdAt: minutes(at),
    updatedAt,
  }));

function array(call: Call, newestFirst: readonly Stored[]): Reply {
  const limit = pageLimit(call, { otherwise: 100, max: 1000 });
  const bounds = ["createdAtLe", "createdAtLt"].map((field) => call.query.get(field));
  if (limit === undefined) return problem(400, ["limit must not be greater than 1000"]);
  if (bounds.some((bound) => bound !== null && Number.isNaN(Date.parse(bound)))) {
    return problem(400, ["createdAtLe must be a valid ISO 8601 date string"]);
  }
  const [upTo = null, before = null] = call.repeatPage ? [] : bounds;
  const found = newestFirst.filter(({ createdAt }) => {
    const at = Date.parse(String(createdAt));
    return (upTo === null || at <= Date.parse(upTo)) && (before === null || at < Date.parse(before));
  });
  return { status: 200, body: found.slice(0, limit) };
}

const maxSearch = 100;

function paged(call: Call, account: Account): Reply {
  const page = wholeNumber(call.query, "page", { otherwise: 1, min: 1, max: 1_000_000 });
  const limit = pageLimit(call, { otherwise: 100, max: 1000 });
  const sortOrder = call.query.get("sortOrder") ?? "DESC";
  if (page === undefined || limit === undefined || !["ASC", "DESC"].includes(sortOrder)) {
    return problem(400, ["page must not be less than 1", "limit must not be greater than 1000"]);
  }
  const search = call.query.get("search")?.toLowerCase();
  if (search !== undefined && search.length > maxSearch) {
    return problem(400, [`search must be shorter than or equal to ${maxSearch} characters`]);
  }
  const wanted = numbersOf(account).filter(({ name, number, sipUri }) =>
    [name, number, sipUri].some(
      (part) => search === undefined || (typeof part === "string" && part.toLowerCase().includes(search)),
    ),
  );
  const sorted = sortOrder === "ASC" ? wanted : wanted.toReversed();
  const start = call.repeatPage ? 0 : (page - 1) * limit;
  const total = claimedTotal(call, sorted.length);
  const metadata = {
    itemsPerPage: limit,
    totalItems: total,
    currentPage: page,
    totalPages: Math.ceil(total / limit),
    hasNextPage: page * limit < total,
    sortOrder,
  };
  return { status: 200, body: { results: sorted.slice(start, start + limit), metadata } };
}

function update(call: Call, account: Account, stored: Stored): Reply | undefined {
  const { mistakes, status = 400 } = vapiRefusal(call.body, account, stored);
  if (mistakes.length > 0) return problem(status, mistakes);
  const sent = "json" in call.body && isRecord(call.body.json) ? call.body.json : {};
  const cleared = Object.entries(sent).map(([field, value]) => [field, value ?? undefined]);
  assign(account, stored, Object.fromEntries(cleared));
  return undefined;
}

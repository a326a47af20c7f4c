// DialNexa's OpenAPI document of 2026-08: no PATCH on a number any more, a draft of an agent claims its number as it is
// published, and a published version takes no update. An agent has one version here, so publishing it is the end.
import {
  assign,
  isRecord,
  matchPath,
  type Account,
  type Call,
  type Reply,
  type Stored,
  type StoredAgent,
} from "./fake.ts";

interface Shared {
  problem: (status: number, message: string | string[]) => Reply;
  absent: (call: Call, what: string, id: string) => Reply;
  pageOf: <T>(
    call: Call,
    items: T[],
    showOne: (item: T) => unknown,
  ) => { data: unknown[]; page: number; limit: number; total: number } | undefined;
  show: (stored: Stored, account: Account, newer: boolean) => Record<string, unknown>;
  showAgent: (agent: StoredAgent) => Record<string, unknown>;
}

/** The newer generation's routes; undefined for any other. */
export function dialnexaNewer(call: Call, account: Account, shared: Shared): Reply | undefined {
  const { method, path } = call;
  const { problem, absent, pageOf, show, showAgent } = shared;
  const [agentId] = matchPath(path, "/v1/agents/*") ?? [];
  if (agentId !== undefined && (method === "GET" || method === "PATCH")) {
    const agent = account.agents.get(agentId);
    if (!agent) return absent(call, "Agent", agentId);
    const refusal = method === "PATCH" ? claim(call, account, agent, shared) : undefined;
    return refusal ?? { status: 200, body: showAgent(agent) };
  }
  if (method !== "GET") return undefined;
  if (matchPath(path, "/v1/agents")) {
    return { status: 200, body: { agents: [...account.agents.values()].map(showAgent) } };
  }
  const [numberId] = matchPath(path, "/v1/organization-phone-numbers/*") ?? [];
  if (numberId !== undefined) {
    const stored = account.numbers.get(numberId);
    return stored
      ? { status: 200, body: show(stored, account, true) }
      : absent(call, "Phone number", numberId);
  }
  if (!matchPath(path, "/v1/organization-phone-numbers")) return undefined;
  const page = pageOf(call, [...account.numbers.values()], (stored) => show(stored, account, true));
  if (!page) return problem(400, "Invalid query parameters");
  const { data, ...rest } = page;
  return { status: 200, body: { items: data, ...rest } };
}

function claim(call: Call, account: Account, agent: StoredAgent, { problem }: Shared): Reply | undefined {
  const body = "json" in call.body ? call.body.json : undefined;
  if (!isRecord(body) || typeof body["version_number"] !== "number") {
    return problem(400, "Request validation failed");
  }
  if (agent.assignable) return problem(400, "A published version cannot be updated");
  const numberId = body["inbound_phone_number_id"];
  // Without is_published the vendor answers 200 and leaves the live routing as it was.
  if (body["is_published"] !== true) return undefined;
  const claimed = typeof numberId === "string" ? account.numbers.get(numberId) : undefined;
  if (numberId && !claimed) return problem(400, "Phone number does not exist");
  agent.assignable = true;
  if (numberId === "") {
    for (const stored of account.numbers.values()) {
      if (stored["agent_id"] === agent.id) assign(account, stored, { agent_id: null });
    }
  } else if (claimed) assign(account, claimed, { agent_id: agent.id });
  return undefined;
}

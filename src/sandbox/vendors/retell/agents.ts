import { isRecord, pageLimit, seededAt, type Account, type Call, type StoredAgent } from "../fake.ts";
import { pageAfter, type RetellPage } from "./list.ts";

const since = Date.parse(seededAt);

/** The number of an agent's newest version. */
export function newestVersion(agent: StoredAgent): number {
  const { version } = agent.extra;
  return typeof version === "number" ? version : 0;
}

export const tagsOf = ({ extra: { tags } }: StoredAgent): readonly unknown[] =>
  Array.isArray(tags) ? tags : [];

/** An agent as `GET /get-agent` shows it, a row for each version. Empty without an agent. */
export function agentRows(agent: StoredAgent | undefined) {
  if (!agent) return [];
  const { version: _newest, tags: _tags, ...extra } = agent.extra;
  const id = "id" in extra ? extra["id"] : agent.id;
  const newest = newestVersion(agent);
  return Array.from({ length: newest + 1 }, (_, version) => ({
    agent_id: id,
    version,
    is_published: version < newest || newest === 0,
    agent_name: agent.name,
    voice_id: "retell-Cimo",
    response_engine: { type: "retell-llm", llm_id: `llm_${agent.id.slice(-8)}` },
    last_modification_timestamp: since + version,
  }));
}

const rowQuery = new Set(["limit", "pagination_key", "pagination_key_version", "is_latest"]);

/** A page of `GET /list-agents`: rows, each agent's newest version first. Undefined if the query is invalid. */
export function agentPage(call: Call, { agents }: Account): unknown[] | undefined {
  const { query } = call;
  const latest = query.get("is_latest") ?? "false";
  const limit = pageLimit(call, { otherwise: 1000, max: 1000 });
  if ([...query.keys()].some((name) => !rowQuery.has(name))) return undefined;
  if (limit === undefined || !["true", "false"].includes(latest)) return undefined;
  const rows = [...agents.values()].flatMap((agent) => {
    const all = agentRows(agent).toReversed();
    return latest === "true" ? all.slice(0, 1) : all;
  });
  const key = call.repeatPage ? null : query.get("pagination_key");
  const version = query.get("pagination_key_version") ?? "0";
  const isLast = (row: (typeof rows)[number]): boolean =>
    row.agent_id === key && String(row.version) === version;
  const at = key === null ? -1 : rows.findIndex(isLast);
  if (key !== null && at < 0) return undefined;
  return rows.slice(at + 1, at + 1 + limit);
}

/** A page of `POST /v2/list-agents`: a row for each agent. Undefined if the query or the body is invalid. */
export function newerAgentPage(call: Call, { agents }: Account): RetellPage | undefined {
  if ("unreadable" in call.body || !isRecord(call.body.json)) return undefined;
  if (Object.keys(call.body.json).some((name) => name !== "filter_criteria")) return undefined;
  return pageAfter(
    call,
    [...agents.values()],
    ({ id }) => id,
    (agent) => ({
      agent_id: agent.id,
      agent_name: agent.name,
      channel: "voice",
      tags: Object.fromEntries(tagsOf(agent).map((tag) => [tag, { version: newestVersion(agent) }])),
      user_modified_timestamp: since,
    }),
  );
}

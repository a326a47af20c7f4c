import { isRecord, seededAt, type Account, type Body, type Call, type StoredAgent } from "../fake.ts";
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

const channelOf = ({ extra: { channel } }: StoredAgent): unknown => channel ?? "voice";

/** A page of `POST /v2/list-agents`: a row for each agent. Undefined if the query or the body is invalid. */
export function agentPage(call: Call, { agents }: Account): RetellPage | undefined {
  const channel = wantedChannel(call.body);
  if (channel === undefined) return undefined;
  return pageAfter(
    call,
    [...agents.values()].filter((agent) => channel === "any" || channelOf(agent) === channel),
    ({ id }) => id,
    (agent) => ({
      agent_id: "agent_id" in agent.extra ? agent.extra["agent_id"] : agent.id,
      agent_name: agent.name,
      channel: channelOf(agent),
      tags: Object.fromEntries(tagsOf(agent).map((tag) => [tag, { version: newestVersion(agent) }])),
      user_modified_timestamp: since,
    }),
  );
}

/**
 * The channel that a request filters by, or `any`. Undefined if its body is not as documented. Of the operators, only
 * `eq` is understood.
 */
function wantedChannel(body: Body): unknown {
  if (!("json" in body) || !isRecord(body.json)) return undefined;
  const { filter_criteria: criteria = {}, ...unknown } = body.json;
  if (!isRecord(criteria) || Object.keys(unknown).length > 0) return undefined;
  const { channel: filter = null, ...others } = criteria;
  if (Object.keys(others).length > 0) return undefined;
  if (filter === null) return "any";
  if (!isRecord(filter) || filter["type"] !== "string" || filter["op"] !== "eq") return undefined;
  return ["voice", "chat"].find((channel) => channel === filter["value"]);
}

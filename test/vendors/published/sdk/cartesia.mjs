// Drives Cartesia's official SDK in its own version of the API. It has methods for agents; numbers go through its client,
// which adds the key and the version, reads JSON and turns errors into its own.
import Cartesia, { NotFoundError } from "@cartesia/cartesia-js";

const [baseURL, apiKey, numberId, agentId] = process.argv.slice(2);
const client = new Cartesia({ baseURL, apiKey, maxRetries: 0 });
const path = `/agents/phone-numbers/${numberId}`;

await client.get(path);
await client.patch(path, { body: { label: "By the SDK" } });
await client.patch(path, { body: { agent_id: agentId } });
const page = await client.get("/agents/phone-numbers", { query: { limit: 100 } });
const providers = await client.get("/agents/phone-numbers/providers");
const calls = await client.agents.calls.list({ agent_id: agentId, limit: 1 });
const ids = [];
for await (const { id } of calls) ids.push(id);
const listed = await client.agents.list();
const one = await client.agents.retrieve(agentId);
const missing = await client.agents.retrieve("agent_missing").catch((error) => error);
if (!(missing instanceof NotFoundError) || !missing.error.request_id) throw missing;
process.stdout.write(
  JSON.stringify({
    numbers: page.data.map(({ id }) => id),
    agents: listed.summaries.filter((agent) => !agent.deleted_at).map(({ id }) => id),
    choices: providers.map(({ id }) => id),
    calls: ids,
    typed: { AgentListResponse: listed, AgentSummary: one },
  }),
);

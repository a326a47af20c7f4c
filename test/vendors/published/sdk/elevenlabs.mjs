// Drives ElevenLabs' official SDK, which throws for an answer that its types do not allow, and prints what it read.
import { ElevenLabsClient } from "@elevenlabs/elevenlabs-js";

const [baseUrl, apiKey, numberId, agentId] = process.argv.slice(2);
const { conversationalAi } = new ElevenLabsClient({ baseUrl, apiKey, maxRetries: 0 });
const { phoneNumbers, agents, conversations } = conversationalAi;

await phoneNumbers.get(numberId);
await phoneNumbers.list();
await phoneNumbers.update(numberId, { label: "By the SDK" });
await phoneNumbers.update(numberId, { agentId });
const listed = await phoneNumbers.listV2({ pageSize: 100 });
const found = await agents.list({ pageSize: 100 });
await agents.get(agentId);
const numbers = listed.phoneNumbers.map(({ phoneNumberId }) => phoneNumberId);
const log = await conversations.list({ agentId, callStartAfterUnix: 0, sortDirection: "asc", pageSize: 100 });
const calls = [];
for (const { conversationId } of log.conversations) {
  const { metadata } = await conversations.get(conversationId);
  if (metadata.phoneCall.phoneNumberId === numberId) calls.push(conversationId);
}
process.stdout.write(JSON.stringify({ numbers, agents: found.agents.map((agent) => agent.agentId), calls }));

// Drives Vapi's official SDK and prints what it read.
import { VapiClient } from "@vapi-ai/server-sdk";

const [baseUrl, token, numberId, assistantId] = process.argv.slice(2);
const { phoneNumbers, assistants, squads } = new VapiClient({ baseUrl, token, maxRetries: 0 });

await phoneNumbers.get({ id: numberId });
await phoneNumbers.list();
await phoneNumbers.update({ id: numberId, body: { name: "By the SDK" } });
await phoneNumbers.update({ id: numberId, body: { assistantId } });
const page = await phoneNumbers.phoneNumberControllerFindAllPaginated({
  page: 1,
  limit: 100,
  sortOrder: "ASC",
});
const found = [...(await assistants.list({ limit: 100 })), ...(await squads.list({ limit: 100 }))];
await assistants.get({ id: assistantId });
const numbers = page.results.map(({ id }) => id);
process.stdout.write(JSON.stringify({ numbers, agents: found.map(({ id }) => id) }));

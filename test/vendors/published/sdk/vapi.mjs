// Drives Vapi's official SDK and prints what it read.
import { VapiClient } from "@vapi-ai/server-sdk";

const [baseUrl, token, numberId, assistantId] = process.argv.slice(2);
const { phoneNumbers, assistants, squads, calls: log } = new VapiClient({ baseUrl, token, maxRetries: 0 });

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
const listed = await log.list({
  phoneNumberId: numberId,
  createdAtGe: "2026-08-03T12:00:00.000Z",
  limit: 100,
});
const calls = listed.toReversed().map(({ id }) => id);
process.stdout.write(JSON.stringify({ numbers, agents: found.map(({ id }) => id), calls }));

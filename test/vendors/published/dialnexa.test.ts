import { expect, it } from "vitest";
import { startVendorSandbox, demoAccount } from "../../../src/sandbox/vendors/index.ts";
import { dialnexa } from "../../../src/vendors/adapters/dialnexa.ts";
import { problemOf } from "../opened.ts";
import { publishedDocument } from "./openapi.ts";

const published = publishedDocument("dialnexa-openapi-2026-08.json");

// The document has them in its examples alone, and the last one nowhere.
const inNoSchema = ["country_code", "call_direction", "end_reason", "transcript", "summary", "recording_url"];

it.skipIf(!published)(
  "sends and answers what the published document of the newer API says (skipped without a copy of it)",
  async () => {
    const seed = demoAccount("dialnexa");
    const sandbox = await startVendorSandbox("dialnexa", { accounts: [seed] });
    try {
      sandbox.fault({ kind: "newer-generation" });
      const open = (key: string) =>
        dialnexa.open({ api_key: key }, { baseUrl: sandbox.url, timeoutMs: 5000 });
      const account = open(seed.key);
      const agentId = seed.agents[0]?.id ?? "";
      const numberId = seed.numbers[0]?.id ?? "";
      await account.check();
      expect(await account.listNumbers()).toHaveLength(seed.numbers.length);
      await account.getNumber(numberId);
      await problemOf(account.getNumber("phn_none"));
      await account.listAgents();
      const e164 = seed.numbers[0]?.e164 ?? "";
      const id = sandbox.addCall({ numberId, agentId });
      const log = await account.listCalls?.({
        number: { id: numberId, e164 },
        agentIds: [],
        since: new Date(0),
      });
      expect(log?.calls).toMatchObject([{ id, agentId, status: "completed" }]);
      await account.getAgent(agentId);
      await problemOf(account.getAgent("agt_none"));
      await problemOf(open("another key").check());
      // Patchbay sends none of these (ADR 49). They show that the fake answers as the document says.
      const claims = [
        { version_number: 1, inbound_phone_number_id: "" },
        { version_number: 1, inbound_phone_number_id: numberId, is_published: true },
        { version_number: 1, inbound_phone_number_id: numberId, is_published: true },
      ];
      const draft = seed.agents.find(({ assignable }) => assignable === false);
      for (const claim of claims)
        await fetch(`${sandbox.url}/v1/agents/${draft?.id}`, {
          method: "PATCH",
          headers: { authorization: `Bearer ${seed.key}`, "content-type": "application/json" },
          body: JSON.stringify(claim),
        });
      // The adapter looks for the older route of the agents first, which the document no longer has.
      const [older, ...others] = sandbox.requests.filter(({ path }) => path.startsWith("/v1/agents2"));
      expect([older?.status, others]).toEqual([404, []]);
      const rest = sandbox.requests.filter((request) => request !== older);
      const faults = rest.flatMap((request) => published?.faultsOf(request) ?? []);
      expect([...new Set(faults)]).toEqual(inNoSchema.map((field) => `answer: ${field} is in no schema`));
      expect(rest.map(({ status }) => status)).toEqual([
        200, 200, 200, 404, 200, 200, 200, 404, 401, 200, 200, 400,
      ]);
      const [first] = rest;
      expect(first && published?.faultsOf({ ...first, path: "/v1/elsewhere" })).toHaveLength(1);
    } finally {
      await sandbox.close();
    }
  },
);

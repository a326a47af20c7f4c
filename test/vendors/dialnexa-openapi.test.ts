import { existsSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import ajvFormats from "ajv-formats";
import { expect, it } from "vitest";
import { z } from "zod";
import { startVendorSandbox, demoAccount, type RecordedRequest } from "../../src/sandbox/vendors/index.ts";
import { dialnexa } from "../../src/vendors/adapters/dialnexa.ts";
import { problemOf } from "./opened.ts";

// DialNexa's OpenAPI document of 2026-08. It is not part of this repository; put a copy there to run the test.
const file = ["../../../shared/", "../../../../shared/"]
  .map((folder) => new URL(`${folder}contracts/dialnexa-openapi-2026-08.json`, import.meta.url))
  .find((one) => existsSync(one));

const content = z.object({ content: z.record(z.string(), z.unknown()).optional() });
const operation = z.object({
  parameters: z.array(z.object({ in: z.string(), name: z.string() })).optional(),
  requestBody: content.optional(),
  responses: z.record(z.string(), content),
});
const document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) });

/** What is wrong with a request and its answer according to the document, as text. */
function judge(json: unknown): (request: RecordedRequest) => string[] {
  const { paths } = document.parse(json);
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajvFormats.default(ajv);
  ajv.addSchema(z.looseObject({}).parse(json), "document");
  const faults = (place: readonly string[], value: unknown): string[] => {
    const escaped = place.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")));
    const validate = ajv.getSchema(`document#/${escaped.join("/")}`);
    if (!validate) return [`${place.join(" ")} is not in the document`];
    void validate(value);
    return (validate.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath} ${message}`);
  };
  return ({ method, path, query, body, status, answer }) => {
    const template = Object.keys(paths).find((one) =>
      new RegExp(`^${one.replaceAll(/\{\w+\}/gu, "[^/]+")}$`, "u").test(path),
    );
    const verb = method.toLowerCase();
    const known = template === undefined ? undefined : paths[template]?.[verb];
    if (template === undefined || !known) return [`${method} ${path} is not in the document`];
    const named = new Set(
      (known.parameters ?? []).filter((one) => one.in === "query").map(({ name }) => name),
    );
    const queries = [...new URLSearchParams(query).keys()].filter((name) => !named.has(name));
    const schema = ["content", "application/json", "schema"];
    return [
      ...queries.map((name) => `${name} is not a parameter of ${method} ${template}`),
      ...(known.requestBody ? faults(["paths", template, verb, "requestBody", ...schema], body) : []),
      ...faults(["paths", template, verb, "responses", String(status), ...schema], answer),
    ].map((fault) => `${method} ${path} ${String(status)}: ${fault}`);
  };
}

it.skipIf(file === undefined)(
  "sends and answers what the published document of the newer API says (skipped without a copy of it)",
  async () => {
    const wrongIn = judge(file && JSON.parse(readFileSync(file, "utf8")));
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
      expect(rest.flatMap(wrongIn)).toEqual([]);
      expect(rest.map(({ status }) => status)).toEqual([
        200, 200, 200, 404, 200, 200, 200, 404, 401, 200, 200, 400,
      ]);
      const [first] = rest;
      expect(first && wrongIn({ ...first, path: "/v1/elsewhere" })).toHaveLength(1);
    } finally {
      await sandbox.close();
    }
  },
);

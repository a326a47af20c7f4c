import { beforeAll, describe, expect, it } from "vitest";
import type { Change } from "../../../src/domain/numbers/change.ts";
import type { VendorId } from "../../../src/domain/vendor/vendor.ts";
import {
  demoAccount,
  startVendorSandbox,
  type AccountSeed,
  type RecordedRequest,
} from "../../../src/sandbox/vendors/index.ts";
import { vendors } from "../../../src/vendors/index.ts";
import { skippingTimer } from "../../support/clocks.ts";
import { problemOf } from "../opened.ts";
import { publishedDocument } from "./openapi.ts";

interface Published {
  readonly vendor: VendorId;
  readonly document: ReturnType<typeof publishedDocument>;
  /** The paths that the adapter uses and the document does not have. */
  readonly elsewhere: readonly RegExp[];
  /** The schema of an update's body, by the number in its answer. */
  readonly body: (shown: Readonly<Record<string, unknown>>) => string;
  /** Fields that are sent as null although their schema has none, by the vendor's own examples. */
  readonly nullable: readonly string[];
}

const dtos: Readonly<Record<string, string>> = {
  twilio: "UpdateTwilioPhoneNumberDTO",
  vapi: "UpdateVapiPhoneNumberDTO",
  vonage: "UpdateVonagePhoneNumberDTO",
  telnyx: "UpdateTelnyxPhoneNumberDTO",
  "byo-phone-number": "UpdateByoPhoneNumberDTO",
};

const desk = { type: "number", number: "+15205550100" };
const filters = [{ type: "startsWith", key: "number", startsWith: ["1"] }];
const hooks = [
  { on: "call.ringing", filters, do: [{ type: "transfer", destination: desk }] },
  { on: "call.ringing", do: [{ type: "say", exact: "We are closed." }] },
  { on: "call.ending", do: { type: "say", exact: "Please call again." } },
];

/** The demo account, and at Vapi a number of each carrier that it does not have. */
function accountOf(vendor: VendorId): AccountSeed {
  const seed = demoAccount(vendor);
  const [first] = seed.numbers;
  if (vendor !== "vapi" || !first) return seed;
  const others = ["vonage", "telnyx", "byo-phone-number"].map((provider, at) => ({
    ...first,
    id: `${first.id.slice(0, -1)}${at + 7}`,
    extra: { provider, hooks, server: { url: "https://calls.example.com" }, fallbackDestination: desk },
  }));
  return { ...seed, numbers: [...seed.numbers, ...others] };
}

const elevenlabs = publishedDocument("elevenlabs-phone-numbers-openapi-2026-08.json");
const published: readonly Published[] = [
  {
    vendor: "elevenlabs",
    document: elevenlabs,
    elsewhere: [/^\/v1\/convai\/v2\/phone-numbers$/u, /^\/v1\/convai\/agents/u],
    body: () => "UpdatePhoneNumberRequest",
    nullable: [],
  },
  {
    vendor: "vapi",
    document: publishedDocument("vapi-phone-numbers-openapi-2026-08.json"),
    elsewhere: [/^\/assistant/u, /^\/squad/u],
    body: ({ provider }) => dtos[String(provider)] ?? "",
    nullable: ["assistantId", "squadId", "workflowId"],
  },
];

describe.each(published)(
  "the published document of $vendor",
  ({ vendor, document, elsewhere, body, nullable }) => {
    let requests: readonly RecordedRequest[] = [];
    beforeAll(async () => {
      if (document) requests = await requestsOf(vendor, accountOf(vendor));
    });

    it.skipIf(!document)(
      "has every request of the adapter and every answer of the fake (skipped without a copy of the document)",
      () => {
        const wrongs = requests.flatMap((request) => {
          const { method, path, status, answer } = request;
          if (!document?.describes(request) && elsewhere.some((known) => known.test(path))) return [];
          const shown = typeof answer === "object" && answer ? { ...answer } : {};
          const update = { schema: body(shown), sent: withoutNulls(request.body, nullable) };
          const wrong = document?.faultsOf(request, method === "PATCH" ? update : undefined) ?? [];
          return wrong.map((words) => `${method} ${path} (${status}): ${words}`);
        });
        expect([...new Set(wrongs)]).toEqual([]);
        const patches = requests.filter(({ method }) => method === "PATCH");
        expect(patches.length).toBeGreaterThan(2 * demoAccount(vendor).numbers.length);
      },
    );

    it.skipIf(!document)("finds what is wrong (skipped without a copy of the document)", () => {
      const patch = requests.find(({ method }) => method === "PATCH");
      if (!patch) throw new Error("no update was sent");
      const shown = { ...Object(patch.answer) };
      const update = { schema: body(shown), sent: withoutNulls(patch.body, nullable) };
      const faultsOf = (odd: Partial<RecordedRequest>) => document?.faultsOf({ ...patch, ...odd }, update);
      expect(faultsOf({ answer: { ...shown, surprise: 1 } })).toContain("answer: surprise is in no schema");
      const { id: _id, phone_number_id: _other, ...less } = shown;
      expect(faultsOf({ answer: less })).not.toEqual([]);
      expect(faultsOf({ query: "surprise=1" })).toEqual(["the query's surprise is not published"]);
      expect(document?.faultsOf(patch, { ...update, sent: { surprise: 1 } })).toContain(
        "body must NOT have additional properties",
      );
    });
  },
);

it.skipIf(!elevenlabs)(
  "the fake of ElevenLabs refuses an invalid update as the document says (skipped without a copy of it)",
  async () => {
    const seed = demoAccount("elevenlabs");
    const sandbox = await startVendorSandbox("elevenlabs", { accounts: [seed] });
    const account = vendors.elevenlabs.open({ api_key: seed.key }, { baseUrl: sandbox.url, timeoutMs: 5000 });
    await problemOf(account.patch(seed.numbers[0]?.id ?? "", { label: 5, agent_id: [] }));
    await sandbox.close();
    const [refused] = sandbox.requests;
    if (!refused) throw new Error("no update was sent");
    const inAnswer = (answer: unknown): string[] =>
      (elevenlabs?.faultsOf({ ...refused, answer }) ?? []).filter((words) => words.startsWith("answer"));
    expect([refused.status, inAnswer(refused.answer)]).toEqual([422, []]);
    expect(inAnswer({ detail: "no list" })).not.toEqual([]);
  },
);

/** All that the adapter sends for each number of an account, with both lists, and what the fake answers. */
async function requestsOf(vendor: VendorId, seed: AccountSeed): Promise<readonly RecordedRequest[]> {
  const sandbox = await startVendorSandbox(vendor, { accounts: [seed] });
  const { open, capabilities } = vendors[vendor];
  const account = open(
    { api_key: seed.key },
    { baseUrl: sandbox.url, timeoutMs: 5000, timer: skippingTimer() },
  );
  await account.listNumbers();
  await account.check();
  await account.listAgents();
  const changes: readonly Change[] = [
    ...seed.agents
      .filter(({ assignable }) => assignable !== false)
      .map(({ id }) => ({ kind: "reassign", agentId: id }) as const),
    { kind: "rename", name: "Nachtdienst ☎️" },
    { kind: "edit", fields: Object.fromEntries(capabilities.fields.map(({ id }) => [id, "x"])) },
    { kind: "detach" },
  ];
  await account.searchNumbers?.("0147");
  for (const { id } of seed.numbers) {
    for (const change of changes) {
      if (change.kind === "edit" && capabilities.fields.length === 0) continue;
      await account.patch(id, account.buildPatch(await account.getNumber(id), change));
    }
  }
  const missing = { kind: "status", status: 404, body: { message: "none", detail: "none" } } as const;
  sandbox.fault(missing, { on: ({ path }) => path.includes("/v2/") });
  const before = sandbox.requests.length;
  await account.listNumbers();
  await sandbox.close();
  return [...sandbox.requests.slice(0, before), ...sandbox.requests.slice(before + 1)];
}

function withoutNulls(body: unknown, fields: readonly string[]): unknown {
  const sent = Object.entries(Object(body));
  return Object.fromEntries(sent.filter(([field, value]) => value !== null || !fields.includes(field)));
}

import Retell from "retell-sdk";
import { describe, expect, it } from "vitest";
import { agentsText } from "../../../src/domain/numbers/answering-agents.ts";
import type { Change } from "../../../src/domain/numbers/change.ts";
import type { AccountSeed } from "../../../src/sandbox/vendors/index.ts";
import { retell } from "../../../src/vendors/adapters/retell.ts";
import { publishedDocument } from "./openapi.ts";
import { key, openedSandbox, problemOf } from "../opened.ts";

const [first, second] = ["+14155550101", "+14155550102"];
const shared = [
  { agent_id: "agent_front", agent_version: "prod", weight: 0.7 },
  { agent_id: "agent_night", agent_version: 1, weight: 0.3 },
];
const sharedText = agentsText([
  { id: "agent_front", version: "prod", share: 0.7 },
  { id: "agent_night", version: 1, share: 0.3 },
]);
const account: Omit<AccountSeed, "key"> = {
  agents: [
    { id: "agent_front", name: "Front", extra: { version: 2, tags: ["prod"] } },
    { id: "agent_night", name: "Night", extra: { version: 1 } },
  ],
  numbers: [
    { id: first, e164: first, name: "Main", agentId: "agent_front" },
    { id: second, e164: second, extra: { inbound_agents: shared } },
  ],
};
const changes: readonly Change[] = [
  { kind: "reassign", agentId: "agent_night" },
  { kind: "reassign", agentId: sharedText },
  { kind: "detach" },
  { kind: "rename", name: "Hauptnummer" },
  { kind: "rename", name: null },
  { kind: "edit", fields: { fallback_number: second } },
  { kind: "edit", fields: { fallback_number: null } },
];

const published = publishedDocument("retell-phone-numbers-openapi-2026-08.json");

describe.skipIf(!published)("Retell's OpenAPI document (skipped where the contracts are not at hand)", () => {
  it("has every request about numbers, and every answer of the fake", async () => {
    const { sandbox, account: opened, change } = await openedSandbox(retell, account);
    await opened.listNumbers();
    await opened.check();
    await opened.getNumber(second);
    for (const wanted of changes) await change(first, wanted);
    await problemOf(opened.getNumber("+14155559999"));
    await problemOf(change(first, { kind: "reassign", agentId: "agent_gone" }));
    const unequal = agentsText([
      { id: "agent_front", share: 0.7 },
      { id: "agent_night", share: 0.7 },
    ]);
    await problemOf(change(first, { kind: "reassign", agentId: unequal }));
    const wrong = retell.open({ api_key: "key_wrong" }, { baseUrl: sandbox.url, timeoutMs: 5000 });
    await problemOf(wrong.check());
    expect(new Set(sandbox.requests.map(({ status }) => status))).toEqual(new Set([200, 400, 401, 422]));
    expect(sandbox.requests.flatMap((request) => published?.faultsOf(request))).toEqual([]);
  });

  it("would refuse a weight of 0, an unknown field and an answer without a number", async () => {
    const { sandbox, account: opened } = await openedSandbox(retell, account);
    await opened.getNumber(first);
    await problemOf(opened.patch(first, { inbound_agents: [{ agent_id: "agent_front", weight: 0 }], x: 1 }));
    const [read, update] = sandbox.requests;
    const faults = read && published?.faultsOf({ ...read, answer: {} });
    expect(faults).toContainEqual(expect.stringContaining("'phone_number'"));
    expect(update && published?.faultsOf(update)).toEqual([
      "body must NOT have additional properties",
      "body/inbound_agents/0/weight must be > 0",
      "body/inbound_agents must be null",
      "body/inbound_agents must match a schema in anyOf",
    ]);
  });
});

describe("Retell's SDK", () => {
  const opened = async () => {
    const { sandbox, ...rest } = await openedSandbox(retell, account);
    return { sandbox, ...rest, client: new Retell({ apiKey: key, baseURL: sandbox.url, maxRetries: 0 }) };
  };

  it("pages through the fake's numbers and agents", async () => {
    const { client, sandbox, account: own } = await opened();
    const page = await client.phoneNumber.list({ limit: 1 });
    expect(page).toMatchObject({ has_more: true, items: [{ phone_number: first, nickname: "Main" }] });
    const { pagination_key = "" } = page;
    expect(await client.phoneNumber.list({ limit: 1, pagination_key })).toMatchObject({
      has_more: false,
      items: [{ phone_number: second, inbound_agents: shared }],
    });
    const agents = await client.agent.list();
    expect(agents.items.map(({ agent_id, agent_name }) => [agent_id, agent_name])).toEqual([
      ["agent_front", "Front"],
      ["agent_night", "Night"],
    ]);
    const voiceOnly = { channel: { type: "string", op: "eq", value: "voice" } } as const;
    await client.agent.list({ limit: 1000, filter_criteria: voiceOnly });
    const theirs = sandbox.requests.at(-1);
    await own.listAgents();
    const asked = ["method", "path", "query", "body"] as const;
    for (const part of asked) expect(sandbox.requests.at(-1)?.[part]).toEqual(theirs?.[part]);
    expect(await client.agent.retrieve("agent_front")).toMatchObject({ agent_name: "Front", version: 2 });
  });

  it("lists the calls that the adapter lists, by the same request", async () => {
    const { client, sandbox, account: own } = await opened();
    const since = new Date("2026-08-03T12:00:00.000Z");
    const arrive = (seconds: number, numberId: string) =>
      sandbox.addCall({ numberId, at: since.getTime() + seconds * 1000, agentId: "agent_night" });
    const ids = [arrive(1, first), arrive(2, first)];
    arrive(-1, first);
    arrive(3, second);
    const { calls = [] } =
      (await own.listCalls?.({ number: { id: first, e164: first }, agentIds: [], since })) ?? {};
    const ours = sandbox.requests.at(-1);
    const { items } = await client.call.list({
      filter_criteria: {
        call_type: { type: "enum", op: "in", value: ["phone_call"] },
        direction: { type: "enum", op: "in", value: ["inbound"] },
        to_number: { type: "string", op: "eq", value: first },
        start_timestamp: { type: "number", op: "ge", value: since.getTime() },
      },
      sort_order: "ascending",
      limit: 100,
    });
    const theirs = sandbox.requests.at(-1);
    for (const part of ["method", "path", "query", "body"] as const)
      expect(theirs?.[part]).toEqual(ours?.[part]);
    expect(items.map(({ call_id }) => call_id)).toEqual(ids);
    expect(calls.map(({ id }) => id)).toEqual(ids);
  });

  it("sends the bodies and paths that the adapter sends, and reads the same numbers", async () => {
    const { client, sandbox, change } = await opened();
    for (const wanted of changes) await change(first, wanted);
    const own = sandbox.requests.filter(({ method }) => method === "PATCH");
    const bodies: readonly Retell.PhoneNumberUpdateParams[] = [
      { inbound_agents: [{ agent_id: "agent_night", weight: 1 }] },
      { inbound_agents: shared },
      { inbound_agents: null },
      { nickname: "Hauptnummer" },
      { nickname: null },
      { fallback_number: second },
      { fallback_number: null },
    ];
    for (const body of bodies) await client.phoneNumber.update(first, body);
    const theirs = sandbox.requests.filter(({ method }) => method === "PATCH").slice(own.length);
    expect(theirs.map(({ body }) => body)).toEqual(own.map(({ body }) => body));
    expect(theirs.map(({ status }) => status)).toEqual(own.map(({ status }) => status));
    expect(new Set([...own, ...theirs].map(({ path }) => decodeURIComponent(path))).size).toBe(1);
    expect(await client.phoneNumber.retrieve(second)).toMatchObject({ inbound_agents: shared });
  });

  it("finds a missing number, a missing agent and a wrong key as the vendor says them", async () => {
    const { client, sandbox } = await opened();
    const other = new Retell({ apiKey: "key_wrong", baseURL: sandbox.url, maxRetries: 0 });
    const body = { inbound_agents: [{ agent_id: "agent_gone", weight: 1 }] };
    await expect(client.phoneNumber.retrieve("+14155559999")).rejects.toThrow(
      Retell.UnprocessableEntityError,
    );
    await expect(client.phoneNumber.update(first, body)).rejects.toThrow(Retell.UnprocessableEntityError);
    await expect(other.phoneNumber.list()).rejects.toThrow(Retell.AuthenticationError);
  });
});

import { describe, expect, it } from "vitest";
import type { Change } from "../../../src/domain/numbers/change.ts";
import type { AccountSeed, RecordedRequest } from "../../../src/sandbox/vendors/index.ts";
import { cartesia } from "../../../src/vendors/adapters/cartesia.ts";
import { openedSandbox, problemOf } from "../opened.ts";
import { documentOnPage } from "./openapi.ts";

const published = documentOnPage("/agents/phone-numbers/{id}");

const account: Omit<AccountSeed, "key"> = {
  providers: ["prov_us", "prov_eu"],
  agents: [
    { id: "agent_front", name: "Front" },
    { id: "agent_night", name: "Night" },
  ],
  numbers: [
    {
      id: "ap_1",
      e164: "+13125550101",
      name: "Main",
      agentId: "agent_front",
      extra: { provider: "prov_us" },
    },
    { id: "ap_2", e164: "+13125550102", extra: { provider: "prov_us", held_by: ["prov_us"] } },
    { id: "ap_3", e164: "+13125550103", agentId: "agent_front" },
  ],
};
const changes: readonly Change[] = [
  { kind: "reassign", agentId: "agent_night" },
  { kind: "detach" },
  { kind: "rename", name: "Hauptnummer" },
  { kind: "edit", fields: { provider: "prov_eu" } },
];

/** A read as if it were the update that the document describes: both show a number in the same form. */
const asUpdate = (read: RecordedRequest): RecordedRequest => ({ ...read, method: "PATCH", body: {} });

describe.skipIf(!published)("Cartesia's OpenAPI document (skipped where its guide is not at hand)", () => {
  it("has every update of the adapter, and every number that the fake shows", async () => {
    const { sandbox, account: opened, change } = await openedSandbox(cartesia, account);
    for (const wanted of changes) await change("ap_1", wanted);
    await problemOf(change("ap_1", { kind: "reassign", agentId: "agent_gone" }));
    await problemOf(change("ap_2", { kind: "edit", fields: { provider: "prov_eu" } }));
    await problemOf(opened.patch("ap_9", { agent_id: null }));
    for (const { id } of account.numbers) await opened.getNumber(id);
    const updates = sandbox.requests.filter(({ method }) => method === "PATCH");
    const reads = sandbox.requests.filter(({ method }) => method === "GET").map(asUpdate);
    expect(updates.map(({ status }) => status)).toEqual([200, 200, 200, 200, 404, 400, 404]);
    expect([...updates, ...reads].flatMap((request) => published?.faultsOf(request))).toEqual([]);
  });

  it("would refuse a null label, an unknown field, another version and an answer without its agent", async () => {
    const { sandbox, account: opened } = await openedSandbox(cartesia, account);
    await problemOf(opened.patch("ap_1", { label: null, nickname: "Main" }));
    await opened.patch("ap_1", { label: "Main" });
    const [refused, update] = sandbox.requests;
    expect(refused && published?.faultsOf(refused)).toEqual([
      "body must NOT have additional properties",
      "body/label must be string",
    ]);
    const faultsOf = (odd: Partial<RecordedRequest>) => update && published?.faultsOf({ ...update, ...odd });
    expect(faultsOf({ headers: {} })).toEqual(["the header Cartesia-Version is missing"]);
    expect(faultsOf({ headers: { "cartesia-version": "2024-01-01" } })).toHaveLength(1);
    const { agent: _agent, ...less } = Object(update?.answer);
    expect(faultsOf({ answer: { ...less, surprise: 1 } })).toEqual([
      "answer must have required property 'agent'",
      "answer: surprise is in no schema",
    ]);
  });
});

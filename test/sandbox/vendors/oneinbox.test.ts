import { describe, expect, it } from "vitest";
import { uuid } from "../../support/fixtures.ts";
import { startFakeClient, manyNumbers } from "./client.ts";

const path = (last: number): string => `/v1/phone-numbers/${uuid(last)}`;
const [reception, appointments, holding, emergency] = [uuid(1), uuid(2), uuid(3), uuid(4)];

describe("OneInbox's fake", () => {
  it("changes a number without an override, and clears fields with null", async () => {
    const { sandbox, patch } = await startFakeClient("oneinbox");
    const { json } = await patch(path(101), { agent_id: appointments, friendly_name: null });
    expect(json).toEqual({
      id: uuid(101),
      phone_number: "+16175550104",
      friendly_name: null,
      provider: "twilio",
      agent_id: appointments,
      status: "active",
      inbound_trunk_id: null,
      outbound_trunk_id: null,
      dispatch_rule_id: null,
      created_at: "2026-03-02T09:00:00.000Z",
      updated_at: expect.not.stringContaining("2026-03-02T09:00:00.000Z") as unknown,
      inbound_routing: null,
    });
    await patch(path(101), { agent_id: null });
    expect(sandbox.effective(uuid(101))).toEqual({ agentId: null, name: null });
  });

  it("lets the override answer when only the number's own agent changes", async () => {
    const { sandbox, patch } = await startFakeClient("oneinbox");
    expect((await patch(path(103), { agent_id: appointments })).json).toMatchObject({
      agent_id: appointments,
    });
    expect(sandbox.effective(uuid(103)).agentId).toBe(emergency);
    await patch(path(103), { agent_id: null });
    expect(sandbox.effective(uuid(103)).agentId).toBe(emergency);
    await patch(path(103), { inbound_routing: { agent_id: reception } });
    expect(sandbox.effective(uuid(103)).agentId).toBe(reception);
  });

  it("merges inbound_routing, and clears the fallback with null", async () => {
    const { patch } = await startFakeClient("oneinbox");
    await patch(path(103), { inbound_routing: { voicemail_message: "Back soon." } });
    const { json } = await patch(path(103), { inbound_routing: { fallback: null } });
    expect(json).toMatchObject({
      inbound_routing: { agent_id: emergency, fallback: null, voicemail_message: "Back soon." },
    });
  });

  it("makes the number's own agent the override if the routing names no agent", async () => {
    const { sandbox, patch } = await startFakeClient("oneinbox");
    await patch(path(101), { inbound_routing: { fallback: { agent_id: holding } } });
    await patch(path(101), { agent_id: appointments });
    expect(sandbox.number(uuid(101))).toMatchObject({
      agent_id: appointments,
      inbound_routing: { agent_id: reception, fallback: { agent_id: holding } },
    });
    expect(sandbox.effective(uuid(101)).agentId).toBe(reception);
  });

  it.each([
    [["body", "agent_id"], { agent_id: "not-a-uuid" }],
    [["body", "friendly_name"], { friendly_name: 5 }],
    [["body", "inbound_routing"], { inbound_routing: null }],
    [["body", "inbound_routing", "agent_id"], { inbound_routing: { agent_id: null } }],
    [["body", "inbound_routing", "voicemail_message"], { inbound_routing: { voicemail_message: null } }],
    [["body", "inbound_routing", "fallback", "agent_id"], { inbound_routing: { fallback: {} } }],
    [["body", "inbound_routing", "fallback"], { inbound_routing: { fallback: "x" } }],
    [["body"], []],
    [["body"], "{"],
  ])("answers 422 with the place %j", async (loc, body) => {
    const { sandbox, patch } = await startFakeClient("oneinbox");
    const before = sandbox.number(uuid(103));
    const answer = await patch(path(103), body);
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({ detail: [{ loc }] });
    expect(sandbox.number(uuid(103))).toEqual(before);
  });

  it("responds with 404 to an unknown agent in any field", async () => {
    const { patch } = await startFakeClient("oneinbox");
    for (const body of [
      { agent_id: uuid(99) },
      { inbound_routing: { agent_id: uuid(99) } },
      { inbound_routing: { fallback: { agent_id: uuid(99) } } },
    ]) {
      const answer = await patch(path(103), body);
      expect([answer.status, answer.json]).toEqual([404, { detail: "Agent not found" }]);
    }
  });

  it("refuses wrong keys, unknown numbers, invalid ids, routes and methods with the vendor's messages", async () => {
    const { call, get } = await startFakeClient("oneinbox");
    const stranger = await call("GET", path(101), undefined, { authorization: "" });
    expect([stranger.status, stranger.json]).toEqual([401, { detail: "Invalid or missing API key" }]);
    expect((await get(path(999))).json).toEqual({ detail: "Phone number not found" });
    expect((await get("/v1/phone-numbers/none")).json).toMatchObject({
      detail: [{ loc: ["path", "phone_id"] }],
    });
    expect((await get("/v1/else")).json).toEqual({ detail: "Not Found" });
    expect((await call("DELETE", path(101))).status).toBe(405);
    const text = await call("PATCH", path(101), "{}", { "content-type": "text/plain" });
    expect(text.status).toBe(422);
  });

  it("pages by limit and offset, and returns a bare array in the newer format", async () => {
    const { sandbox, get } = await startFakeClient("oneinbox", { accounts: [manyNumbers(25)] });
    expect((await get("/v1/phone-numbers?offset=20")).json).toMatchObject({
      items: [{ id: "n20" }, {}, {}, {}, { id: "n24" }],
      total: 25,
      limit: 20,
      offset: 20,
    });
    expect((await get("/v1/phone-numbers?limit=101")).status).toBe(422);
    sandbox.fault({ kind: "newer-generation" });
    expect((await get("/v1/phone-numbers")).json).toHaveLength(25);
  });

  it("lists agents and shows one; a deleted agent stays in an override but answers no call", async () => {
    const { sandbox, get } = await startFakeClient("oneinbox");
    expect((await get("/v1/agents?limit=1")).json).toMatchObject({
      items: [{ name: "Reception" }],
      total: 4,
    });
    expect((await get(`/v1/agents/${emergency}`)).json).toMatchObject({ name: "Emergency line" });
    sandbox.deleteAgent(emergency);
    sandbox.deleteAgent(appointments);
    expect(sandbox.number(uuid(103))).toMatchObject({ inbound_routing: { agent_id: emergency } });
    expect(sandbox.effective(uuid(103)).agentId).toBeNull();
    expect(sandbox.number(uuid(102))).toMatchObject({ agent_id: null });
    expect((await get(`/v1/agents/${emergency}`)).status).toBe(404);
  });
});

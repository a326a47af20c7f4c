import { describe, expect, it } from "vitest";
import { startFakeClient, idsIn, manyNumbers, part } from "./client.ts";

const numbers = "/v1/agents/phone-numbers";
const wire = (kind: string, last: string): string => `${kind}_01K4VX8D3N7T2QHMZ6R9YB${last.padStart(4, "0")}`;
const phone = (last: string): string => wire("phone", last);
const reservations = wire("agent", "A2");
const front = `${numbers}/${phone("P1")}`;

describe("Speechify's fake", () => {
  it("assigns, renames, and clears the name with an empty string", async () => {
    const { sandbox, patch } = await startFakeClient("speechify");
    const { json } = await patch(front, { agent_id: reservations, label: "" });
    expect(json).toEqual({
      id: phone("P1"),
      e164: "+13055550111",
      source: "twilio",
      capabilities: ["inbound", "outbound"],
      created_at: "2026-03-02T09:00:00.000Z",
      updated_at: expect.any(String) as unknown,
      agent_id: reservations,
    });
    expect(sandbox.effective(phone("P1"))).toEqual({ agentId: reservations, name: null });
  });

  it("detaches only with clear_agent_id, which overrides agent_id", async () => {
    const { sandbox, patch } = await startFakeClient("speechify");
    await patch(front, { clear_agent_id: false });
    expect(sandbox.effective(phone("P1")).agentId).toBe(wire("agent", "A1"));
    expect((await patch(front, { clear_agent_id: true, agent_id: wire("agent", "ZZ") })).json).toMatchObject({
      agent_id: null,
      label: "Hotel front",
    });
  });

  it.each([
    ["a null agent", { agent_id: null }, { agent_id: "must be a string" }],
    ["a null label", { label: null }, { label: "must be a string" }],
    ["a flag that is none", { clear_agent_id: "yes" }, { clear_agent_id: "must be a boolean" }],
    ["an unknown agent", { agent_id: wire("agent", "ZZ") }, { agent_id: "does not exist" }],
  ])("answers 400 to %s and names the field", async (_what, body, fields) => {
    const { sandbox, patch } = await startFakeClient("speechify");
    const before = sandbox.number(phone("P1"));
    const answer = await patch(front, body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: { fields }, request_id: expect.any(String) as unknown });
    expect(sandbox.number(phone("P1"))).toEqual(before);
  });

  it("never assigns an agent to a verified caller id, but renames it", async () => {
    const { patch } = await startFakeClient("speechify");
    const refused = await patch(`${numbers}/${phone("P5")}`, { agent_id: reservations });
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({ error: { code: "phone_number_not_bindable" } });
    expect((await patch(`${numbers}/${phone("P5")}`, { label: "Callbacks" })).status).toBe(200);
  });

  it("refuses wrong keys, UUIDs and other content types with the vendor's messages", async () => {
    const { call, get } = await startFakeClient("speechify");
    const stranger = await call("GET", numbers, undefined, { authorization: "Basic x" });
    expect(stranger.status).toBe(401);
    expect(stranger.json).toMatchObject({ error: { code: "unauthorized" } });
    expect((await get(`${numbers}/5f0c6b1e-3a52-4d7e-9c41-000000000101`)).status).toBe(404);
    expect((await call("PATCH", front, "{}", { "content-type": "text/plain" })).status).toBe(415);
    expect((await call("PATCH", front, "{")).status).toBe(400);
    expect((await call("POST", "/v1/agents/phone-numbers", {})).status).toBe(404);
  });

  it("pages by cursor, by 50 by default and 200 at most", async () => {
    const { get } = await startFakeClient("speechify", { accounts: [manyNumbers(60)] });
    const first = await get(numbers);
    expect(first.json).toMatchObject({ has_more: true, next_cursor: expect.any(String) as unknown });
    const cursor = String(part(first.json, "next_cursor"));
    const second = await get(`${numbers}?cursor=${encodeURIComponent(cursor)}`);
    expect(second.json).toMatchObject({ has_more: false, next_cursor: null });
    expect(idsIn(second.json, "numbers")).toEqual(
      Array.from({ length: 10 }, (_nothing, at) => `n${at + 50}`),
    );
    expect((await get(`${numbers}?limit=201`)).status).toBe(400);
    expect((await get(`${numbers}?cursor=n49`)).status).toBe(400);
  });

  it("lists agents and shows one; deleting one detaches its numbers", async () => {
    const { sandbox, get } = await startFakeClient("speechify");
    expect((await get("/v1/agents?limit=3")).json).toMatchObject({
      agents: [{ name: "Concierge" }, {}, {}],
      has_more: true,
    });
    expect((await get(`/v1/agents/${reservations}`)).json).toMatchObject({ name: "Reservations" });
    sandbox.deleteAgent(reservations);
    expect(sandbox.number(phone("P2"))).toMatchObject({ agent_id: null });
    expect((await get(`/v1/agents/${reservations}`)).status).toBe(404);
  });

  it("limits concurrent requests, and says how many seconds to wait", async () => {
    const { sandbox, get } = await startFakeClient("speechify", {
      rateLimit: { burst: 9, perSecond: 1, atOnce: 1 },
    });
    sandbox.fault({ kind: "hang" }, { times: 1 });
    const abandoned = new AbortController();
    const headers = { authorization: "Bearer sk_demo" };
    const hanging = fetch(`${sandbox.url}${front}`, { headers, signal: abandoned.signal }).catch(
      () => "left",
    );
    await expect.poll(() => sandbox.requests[0]?.status).toBe("hanging");
    const refused = await get(front);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
    abandoned.abort();
    expect(await hanging).toBe("left");
    await expect.poll(async () => (await get(front)).status).toBe(200);
  });

  it("ignores the agent with a 200 in its newer API, which assigns numbers through the agent", async () => {
    const { sandbox, call, get, patch } = await startFakeClient("speechify");
    const agent = wire("agent", "A1");
    expect((await call("DELETE", `/v1/agents/${agent}/phone-numbers/${phone("P1")}`)).status).toBe(404);
    sandbox.fault({ kind: "newer-generation" });
    const { status, json } = await patch(front, { agent_id: reservations, label: "Lobby" });
    expect(status).toBe(200);
    expect(json).toMatchObject({ type: "twilio", label: "Lobby", agent_id: agent });
    expect(json).not.toHaveProperty("source");
    expect((await get(numbers)).json).toMatchObject({ numbers: [{ type: "twilio" }, {}, {}, {}, {}, {}] });
    await patch(front, { clear_agent_id: true });
    expect(sandbox.effective(phone("P1")).agentId).toBe(agent);
    const bound = await call("POST", `/v1/agents/${reservations}/phone-numbers/${phone("P1")}`);
    expect(bound.json).toMatchObject({ agent_id: reservations });
    expect((await call("DELETE", `/v1/agents/${agent}/phone-numbers/${phone("P1")}`)).status).toBe(404);
    const freed = await call("DELETE", `/v1/agents/${reservations}/phone-numbers/${phone("P1")}`);
    expect(freed.status).toBe(204);
    expect(sandbox.effective(phone("P1")).agentId).toBeNull();
  });
});

import { describe, expect, it } from "vitest";
import { idsIn, manyNumbers, part, startFakeClient } from "./client.ts";

const numbers = "/v1/convai/phone-numbers";
const north = `${numbers}/phnum_8101k3north2vxq`;
const south = `${numbers}/phnum_8102k3south9mzt`;
const storm = "agent_3401k7storm8x2m";
const meter = "agent_7702k4meter5q9v";
const branch = "agtbrch_6201k9winter";

describe("ElevenLabs' fake", () => {
  it("shows the assigned agent with its branch and environment, and a label in any case", async () => {
    const { get } = await startFakeClient("elevenlabs");
    expect((await get(south)).json).toEqual({
      phone_number: "+15035550128",
      label: "Outages south",
      supports_inbound: true,
      supports_outbound: true,
      phone_number_id: "phnum_8102k3south9mzt",
      provider: "twilio",
      assigned_agent: {
        agent_id: storm,
        agent_name: "Storm desk",
        environment: null,
        branch_id: branch,
      },
    });
    expect((await get(`${numbers}/phnum_8106k3spare5jln`)).json).toMatchObject({ label: "" });
  });

  it("keeps a branch that nobody takes away: the agent of another one then answers nobody", async () => {
    const { sandbox, patch } = await startFakeClient("elevenlabs");
    const { json } = await patch(south, { agent_id: meter });
    expect(json).toMatchObject({ assigned_agent: { agent_id: meter, branch_id: branch } });
    expect(sandbox.effective("phnum_8102k3south9mzt").agentId).toBeNull();
    await patch(south, { branch_id: null });
    expect(sandbox.effective("phnum_8102k3south9mzt").agentId).toBe(meter);
  });

  it("takes null as none for an agent, and as no change for a label and an environment", async () => {
    const { patch } = await startFakeClient("elevenlabs");
    const { json } = await patch(north, { agent_id: null, label: null, environment: null });
    expect(json).toMatchObject({ assigned_agent: null, label: "Outages north" });
    const readings = `${numbers}/phnum_8103k3reads4kbw`;
    await patch(readings, { agent_id: null, environment: null });
    const { json: again } = await patch(readings, { agent_id: storm });
    expect(again).toMatchObject({ assigned_agent: { environment: "production" } });
  });

  it.each([
    [422, "an agent that is no text", { agent_id: 3 }],
    [422, "a label that is no text", { label: {} }],
    [422, "no JSON", "{"],
    [422, "a list for a body", []],
    [404, "an unknown agent", { agent_id: "agent_nobody" }],
    [400, "an archived agent", { agent_id: "agent_5504k8tarif3z7n" }],
    [400, "a branch of another agent", { agent_id: meter, branch_id: branch }],
  ])("answers %i to %s and changes nothing", async (status, _what, body) => {
    const { sandbox, patch } = await startFakeClient("elevenlabs");
    const before = sandbox.number("phnum_8101k3north2vxq");
    const answer = await patch(north, body);
    expect(answer.status).toBe(status);
    expect(answer.json).toHaveProperty("detail");
    expect(sandbox.number("phnum_8101k3north2vxq")).toEqual(before);
  });

  it("knows a key only in its own header", async () => {
    const { call, seed } = await startFakeClient("elevenlabs");
    const stranger = await call("GET", numbers, undefined, { "xi-api-key": "nobody" });
    expect([stranger.status, part(stranger.json, "detail", "status")]).toEqual([401, "invalid_api_key"]);
    const bearer = { authorization: `Bearer ${seed.key}`, "xi-api-key": "" };
    expect((await call("GET", numbers, undefined, bearer)).status).toBe(401);
  });

  it("has a list with cursors and an older one without pages", async () => {
    const { get } = await startFakeClient("elevenlabs", { accounts: [manyNumbers(70)] });
    const first = await get("/v1/convai/v2/phone-numbers?page_size=50");
    expect(part(first.json, "has_more")).toBe(true);
    const cursor = String(part(first.json, "next_cursor"));
    const { json } = await get(`/v1/convai/v2/phone-numbers?page_size=50&cursor=${cursor}`);
    expect(json).toMatchObject({ has_more: false, next_cursor: null });
    const rest = part(json, "phone_numbers");
    expect(Array.isArray(rest) && rest.length).toBe(20);
    expect((await get(numbers)).json).toHaveLength(70);
    expect((await get("/v1/convai/v2/phone-numbers?page_size=101")).status).toBe(422);
    expect((await get("/v1/convai/v2/phone-numbers?cursor=x")).status).toBe(422);
  });

  it("finds numbers by agent and by text, and agents by whether they are archived", async () => {
    const { get } = await startFakeClient("elevenlabs");
    const count = async (query: string) => {
      const found = part((await get(`/v1/convai/v2/phone-numbers?${query}`)).json, "phone_numbers");
      return Array.isArray(found) ? found.length : undefined;
    };
    expect([
      await count(`agent_id=${meter}`),
      await count("search=outages"),
      await count("search=0183"),
    ]).toEqual([2, 2, 1]);
    const archived = (await get("/v1/convai/agents?archived=true")).json;
    expect(archived).toMatchObject({ agents: [{ agent_id: "agent_5504k8tarif3z7n", archived: true }] });
    expect(idsIn(archived, "agents")).toHaveLength(1);
    expect((await get("/v1/convai/agents/agent_nobody")).status).toBe(404);
    expect((await get("/nowhere")).status).toBe(404);
  });
});

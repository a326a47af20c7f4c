import { describe, expect, it } from "vitest";
import { startFakeClient, manyNumbers } from "./client.ts";

const numbers = "/v1/organization-phone-numbers";
const support = `${numbers}/phn_f7w2kx5mb9qz`;
const nightDesk = "agt_b3t6vz1rd8hc";
const draft = "agt_q5y8cp3ek6mv";

describe("DialNexa's fake", () => {
  it("reassigns, renames and detaches, and keeps omitted fields", async () => {
    const { sandbox, patch, get } = await startFakeClient("dialnexa");
    const answer = await patch(support, { agent_id: nightDesk });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      id: "phn_f7w2kx5mb9qz",
      phone_number: "+14155550132",
      label: "CC-4100",
      agent_id: nightDesk,
      status: "active",
      provider: "twilio",
      created_at: "2026-03-02T09:00:00.000Z",
      nickname: "Support main",
    });
    await patch(support, { agent_id: null });
    expect(sandbox.effective("phn_f7w2kx5mb9qz")).toEqual({ agentId: null, name: "Support main" });
    await patch(support, { nickname: "" });
    expect((await get(support)).json).toMatchObject({ agent_id: null, nickname: null, label: "CC-4100" });
    expect(sandbox.requests.map(({ method, status, applied }) => [method, status, applied])).toEqual([
      ["PATCH", 200, true],
      ["PATCH", 200, true],
      ["PATCH", 200, true],
      ["GET", 200, false],
    ]);
  });

  it("shows a number in the other format if it was seeded so, and updates it through the same field", async () => {
    const { sandbox, patch, get } = await startFakeClient("dialnexa");
    const path = `${numbers}/phn_m6q3wd8ka7tf`;
    expect((await get(path)).json).toMatchObject({
      inbound_agent_id: "agt_k7m2nq9xw4p8",
      country_code: "GB",
    });
    const { json } = await patch(path, { agent_id: nightDesk });
    expect(json).toMatchObject({ inbound_agent_id: nightDesk, capabilities: ["voice"] });
    expect(json).not.toHaveProperty("agent_id");
    expect(json).not.toHaveProperty("variant");
    sandbox.changeNumber("phn_m6q3wd8ka7tf", { inbound_agent_id: "agt_w9x4jf7ls2gn" });
    expect(sandbox.effective("phn_m6q3wd8ka7tf").agentId).toBe("agt_w9x4jf7ls2gn");
  });

  it.each([
    ["an unknown agent", { agent_id: "agt_nobody" }],
    ["an empty agent", { agent_id: "" }],
    ["an unpublished agent", { agent_id: "agt_q5y8cp3ek6mv" }],
    ["an agent that is no string", { agent_id: 7 }],
    ["a nickname of 256 characters", { nickname: "x".repeat(256) }],
    ["a null label", { label: null }],
    ["a list for a body", []],
    ["no JSON", "{"],
  ])("answers 400 to %s and changes nothing", async (_what, body) => {
    const { sandbox, patch } = await startFakeClient("dialnexa");
    const before = sandbox.number("phn_f7w2kx5mb9qz");
    const answer = await patch(support, body);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ statusCode: 400, error: "Bad Request" });
    expect(sandbox.number("phn_f7w2kx5mb9qz")).toEqual(before);
  });

  it("rejects a whole body for one invalid field, and ignores unknown fields", async () => {
    const { sandbox, patch } = await startFakeClient("dialnexa");
    await patch(support, { nickname: "New", agent_id: "agt_nobody" });
    expect(sandbox.effective("phn_f7w2kx5mb9qz").name).toBe("Support main");
    expect((await patch(support, { nickname: "x".repeat(255), colour: "red" })).status).toBe(200);
    expect(sandbox.number("phn_f7w2kx5mb9qz")).not.toHaveProperty("colour");
  });

  it("refuses wrong keys, other content types and unknown routes with the vendor's messages", async () => {
    const { call, get } = await startFakeClient("dialnexa");
    const stranger = await call("GET", numbers, undefined, { authorization: "Bearer nobody" });
    expect(stranger.status).toBe(401);
    expect(stranger.json).toEqual({
      statusCode: 401,
      message: "API key is missing or invalid",
      error: "Unauthorized",
    });
    expect((await call("PATCH", support, "{}", { "content-type": "text/plain" })).status).toBe(415);
    expect((await get("/v1/agents")).status).toBe(404);
    expect((await get(`${numbers}/phn_nobody`)).status).toBe(404);
  });

  it("treats an encoded slash or question mark as part of the id, and keeps accounts apart", async () => {
    const { sandbox, get } = await startFakeClient("dialnexa");
    expect((await get(`${numbers}%2Fphn_f7w2kx5mb9qz`)).status).toBe(404);
    expect((await get(`${numbers}/phn_f7w2kx5mb9qz%3Fx`)).status).toBe(404);
    expect((await get(`${numbers}/%70hn_f7w2kx5mb9qz`)).status).toBe(200);
    expect((await get(`${numbers}/%E0%A4%A`)).status).toBe(404);
    sandbox.addAccount(manyNumbers(1));
    expect(await get(`${numbers}/n0`)).toMatchObject({
      status: 403,
      json: { message: "You do not have permission to access this resource" },
    });
    sandbox.fault({ kind: "newer-generation" });
    expect((await get(`${numbers}/n0`)).status).toBe(403);
  });

  it("pages by 20 by default and 100 at most", async () => {
    const { get } = await startFakeClient("dialnexa", { accounts: [manyNumbers(45)] });
    const third = await get(`${numbers}?page=3`);
    expect(third.json).toMatchObject({
      data: [{ id: "n40" }, {}, {}, {}, { id: "n44" }],
      meta: { page: 3, limit: 20, total: 45, totalPages: 3 },
    });
    expect((await get(`${numbers}?page=4`)).json).toMatchObject({ data: [] });
    expect((await get(`${numbers}?limit=101`)).status).toBe(400);
    expect((await get(`${numbers}?page=0`)).status).toBe(400);
  });

  it("lists agents with their title and whether they are published, without deleted ones", async () => {
    const { sandbox, get } = await startFakeClient("dialnexa");
    expect((await get("/v1/agents2?limit=2")).json).toMatchObject({
      data: [{ current_version: { title: "Front desk", is_published: true } }, { id: nightDesk }],
      meta: { total: 4 },
    });
    expect((await get(`/v1/agents2/${nightDesk}`)).status).toBe(200);
    sandbox.deleteAgent(nightDesk);
    expect((await get(`/v1/agents2/${nightDesk}`)).status).toBe(404);
    expect(sandbox.number("phn_z1h5gs9pl3xb")).toMatchObject({ agent_id: nightDesk });
    expect(sandbox.effective("phn_z1h5gs9pl3xb").agentId).toBeNull();
  });

  it("limits each key and says when to try again", async () => {
    const { get } = await startFakeClient("dialnexa", { rateLimit: { burst: 2, perSecond: 0 } });
    expect((await get(support)).headers.get("x-ratelimit-remaining")).toBe("1");
    await get(support);
    const refused = await get(support);
    expect(refused.status).toBe(429);
    expect(refused.json).toMatchObject({ statusCode: 429, error: "Too Many Requests" });
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      "retry-after": "60",
      "x-ratelimit-limit": "2",
      "x-ratelimit-reset": "60",
    });
  });

  it("assigns numbers through the agent in its newer API", async () => {
    const { sandbox, get, patch } = await startFakeClient("dialnexa");
    sandbox.fault({ kind: "newer-generation" });
    expect((await get(`${numbers}?limit=2`)).json).toMatchObject({
      items: [{ id: "phn_f7w2kx5mb9qz" }, {}],
      total: 6,
      page: 1,
      limit: 2,
    });
    expect((await get(support)).json).not.toHaveProperty("agent_id");
    expect((await get("/v1/agents2")).status).toBe(404);
    expect((await get("/v1/agents")).json).toMatchObject({ agents: [{}, { id: nightDesk }, {}, {}] });
    const gone = await patch(support, { agent_id: nightDesk });
    expect(gone.status).toBe(404);
    expect(gone.json).toMatchObject({ message: `Cannot PATCH ${support}` });
    const claim = { version_number: 1, inbound_phone_number_id: "phn_f7w2kx5mb9qz" };
    const agentNow = () => sandbox.effective("phn_f7w2kx5mb9qz").agentId;
    const publish = { ...claim, is_published: true };
    expect((await patch(`/v1/agents/${draft}`, claim)).status).toBe(200);
    expect(agentNow()).toBe("agt_k7m2nq9xw4p8");
    expect((await patch(`/v1/agents/${draft}`, {})).status).toBe(400);
    expect((await patch(`/v1/agents/${draft}`, publish)).status).toBe(200);
    expect(agentNow()).toBe(draft);
    for (const published of [draft, nightDesk])
      expect((await patch(`/v1/agents/${published}`, publish)).status).toBe(400);
    expect(agentNow()).toBe(draft);
  });

  it("takes an agent's numbers away as its draft is published without one", async () => {
    const { sandbox, patch } = await startFakeClient("dialnexa");
    sandbox.fault({ kind: "newer-generation" });
    sandbox.changeNumber("phn_f7w2kx5mb9qz", { agent_id: draft });
    await patch(`/v1/agents/${draft}`, {
      version_number: 1,
      inbound_phone_number_id: "",
      is_published: true,
    });
    expect(sandbox.effective("phn_f7w2kx5mb9qz").agentId).toBeNull();
  });
});

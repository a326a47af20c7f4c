import { describe, expect, it } from "vitest";
import { startFakeClient, idsIn, manyNumbers, part } from "./client.ts";

const numbers = "/agents/phone-numbers";
const north = `${numbers}/ap_M4x8Kp2R`;
const south = `${numbers}/ap_T7c3Wn9Q`;
const roadside = "agent_5kR9wXd8";

describe("Cartesia's fake", () => {
  it("reassigns, renames and detaches; the agent is an object", async () => {
    const { sandbox, patch } = await startFakeClient("cartesia");
    const { json } = await patch(north, { agent_id: roadside, label: "North" });
    expect(json).toEqual({
      id: "ap_M4x8Kp2R",
      label: "North",
      number: "+15125550107",
      agent: { id: roadside, name: "Roadside assistance" },
      created_at: "2026-03-02T09:00:00.000Z",
      updated_at: expect.any(String) as unknown,
      provider: {
        type: "twilio",
        id: "ap_9dK2mQx7",
        account_sid: expect.stringMatching(/^AC[0-9a-f]{32}$/) as unknown,
        api_key_sid: expect.stringMatching(/^SK\*+$/) as unknown,
        region: "us1",
      },
    });
    expect((await patch(north, { agent_id: null })).json).toMatchObject({ agent: null, label: "North" });
    expect(sandbox.effective("ap_M4x8Kp2R")).toEqual({ agentId: null, name: "North" });
  });

  it("advances updated_at with every change, and only then", async () => {
    const { sandbox, patch } = await startFakeClient("cartesia");
    // Later than any clock, so that it can only advance from its own value.
    sandbox.changeNumber("ap_M4x8Kp2R", { updated_at: "2999-01-01T00:00:00.000Z" });
    const stamp = async (label: string) => String(part((await patch(north, { label })).json, "updated_at"));
    const stamps = [await stamp("One"), await stamp("Two"), await stamp("Two")];
    expect(stamps).toEqual([
      "2999-01-01T00:00:00.001Z",
      "2999-01-01T00:00:00.002Z",
      "2999-01-01T00:00:00.002Z",
    ]);
  });

  it("requires its version header, and sends errors as plain text without it", async () => {
    const { call } = await startFakeClient("cartesia");
    const without = await call("GET", numbers, undefined, { "cartesia-version": "" });
    expect(without.status).toBe(400);
    expect(without.headers.get("content-type")).toContain("text/plain");
    expect(
      (await call("GET", numbers, undefined, { "cartesia-version": "2025-04-16" })).json,
    ).toBeUndefined();
    const stranger = { authorization: "Bearer x", "cartesia-version": "" };
    const unknown = await call("GET", numbers, undefined, stranger);
    expect([unknown.status, unknown.json]).toEqual([401, undefined]);
    const named = await call("GET", numbers, undefined, { authorization: "Bearer x" });
    expect(named.status).toBe(401);
    expect(named.json).toEqual({
      error_code: "unauthorized",
      title: "Unauthorized",
      message: "Invalid API key",
      request_id: expect.any(String) as unknown,
    });
  });

  it.each([
    [400, "a null label", { label: null }],
    [400, "an agent that is no string", { agent_id: 3 }],
    [400, "a provider without an id", { provider: {} }],
    [400, "a null provider", { provider: null }],
    [404, "an unknown agent", { agent_id: "agent_nobody" }],
    [404, "a deleted agent", { agent_id: "agent_8qJ3vLs6" }],
    [404, "an unknown provider", { provider: { id: "ap_nobody" } }],
    [400, "a provider whose account does not have the number", { provider: { id: "ap_3vT8rLw5" } }],
    [400, "no JSON", "{"],
    [400, "a list for a body", []],
  ])("answers %i to %s and changes nothing", async (status, _what, body) => {
    const { sandbox, patch } = await startFakeClient("cartesia");
    const before = sandbox.number("ap_T7c3Wn9Q");
    const answer = await patch(south, body);
    expect(answer.status).toBe(status);
    expect(answer.json).toHaveProperty("error_code");
    expect(sandbox.number("ap_T7c3Wn9Q")).toEqual(before);
  });

  it("moves a number to a provider that holds it, but never a number that Cartesia manages", async () => {
    const { patch } = await startFakeClient("cartesia");
    expect((await patch(north, { provider: { id: "ap_3vT8rLw5" } })).json).toMatchObject({
      provider: { type: "twilio", id: "ap_3vT8rLw5" },
    });
    const managed = await patch(`${numbers}/pn_H3k7Ry4N`, { provider: { id: "ap_3vT8rLw5" } });
    expect(managed.status).toBe(400);
  });

  it("lists the providers of the account, without pages and without a whole key", async () => {
    const { get } = await startFakeClient("cartesia");
    expect((await get(`${numbers}/providers`)).json).toMatchObject([
      { type: "twilio", id: "ap_9dK2mQx7", api_key_sid: expect.stringContaining("****"), region: "us1" },
      { type: "twilio", id: "ap_3vT8rLw5" },
    ]);
  });

  it("pages by 10 by default and 100 at most, forwards and backwards", async () => {
    const { get } = await startFakeClient("cartesia", { accounts: [manyNumbers(25)] });
    const ids = async (query: string) => {
      const { json } = await get(`${numbers}${query}`);
      const found = idsIn(json, "data");
      return [found.at(0), found.at(-1), part(json, "has_more")];
    };
    expect(await ids("")).toEqual(["n0", "n9", true]);
    expect(await ids("?starting_after=n9")).toEqual(["n10", "n19", true]);
    expect(await ids("?starting_after=n19")).toEqual(["n20", "n24", false]);
    expect(await ids("?ending_before=n12")).toEqual(["n2", "n11", true]);
    expect((await get(`${numbers}?limit=101`)).status).toBe(400);
    expect((await get(`${numbers}?starting_after=nobody`)).status).toBe(400);
    expect((await get(`${numbers}?starting_after=n1&ending_before=n9`)).status).toBe(400);
  });

  it("filters by agent, provider, type and text", async () => {
    const { get } = await startFakeClient("cartesia");
    const count = async (query: string) => idsIn((await get(`${numbers}?${query}`)).json, "data").length;
    expect(await count(`agent_id=${roadside}`)).toBe(2);
    expect(await count("provider_id=ap_9dK2mQx7")).toBe(2);
    expect(await count("type=cartesia")).toBe(2);
    expect(await count("q=dispatch")).toBe(2);
    expect(await count("q=0141")).toBe(1);
    expect((await get(`${numbers}?type=sip`)).status).toBe(400);
  });

  it("keeps deleted agents in its list, marked as deleted, and detaches their numbers", async () => {
    const { sandbox, get, call } = await startFakeClient("cartesia");
    sandbox.deleteAgent(roadside);
    expect((await get("/agents")).json).toMatchObject({
      summaries: [{ deleted_at: null }, { id: roadside, deleted_at: expect.any(String) as unknown }, {}, {}],
    });
    expect(sandbox.number("pn_B6d1Vz5H")).toMatchObject({ agent: null });
    expect((await get(`/agents/${roadside}`)).status).toBe(200);
    expect((await get("/agents/agent_nobody")).status).toBe(404);
    expect((await get("/nowhere")).status).toBe(404);
    expect((await call("DELETE", north)).status).toBe(404);
    expect((await call("PATCH", north, "{}", { "content-type": "text/plain" })).status).toBe(415);
  });
});

import { describe, expect, it } from "vitest";
import { manyNumbers, part, startFakeClient } from "./client.ts";

const uuid = (last: number): string => `8b2e4c70-91d3-4f6a-b5c8-${String(last).padStart(12, "0")}`;
const tickets = `/phone-number/${uuid(101)}`;

describe("Vapi's fake", () => {
  it("leaves out what is not set, and takes null as not set", async () => {
    const { get, patch } = await startFakeClient("vapi");
    expect((await get(tickets)).json).toEqual({
      id: uuid(101),
      orgId: expect.any(String) as unknown,
      provider: "twilio",
      number: "+16025550106",
      name: "Cinema tickets",
      assistantId: uuid(1),
      status: "active",
      twilioAccountSid: expect.any(String) as unknown,
      createdAt: "2026-03-02T09:00:00.000Z",
      updatedAt: "2026-03-02T09:00:00.000Z",
    });
    expect((await patch(tickets, { assistantId: null })).json).not.toHaveProperty("assistantId");
    expect((await get(`/phone-number/${uuid(105)}`)).json).toMatchObject({ sipUri: "sip:lobby@sip.vapi.ai" });
  });

  it("keeps a squad beside an assistant until somebody takes it away", async () => {
    const { sandbox, patch } = await startFakeClient("vapi");
    const premieres = `/phone-number/${uuid(103)}`;
    const { json } = await patch(premieres, { assistantId: uuid(1) });
    expect(json).toMatchObject({ assistantId: uuid(1), squadId: uuid(4) });
    expect(sandbox.effective(uuid(103)).agentId).toBe(`squad:${uuid(4)}`);
    await patch(premieres, { squadId: null });
    expect(sandbox.effective(uuid(103)).agentId).toBe(uuid(1));
  });

  it.each([
    ["a name of 41 characters", { name: "x".repeat(41) }],
    ["a null name", { name: null }],
    ["an assistant that is no text", { assistantId: 3 }],
    ["an unknown assistant", { assistantId: uuid(9) }],
    ["an unknown squad", { squadId: uuid(9) }],
    ["a property that updates do not have", { agentId: uuid(1) }],
    ["another provider", { provider: "telnyx" }],
    ["no JSON", "{"],
    ["a list for a body", []],
  ])("answers 400 to %s and changes nothing", async (_what, body) => {
    const { sandbox, patch } = await startFakeClient("vapi");
    const before = sandbox.number(uuid(101));
    const answer = await patch(tickets, body);
    expect(answer.json).toMatchObject({ statusCode: 400, error: "Bad Request" });
    expect(sandbox.number(uuid(101))).toEqual(before);
  });

  it("says 400 for what is no id, 404 for an unknown one, and 401 for an unknown key", async () => {
    const { get, call } = await startFakeClient("vapi");
    const statuses = [
      await get("/phone-number/x"),
      await get(`/phone-number/${uuid(9)}`),
      await get(`/assistant/${uuid(9)}`),
      await get(`/squad/${uuid(9)}`),
      await get("/nowhere"),
      await call("GET", tickets, undefined, { authorization: "Bearer nobody" }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([400, 404, 404, 404, 404, 401]);
  });

  it("has a list with pages in both orders, and arrays that begin with the newest record", async () => {
    const { get } = await startFakeClient("vapi", { accounts: [manyNumbers(25)] });
    const ids = (json: unknown) => (Array.isArray(json) ? json.map((item) => part(item, "id")) : []);
    const { json } = await get("/v2/phone-number?page=2&limit=20&sortOrder=ASC");
    expect(json).toMatchObject({ metadata: { totalItems: 25, totalPages: 2, hasNextPage: false } });
    expect(ids(part(json, "results"))).toEqual(["n20", "n21", "n22", "n23", "n24"]);
    const newestFirst = await get("/v2/phone-number?limit=2");
    expect(ids(part(newestFirst.json, "results"))).toEqual(["n24", "n23"]);
    const newest = (await get("/phone-number?limit=2")).json;
    expect(ids(newest)).toEqual(["n24", "n23"]);
    const until = String(part(newest, 1, "createdAt"));
    expect(ids((await get(`/phone-number?limit=2&createdAtLe=${until}`)).json)).toEqual(["n23", "n22"]);
    expect(ids((await get(`/phone-number?limit=2&createdAtLt=${until}`)).json)).toEqual(["n22", "n21"]);
    for (const query of ["?limit=1001", "?createdAtLe=soon"])
      expect((await get(`/phone-number${query}`)).status).toBe(400);
    for (const query of ["?page=0", `?search=${"1".repeat(101)}`])
      expect((await get(`/v2/phone-number${query}`)).status).toBe(400);
  });
});

import { describe, expect, it } from "vitest";
import { cartesia } from "../../src/vendors/adapters/cartesia.ts";
import { vendorContract } from "./contract.ts";
import { key, openedSandbox, problemOf } from "./opened.ts";

const padded = (n: number): string => String(n).padStart(6, "0");

vendorContract({
  vendor: cartesia,
  sandboxId: "cartesia",
  hidesDirection: true,
  numberId: (n) => `pn_${padded(n)}`,
  agentId: (n) => `agent_${padded(n)}`,
  pages: 3,
  bodies: {
    reassign: (agentId) => ({ agent_id: agentId }),
    detach: { agent_id: null },
    rename: (name) => ({ label: name }),
    clear: undefined,
    edits: [{ fields: { provider: "prov_eu" }, body: { provider: { id: "prov_eu" } } }],
  },
  providers: ["prov_us", "prov_eu"],
  extra: { provider: "prov_us" },
});

const opened = async () =>
  openedSandbox(cartesia, {
    providers: ["prov_us"],
    agents: [
      { id: "agent_a", name: "Front desk" },
      { id: "agent_b", name: "Gone", assignable: false },
    ],
    numbers: [{ id: "ap_1", e164: "+13125550101", name: "Main", agentId: "agent_a" }],
  });

it("names the agent of a number as the vendor does", async () => {
  const { account } = await opened();
  expect((await account.getNumber("ap_1")).agent).toEqual({ id: "agent_a", name: "Front desk" });
});

it("leaves deleted agents out of the list and marks one that is requested", async () => {
  const { account } = await opened();
  expect((await account.listAgents()).map((agent) => agent.id)).toEqual(["agent_a"]);
  expect(await account.getAgent("agent_b")).toMatchObject({ unbindable: "it is deleted" });
});

it("shows no provider id for a number that the vendor manages", async () => {
  const { account, sandbox } = await opened();
  expect((await account.getNumber("ap_1")).fields).toEqual({ provider: null });
  sandbox.fault({ kind: "missing-field", field: "provider" });
  expect((await account.getNumber("ap_1")).fields["provider"]).toBeUndefined();
});

it("quotes the vendor when it refuses a move", async () => {
  const { account } = await opened();
  const problem = await problemOf(account.patch("ap_1", { provider: { id: "prov_us" } }));
  expect(problem.code).toBe("vendor_refused");
  expect(problem.details.vendorStatus).toBe(400);
});

it("does not treat a missing agent as none", async () => {
  const { account, sandbox } = await opened();
  sandbox.fault({ kind: "missing-field", field: "agent" });
  expect((await account.getNumber("ap_1")).agent).toBeUndefined();
});

it("sends the version with every request", async () => {
  const { account, sandbox } = await opened();
  await account.listNumbers();
  await account.listAgents();
  await account.patch("ap_1", { agent_id: null });
  expect(sandbox.requests.map(({ headers }) => headers["cartesia-version"])).toEqual(
    Array(3).fill("2026-03-01"),
  );
});

it("does not treat the list of numbers as an agent", async () => {
  const { account, sandbox } = await opened();
  expect((await problemOf(account.getAgent("phone-numbers"))).code).toBe("not_found");
  expect(sandbox.requests).toEqual([]);
});

// B6
it("finds a number in a search despite an unreadable record", async () => {
  const { account, sandbox } = await opened();
  const data = [
    { id: "ap_0", number: null },
    { id: "ap_1", number: "+13125550101" },
  ];
  sandbox.fault({ kind: "status", status: 200, body: { data, has_more: false } });
  expect(await account.searchNumbers?.("25550101")).toMatchObject([{ id: "ap_1" }]);
});

it("quotes the id of a refused request", async () => {
  const { account } = await opened();
  const problem = await problemOf(account.patch("ap_1", { provider: { id: "prov_us" } }));
  expect(problem.message).toMatch(/\(request req_[0-9a-f]{16}\)$/u);
});

it("says before a detach that the number still places calls", async () => {
  const { account, change } = await opened();
  expect((await account.getNumber("ap_1")).detachNote).toContain("outbound only");
  await change("ap_1", { kind: "detach" });
  expect((await account.getNumber("ap_1")).detachNote).toBeUndefined();
});

it("reads and changes the same with the newer version", async () => {
  const { sandbox } = await opened();
  const newer = async (path: string, init: RequestInit = {}) => {
    const headers = {
      authorization: `Bearer ${key}`,
      "cartesia-version": "2026-08-14",
      "content-type": "application/json",
    };
    const response = await fetch(`${sandbox.url}${path}`, { ...init, headers });
    return { status: response.status, json: await response.json() };
  };
  const body = JSON.stringify({ agent_id: null });
  const path = "/agents/phone-numbers/ap_1";
  expect(await newer(path, { method: "PATCH", body })).toMatchObject({ status: 200, json: { agent: null } });
  expect(await newer("/agents/phone-numbers")).toMatchObject({
    status: 200,
    json: { data: [{ id: "ap_1" }] },
  });
  expect(await newer("/agents/phone-numbers/ap_9")).toMatchObject({
    status: 404,
    json: { error_code: "not_found", request_id: expect.stringMatching(/^req_/u) },
  });
});

describe("providers", () => {
  it("are named by account and region, and the same in either envelope", async () => {
    const { account, sandbox } = await opened();
    const seen = await account.listChoices?.("provider");
    expect(seen).toEqual([{ id: "prov_us", name: expect.stringMatching(/^Twilio ….{4} · us1$/u) }]);
    const data = [
      { id: "prov_us", type: "twilio", account_sid: "AC0000003f2a", region: "ie1" },
      { id: "prov_sip", type: "sip_trunk", label: "Lobby trunk" },
      { id: "prov_bare" },
      { id: null },
    ];
    for (const body of [data, { data }]) {
      sandbox.fault({ kind: "status", status: 200, body }, { times: 1 });
      expect(await account.listChoices?.("provider")).toEqual([
        { id: "prov_us", name: "Twilio …3f2a · ie1" },
        { id: "prov_sip", name: "Lobby trunk" },
        { id: "prov_bare", name: "Twilio" },
      ]);
    }
  });

  it("are unsupported where the account's API has no such list", async () => {
    const { account, sandbox } = await opened();
    sandbox.fault({ kind: "status", status: 404 });
    const { code, message } = await problemOf(account.listChoices?.("provider") ?? Promise.resolve());
    expect([code, message]).toEqual([
      "unsupported",
      "Cartesia's API does not list this account's providers; give the provider's id instead.",
    ]);
  });

  it("are no number", async () => {
    const { account, sandbox } = await opened();
    const before = sandbox.requests.length;
    expect((await problemOf(account.getNumber("providers"))).code).toBe("not_found");
    expect(sandbox.requests).toHaveLength(before);
  });
});

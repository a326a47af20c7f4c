import { describe, expect, it } from "vitest";
import { agentsText } from "../../src/domain/numbers/answering-agents.ts";
import { snapshot } from "../../src/domain/numbers/change.ts";
import { retell } from "../../src/vendors/adapters/retell.ts";
import { vendorContract } from "./contract.ts";
import { openedSandbox, problemOf } from "./opened.ts";

const agent = (n: number): string => `agent_${n.toString(16).padStart(26, "0")}`;
const number = (n: number): string => `+1415555${String(n).padStart(4, "0")}`;

vendorContract({
  vendor: retell,
  sandboxId: "retell",
  numberId: number,
  agentId: agent,
  pages: 1,
  bodies: {
    reassign: (agentId) => ({ inbound_agents: [{ agent_id: agentId, weight: 1 }] }),
    detach: { inbound_agents: null },
    rename: (name) => ({ nickname: name }),
    clear: { nickname: null },
    edits: [
      { fields: { fallback_number: "+14155559999" }, body: { fallback_number: "+14155559999" } },
      { fields: { fallback_number: null }, body: { fallback_number: null } },
    ],
  },
});

const shared = [
  { agent_id: agent(1), agent_version: "prod", weight: 0.6 },
  { agent_id: agent(2), weight: 0.3 },
  { agent_id: agent(2), agent_version: 0, weight: 0.1 },
];
const sharedText = agentsText([
  { id: agent(1), version: "prod", share: 0.6 },
  { id: agent(2), share: 0.3 },
  { id: agent(2), version: 0, share: 0.1 },
]);

const opened = async () =>
  openedSandbox(retell, {
    agents: [
      { id: agent(1), name: "Front", extra: { version: 3, tags: ["prod"] } },
      { id: agent(2), name: "Night", extra: { version: 1 } },
    ],
    numbers: [
      { id: number(1), e164: number(1), name: "Main", agentId: agent(1) },
      { id: number(2), e164: number(2), name: "Shared", extra: { inbound_agents: shared } },
    ],
  });

describe("a number with several agents", () => {
  it("shows them as one value with their versions and shares", async () => {
    const { account } = await opened();
    const seen = await account.getNumber(number(2));
    expect(seen.agent).toEqual({ id: sharedText });
    expect(snapshot(seen)["agent"]).toBe(sharedText);
  });

  it("is given to one agent, and back to all of them with the same list", async () => {
    const { sandbox, updates, change } = await opened();
    const answer = await change(number(2), { kind: "reassign", agentId: agent(2) });
    expect(answer.number?.agent).toEqual({ id: agent(2) });
    await change(number(2), { kind: "reassign", agentId: sharedText });
    expect(updates()).toEqual([
      { inbound_agents: [{ agent_id: agent(2), weight: 1 }] },
      { inbound_agents: shared },
    ]);
    expect(sandbox.number(number(2))?.["inbound_agents"]).toEqual(shared);
  });

  it("is shown alike in whatever order the vendor lists them", async () => {
    const { account, sandbox } = await opened();
    sandbox.changeNumber(number(2), { inbound_agents: shared.toReversed() });
    expect((await account.getNumber(number(2))).agent).toEqual({ id: sharedText });
  });

  it("is not changed by weights that do not add up to 1", async () => {
    const { sandbox, change } = await opened();
    const agentId = agentsText([
      { id: agent(1), share: 0.5 },
      { id: agent(2), share: 0.4 },
    ]);
    const problem = await problemOf(change(number(2), { kind: "reassign", agentId }));
    expect([problem.code, problem.message]).toEqual([
      "vendor_refused",
      expect.stringContaining("add up to 1"),
    ]);
    expect(sandbox.requests.some(({ applied }) => applied)).toBe(false);
  });
});

it("shows the agent of an earlier answer, and the version that it names", async () => {
  const { account, sandbox } = await opened();
  const former = { inbound_agents: undefined, inbound_agent_id: agent(2), inbound_agent_version: 4 };
  sandbox.changeNumber(number(1), former);
  const text = agentsText([{ id: agent(2), version: 4, share: 1 }]);
  expect((await account.getNumber(number(1))).agent).toEqual({ id: text });
});

it("shows the agent of an earlier answer also beside an empty list", async () => {
  const { account, sandbox } = await opened();
  sandbox.changeNumber(number(1), { inbound_agents: [], inbound_agent_id: agent(2) });
  expect((await account.getNumber(number(1))).agent).toEqual({ id: agent(2) });
});

it("takes no agents, an empty list and a missing one for none", async () => {
  const { account, sandbox } = await opened();
  for (const agents of [null, [], undefined]) {
    sandbox.changeNumber(number(1), { inbound_agents: agents });
    expect((await account.getNumber(number(1))).agent).toBeNull();
  }
});

it("never trusts a 200 for the agent field of the former API", async () => {
  const { account, sandbox } = await opened();
  const answer = await account.patch(number(1), { inbound_agent_id: agent(2) });
  expect(answer.status).toBe(200);
  expect(answer.number?.agent).toEqual({ id: agent(1) });
  expect(sandbox.requests.some(({ applied }) => applied)).toBe(false);
});

it("names the host of a webhook, and nothing else of its URL", async () => {
  const { account, sandbox } = await opened();
  const chooserOf = async (url: unknown) => {
    sandbox.changeNumber(number(1), { inbound_webhook_url: url });
    return (await account.getNumber(number(1))).chooser;
  };
  expect(await chooserOf("https://me:pw@hooks.example/in?token=s3cret")).toBe("the webhook at hooks.example");
  expect(await chooserOf("no url")).toBe("the webhook");
  expect(await chooserOf("")).toBeUndefined();
  expect(await chooserOf(null)).toBeUndefined();
});

it("lists the agents for calls by POST, each once, and no chat agents", async () => {
  const { account, sandbox } = await openedSandbox(retell, {
    agents: [
      { id: agent(1), name: "Front", extra: { version: 3 } },
      { id: agent(2), name: "Website chat", extra: { channel: "chat" } },
      { id: agent(3), name: "Night", extra: { version: 1 } },
    ],
    numbers: [],
  });
  sandbox.fault({ kind: "page-cap", max: 1 });
  expect(await account.listAgents()).toEqual([
    { id: agent(1), name: "Front" },
    { id: agent(3), name: "Night" },
  ]);
  const body = { filter_criteria: { channel: { type: "string", op: "eq", value: "voice" } } };
  expect(
    sandbox.requests.map(({ method, path, query, ...sent }) => [method, path, query, sent.body]),
  ).toEqual(
    ["limit=1000", `limit=1000&pagination_key=${agent(1)}`].map((query) => [
      "POST",
      "/v2/list-agents",
      query,
      body,
    ]),
  );
});

it("asks for the list of agents again after a fault, although it is a POST", async () => {
  const { account, sandbox } = await opened();
  sandbox.fault({ kind: "status", status: 503 }, { on: "read", times: 2 });
  expect(await account.listAgents()).toHaveLength(2);
  expect(sandbox.requests.map(({ method }) => method)).toEqual(["POST", "POST", "POST"]);
  sandbox.fault({ kind: "drop-after" }, { on: "read", times: 3 });
  expect((await problemOf(account.listAgents())).code).toBe("vendor_unavailable");
});

it("says what a 422 of an update may mean", async () => {
  const { change } = await opened();
  const problem = await problemOf(change(number(1), { kind: "reassign", agentId: "agent_gone" }));
  expect(problem.message).toContain("whether the number or an agent is missing");
  expect(problem.details.vendorStatus).toBe(422);
});

import { expect, it } from "vitest";
import { dialnexa } from "../../src/vendors/adapters/dialnexa.ts";
import { vendorContract } from "./contract.ts";
import { openedSandbox, problemOf } from "./opened.ts";

const padded = (n: number): string => String(n).padStart(6, "0");

vendorContract({
  vendor: dialnexa,
  sandboxId: "dialnexa",
  numberId: (n) => `phn_${padded(n)}`,
  agentId: (n) => `agt_${padded(n)}`,
  pages: 3,
  bodies: {
    reassign: (agentId) => ({ agent_id: agentId }),
    detach: { agent_id: null },
    rename: (name) => ({ nickname: name }),
    clear: { nickname: null },
    edits: [{ fields: { label: "CC-4100" }, body: { label: "CC-4100" } }],
  },
});

const opened = async () =>
  openedSandbox(dialnexa, {
    agents: [
      { id: "agt_a", name: "Front desk" },
      { id: "agt_b", name: "Draft", assignable: false },
    ],
    numbers: [
      { id: "phn_1", e164: "+14155550101", name: "Main", agentId: "agt_a" },
      { id: "phn_2", e164: "+14155550102", name: "Second", agentId: "agt_a", extra: { variant: "inbound" } },
    ],
  });

it("reads the agent from both formats of a number", async () => {
  const { account } = await opened();
  const numbers = await account.listNumbers();
  expect(numbers.map((number) => number.agent)).toEqual([{ id: "agt_a" }, { id: "agt_a" }]);
});

it("treats an agent in neither format as not reported, not as none", async () => {
  const { account, sandbox } = await opened();
  sandbox.changeNumber("phn_1", { agent_id: undefined });
  expect((await account.getNumber("phn_1")).agent).toBeUndefined();
  sandbox.changeNumber("phn_2", { inbound_agent_id: null });
  expect((await account.getNumber("phn_2")).agent).toBeNull();
});

it("reports agents without a published version", async () => {
  const { account } = await opened();
  const agents = await account.listAgents();
  expect(agents.map((agent) => agent.unbindable)).toEqual([undefined, "it has no published version"]);
});

it("reads the newer API and says that it no longer offers the update", async () => {
  const { account, sandbox, updates } = await opened();
  sandbox.fault({ kind: "newer-generation" });
  const [number] = await account.listNumbers();
  expect(number).toMatchObject({ id: "phn_1", name: "Main", agent: undefined });
  expect((await account.listAgents()).map((agent) => agent.name)).toEqual(["Front desk", "Draft"]);
  expect(await account.getAgent("agt_a")).toMatchObject({ name: "Front desk" });
  const problem = await problemOf(account.patch("phn_1", { agent_id: "agt_b" }));
  expect(problem.code).toBe("unsupported");
  expect(problem.message).toContain("this account's API no longer offers the update on the number");
  expect(updates()).toHaveLength(1);
});

it("requests the older agents once if the account has the newer API", async () => {
  const { account, sandbox } = await opened();
  sandbox.fault({ kind: "newer-generation" });
  await account.listAgents();
  await account.listAgents();
  expect(sandbox.requests.map((request) => request.path)).toEqual([
    "/v1/agents2",
    "/v1/agents",
    "/v1/agents",
  ]);
});

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
  forbidden: "not_found",
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

it("reads the newer API and refuses every change before sending it", async () => {
  const { account, sandbox, updates } = await opened();
  sandbox.fault({ kind: "newer-generation" });
  const numbers = await account.listNumbers();
  expect(numbers[0]).toMatchObject({ id: "phn_1", name: "Main", agent: undefined, isNewerApi: true });
  expect(numbers.map(({ unbindable }) => unbindable?.includes("could not tell"))).toEqual([true, true]);
  expect((await account.listAgents()).map((agent) => agent.name)).toEqual(["Front desk", "Draft"]);
  expect(await account.getAgent("agt_a")).toMatchObject({ name: "Front desk" });
  const number = await account.getNumber("phn_1");
  const changes = [
    { kind: "reassign", agentId: "agt_a" },
    { kind: "detach" },
    { kind: "rename", name: "Lobby" },
    { kind: "edit", fields: { label: "CC-1" } },
  ] as const;
  for (const change of changes) {
    const problem = await problemOf((async () => account.buildPatch(number, change))());
    expect(problem.code).toBe("unsupported");
    expect(problem.message).toContain("By hand: ");
  }
  expect(updates()).toEqual([]);
});

it("does not take an older number without an agent for one of the newer API", async () => {
  const { account, sandbox } = await opened();
  sandbox.changeNumber("phn_1", { agent_id: undefined });
  sandbox.changeNumber("phn_2", { agent_id: undefined });
  const numbers = await account.listNumbers();
  expect(numbers.map((number) => [number.agent, number.isNewerApi])).toEqual([
    [undefined, undefined],
    [undefined, undefined],
  ]);
});

it("says that the API no longer offers an update whose route is gone", async () => {
  const { account, sandbox, updates } = await opened();
  sandbox.fault({ kind: "newer-generation" });
  const problem = await problemOf(account.patch("phn_1", { agent_id: "agt_b" }));
  expect(problem.code).toBe("unsupported");
  expect(problem.message).toContain("this account's API no longer offers the update on the number");
  expect(updates()).toHaveLength(1);
});

it("takes a 403 for a foreign number or agent as such, and for a list as a bad key", async () => {
  const { account, sandbox } = await opened();
  sandbox.addAccount({
    key: "key-of-another-organization",
    agents: [{ id: "agt_9", name: "Theirs" }],
    numbers: [{ id: "phn_9", e164: "+14155550109", agentId: "agt_9" }],
  });
  expect(await problemOf(account.getNumber("phn_9"))).toMatchObject({
    code: "not_found",
    message: "DialNexa has no number with this id in the key's organization.",
  });
  expect((await problemOf(account.getAgent("agt_9"))).code).toBe("not_found");
  const update = await problemOf(account.patch("phn_9", { agent_id: "agt_a" }));
  expect([update.code, update.details.vendorStatus]).toEqual(["vendor_refused", 403]);
  expect(sandbox.number("phn_9")).toMatchObject({ agent_id: "agt_9" });
  sandbox.fault({ kind: "status", status: 403 });
  expect((await problemOf(account.listNumbers())).code).toBe("credentials_rejected");
  expect((await problemOf(account.check())).code).toBe("credentials_rejected");
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

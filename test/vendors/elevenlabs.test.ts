import { expect, it } from "vitest";
import { agentsText } from "../../src/domain/numbers/answering-agents.ts";
import { elevenlabs } from "../../src/vendors/adapters/elevenlabs.ts";
import { vendorContract } from "./contract.ts";
import { key, openedSandbox, problemOf } from "./opened.ts";

const padded = (n: number): string => String(n).padStart(6, "0");

vendorContract({
  vendor: elevenlabs,
  sandboxId: "elevenlabs",
  // Each is read alone to find out which number was called.
  callsAtOnce: 19,
  numberId: (n) => `phnum_${padded(n)}`,
  agentId: (n) => `agent_${padded(n)}`,
  pages: 3,
  bodies: {
    reassign: (agentId) => ({ agent_id: agentId }),
    detach: { agent_id: null },
    rename: (name) => ({ label: name }),
    clear: undefined,
    edits: [{ fields: { environment: "staging" }, body: { environment: "staging" } }],
  },
});

const winter = agentsText([{ id: "agent_a", version: "br_winter", share: 1 }]);

const opened = async () =>
  openedSandbox(elevenlabs, {
    agents: [
      { id: "agent_a", name: "Storm desk", extra: { branches: ["br_winter"] } },
      { id: "agent_b", name: "Meter desk" },
      { id: "agent_c", name: "Gone", assignable: false },
    ],
    numbers: [
      { id: "phnum_1", e164: "+15035550101", name: "North", agentId: "agent_a" },
      {
        id: "phnum_2",
        e164: "+15035550102",
        name: "South",
        agentId: "agent_a",
        extra: { branch_id: "br_winter", environment: "production" },
      },
      {
        id: "phnum_3",
        e164: "+15035550103",
        name: "Callers",
        agentId: null,
        extra: { supports_inbound: false },
      },
    ],
  });

it("sends its key in a header of its own, and nowhere else", async () => {
  const { account, sandbox } = await opened();
  await account.listNumbers();
  await account.patch("phnum_1", { label: "Coast" });
  expect(sandbox.requests.map(({ headers }) => headers["xi-api-key"])).toEqual([key, key]);
  expect(sandbox.requests.map(({ headers }) => headers["authorization"])).toEqual([undefined, undefined]);
});

it("names the agent and its branch, and the environment", async () => {
  const { account } = await opened();
  expect(await account.getNumber("phnum_2")).toMatchObject({
    agent: { id: winter, name: "Storm desk" },
    fields: { environment: "production" },
  });
});

it("takes the branch away when it assigns another agent, so that the branch is not left behind", async () => {
  const { change, sandbox, updates } = await opened();
  const answer = await change("phnum_2", { kind: "reassign", agentId: "agent_b" });
  expect(updates()).toEqual([{ agent_id: "agent_b", branch_id: null }]);
  expect(answer.number?.agent).toEqual({ id: "agent_b", name: "Meter desk" });
  expect(sandbox.effective("phnum_2").agentId).toBe("agent_b");
});

it("assigns an agent in a branch", async () => {
  const { change, updates } = await opened();
  const answer = await change("phnum_1", { kind: "reassign", agentId: winter });
  expect(updates()).toEqual([{ agent_id: "agent_a", branch_id: "br_winter" }]);
  expect(answer.number?.agent?.id).toBe(winter);
});

it("takes away a branch that a number without an agent may still hold", async () => {
  const { change, sandbox, updates } = await opened();
  await change("phnum_2", { kind: "detach" });
  await change("phnum_2", { kind: "reassign", agentId: "agent_b" });
  expect(updates()).toEqual([{ agent_id: null }, { agent_id: "agent_b", branch_id: null }]);
  expect(sandbox.effective("phnum_2").agentId).toBe("agent_b");
});

it("sends null for nothing but the agent and its branch", async () => {
  const { account } = await opened();
  const number = await account.getNumber("phnum_1");
  const clear = async (): Promise<unknown> => account.buildPatch(number, { kind: "rename", name: null });
  expect((await problemOf(clear())).code).toBe("unsupported");
  expect(account.buildPatch(number, { kind: "rename", name: "Coast" })).toEqual({ label: "Coast" });
  expect(account.buildPatch(number, { kind: "reassign", agentId: "agent_b" })).toEqual({
    agent_id: "agent_b",
  });
});

it("shows the agent that still answers if null keeps it", async () => {
  const { change, sandbox } = await opened();
  sandbox.fault({ kind: "null-agent", how: "ignored" });
  expect((await change("phnum_2", { kind: "detach" })).number?.agent?.id).toBe(winter);
  const moved = await change("phnum_2", { kind: "reassign", agentId: "agent_b" });
  expect(moved.number?.agent?.id).toBe(agentsText([{ id: "agent_b", version: "br_winter", share: 1 }]));
  expect(sandbox.effective("phnum_2").agentId).toBeNull();
});

it("gives a number to one agent only", async () => {
  const { account } = await opened();
  const number = await account.getNumber("phnum_1");
  const two = agentsText([
    { id: "agent_a", share: 0.5 },
    { id: "agent_b", share: 0.5 },
  ]);
  const assign = async (): Promise<unknown> => account.buildPatch(number, { kind: "reassign", agentId: two });
  expect((await problemOf(assign())).code).toBe("unsupported");
});

it("shows no environment of a number without an agent, and sends none", async () => {
  const { account } = await opened();
  const number = await account.getNumber("phnum_3");
  expect(number).toMatchObject({ agent: null, unbindable: "it only makes calls" });
  expect(number.fields["environment"]).toBeUndefined();
  const edit = async (): Promise<unknown> =>
    account.buildPatch(number, { kind: "edit", fields: { environment: "staging" } });
  expect((await problemOf(edit())).code).toBe("unsupported");
});

it("does not treat a missing agent as none", async () => {
  const { account, sandbox } = await opened();
  sandbox.fault({ kind: "missing-field", field: "assigned_agent" });
  expect((await account.getNumber("phnum_1")).agent).toBeUndefined();
});

it("marks archived agents, in the list and alone", async () => {
  const { account } = await opened();
  const agents = await account.listAgents();
  expect(agents.map(({ unbindable }) => unbindable)).toEqual([undefined, undefined, "it is archived"]);
  expect(await account.getAgent("agent_c")).toMatchObject({ unbindable: "it is archived" });
});

it("reads the older list, a bare array, if the account has no list with pages", async () => {
  const { account, sandbox } = await opened();
  sandbox.fault(
    { kind: "status", status: 404, body: { detail: "Not Found" } },
    { on: ({ path }) => path.includes("/v2/") },
  );
  const ids = async () => (await account.listNumbers()).map(({ id }) => id);
  expect(await ids()).toEqual(["phnum_1", "phnum_2", "phnum_3"]);
  expect(await ids()).toEqual(["phnum_1", "phnum_2", "phnum_3"]);
  expect(sandbox.requests.map(({ path }) => path)).toEqual([
    "/v1/convai/v2/phone-numbers",
    "/v1/convai/phone-numbers",
    "/v1/convai/phone-numbers",
  ]);
});

it("finds a number in a live search", async () => {
  const { account } = await opened();
  expect(await account.searchNumbers?.("5550102")).toMatchObject([{ id: "phnum_2" }]);
});

it.each([
  [401, { detail: { status: "missing_permissions", message: "The key lacks the permission convai_read." } }],
  [403, { detail: { status: "forbidden", message: "The key lacks the permission convai_read." } }],
])("names the endpoint that a restricted key may not use (%i)", async (status, body) => {
  const { account, sandbox } = await opened();
  sandbox.fault({ kind: "status", status, body }, { on: ({ path }) => path.endsWith("/agents") });
  await expect(account.check()).resolves.toBeUndefined();
  const problem = await problemOf(account.listAgents());
  expect(problem.code).toBe("credentials_rejected");
  expect(problem.message).toBe(
    "ElevenLabs does not let this API key do that (GET /v1/convai/agents): The key lacks the permission convai_read.",
  );
});

it("quotes each form of error", async () => {
  const { account, sandbox } = await opened();
  const refused = async (body: unknown) => {
    sandbox.fault({ kind: "status", status: 422, body }, { on: "write", times: 1 });
    return (await problemOf(account.patch("phnum_1", { label: "x" }))).message;
  };
  const mistake = { loc: ["body", "label"], msg: "Input should be a valid string", type: "string_type" };
  expect(await refused({ detail: [mistake] })).toContain("body label Input should be a valid string");
  expect(await refused({ detail: { status: "agent_not_found", message: "No such agent" } })).toContain(
    "No such agent",
  );
  expect(await refused({ detail: "Not today" })).toContain("Not today");
});

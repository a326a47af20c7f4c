import { expect, it } from "vitest";
import { oneinbox } from "../../src/vendors/adapters/oneinbox.ts";
import { vendorContract } from "./contract.ts";
import { openedSandbox, problemOf } from "./opened.ts";

const uuid = (kind: number, n: number): string =>
  `3c90c3cc-0d44-4b50-8${String(kind).padStart(3, "0")}-${String(n).padStart(12, "0")}`;
const agent = (n: number): string => uuid(1, n);
const number = (n: number): string => uuid(2, n);

vendorContract({
  vendor: oneinbox,
  sandboxId: "oneinbox",
  hasNoCalls: true,
  numberId: number,
  agentId: agent,
  pages: 3,
  bodies: {
    reassign: (agentId) => ({ agent_id: agentId }),
    detach: { agent_id: null },
    rename: (name) => ({ friendly_name: name }),
    clear: { friendly_name: null },
    edits: [
      { fields: { fallback: agent(4) }, body: { inbound_routing: { fallback: { agent_id: agent(4) } } } },
      { fields: { fallback: null }, body: { inbound_routing: { fallback: null } } },
      {
        fields: { voicemail_message: "We are closed." },
        body: { inbound_routing: { voicemail_message: "We are closed." } },
      },
    ],
  },
});

const opened = async () =>
  openedSandbox(oneinbox, {
    agents: [1, 2, 3].map((n) => ({ id: agent(n), name: `Agent ${n}` })),
    numbers: [
      { id: number(1), e164: "+16175550101", name: "Main", agentId: agent(1) },
      {
        id: number(2),
        e164: "+16175550102",
        name: "After hours",
        agentId: agent(1),
        extra: { inbound_routing: { agent_id: agent(2), fallback: null, voicemail_message: "Hello" } },
      },
    ],
  });

it("shows the override as the agent that answers", async () => {
  const { account } = await opened();
  const numbers = await account.listNumbers();
  expect(numbers.map((seen) => seen.agent?.id)).toEqual([agent(1), agent(2)]);
});

it("reassigns only the override, and changes neither the number's own agent nor anything else", async () => {
  const { sandbox, updates, change } = await opened();
  const answer = await change(number(2), { kind: "reassign", agentId: agent(3) });
  expect(updates()).toEqual([{ inbound_routing: { agent_id: agent(3) } }]);
  expect(answer.number?.agent).toEqual({ id: agent(3) });
  expect(sandbox.effective(number(2)).agentId).toBe(agent(3));
  expect(sandbox.number(number(2))).toMatchObject({ inbound_routing: { voicemail_message: "Hello" } });
});

it("never clears the override when it detaches, and shows which agent still answers", async () => {
  const { updates, change } = await opened();
  const answer = await change(number(2), { kind: "detach" });
  expect(updates()).toEqual([{ agent_id: null }]);
  expect(answer.number?.agent).toEqual({ id: agent(2) });
});

it("reassigns the override that an edit created", async () => {
  const { sandbox, change } = await opened();
  await change(number(1), { kind: "edit", fields: { voicemail_message: "Closed" } });
  await change(number(1), { kind: "reassign", agentId: agent(3) });
  expect(sandbox.effective(number(1)).agentId).toBe(agent(3));
});

it("writes both fields of one edit in one update", async () => {
  const { updates, change } = await opened();
  await change(number(1), { kind: "edit", fields: { fallback: agent(3), voicemail_message: "Closed" } });
  expect(updates()).toEqual([
    { inbound_routing: { fallback: { agent_id: agent(3) }, voicemail_message: "Closed" } },
  ]);
});

it("reads a list of numbers that is a bare array", async () => {
  const { account, sandbox } = await opened();
  sandbox.fault({ kind: "newer-generation" });
  expect((await account.listNumbers()).map((seen) => seen.id)).toEqual([number(1), number(2)]);
  // One more request for a next page, and one for a single item: the vendor supports neither, so this is all.
  expect(sandbox.requests).toHaveLength(3);
});

// B10
it("follows the cursor of the newer lists of numbers and agents to their end", async () => {
  const { account, sandbox } = await opened();
  sandbox.fault({ kind: "cursor-pages" });
  sandbox.fault({ kind: "page-cap", max: 1 });
  expect((await account.listNumbers()).map((seen) => seen.id)).toEqual([number(1), number(2)]);
  expect((await account.listAgents()).length).toBeGreaterThan(1);
});

it.each([404, 405])("suggests giving the id if listing responds with %i", async (status) => {
  const { account, sandbox } = await opened();
  sandbox.fault({ kind: "status", status });
  const problem = await problemOf(account.listNumbers());
  expect(problem.code).toBe("unsupported");
  expect(problem.message).toContain("give the number's id");
});

it("names the user or the key of the newest change of a number, by the vendor's audit events", async () => {
  const { account, sandbox, change } = await opened();
  expect(await account.newestChange?.(number(1))).toBeUndefined();
  await change(number(1), { kind: "rename", name: "By a key" });
  expect(await account.newestChange?.(number(1))).toMatchObject({ by: "API key key_of_the_caller" });
  sandbox.changeNumber(number(1), { agent_id: agent(2), changed_by: { user_id: "usr_night" } });
  expect(await account.newestChange?.(number(1))).toMatchObject({ by: "user usr_night" });
  expect(await account.newestChange?.(number(2))).toBeUndefined();
  sandbox.changeNumber(number(1), { agent_id: agent(3), changed_by: { user_id: "<!channel> secret" } });
  expect((await account.newestChange?.(number(1)))?.by).toBeUndefined();
  expect(await account.getNumber(number(1))).not.toHaveProperty("changed_by");
});

import { expect, it } from "vitest";
import { speechify } from "../../src/vendors/adapters/speechify.ts";
import { vendorContract } from "./contract.ts";
import { openedSandbox, problemOf } from "./opened.ts";

const prefixed = (kind: string, n: number): string =>
  `${kind}_01K4VX8D3N7T2QHMZ6R9YB${String(n).padStart(4, "0")}`;
const agent = (n: number): string => prefixed("agent", n);
const number = (n: number): string => prefixed("phone", n);

vendorContract({
  vendor: speechify,
  sandboxId: "speechify",
  numberId: number,
  agentId: agent,
  pages: 2,
  bodies: {
    reassign: (agentId) => ({ agent_id: agentId }),
    detach: { clear_agent_id: true },
    rename: (name) => ({ label: name }),
    clear: { label: "" },
    edits: [],
  },
});

const opened = async () =>
  openedSandbox(speechify, {
    agents: [1, 2].map((n) => ({ id: agent(n), name: `Agent ${n}` })),
    numbers: [
      { id: number(1), e164: "+12125550101", name: "Main", agentId: agent(1) },
      { id: number(2), e164: "+12125550102", name: "Caller ID", extra: { source: "verified_caller_id" } },
    ],
  });

it("refuses an agent for a verified caller ID before anything is sent", async () => {
  const { updates, change } = await opened();
  const problem = await problemOf(change(number(2), { kind: "reassign", agentId: agent(1) }));
  expect(problem.code).toBe("unsupported");
  expect(problem.message).toContain("verified caller ID");
  expect(updates()).toEqual([]);
});

it("treats a missing agent as none", async () => {
  const { account, sandbox } = await opened();
  sandbox.changeNumber(number(1), { agent_id: undefined });
  expect((await account.getNumber(number(1))).agent).toBeNull();
});

it("renames a number of the newer API without changing its agent", async () => {
  const { account, sandbox, updates, change } = await opened();
  sandbox.fault({ kind: "newer-generation" });
  expect((await account.listNumbers()).map((seen) => seen.agent)).toEqual([{ id: agent(1) }, undefined]);
  for (const wanted of [{ kind: "reassign", agentId: agent(2) }, { kind: "detach" }] as const) {
    const problem = await problemOf(change(number(1), wanted));
    expect(problem.code).toBe("unsupported");
    expect(problem.message).toContain("this account's API no longer offers the update on the number");
  }
  expect((await change(number(1), { kind: "rename", name: "New" })).number.name).toBe("New");
  expect(updates()).toEqual([{ label: "New" }]);
});

// B4
it("says that nobody answers a newer number only if it has neither a relay nor a brain", async () => {
  const { account, sandbox } = await opened();
  const seen = async (fields: Record<string, unknown>) => {
    sandbox.changeNumber(number(1), { agent_id: null, relay: undefined, brain_id: undefined, ...fields });
    const shown = await account.getNumber(number(1));
    return { agent: shown.agent, answeredBy: shown.answeredBy };
  };
  const relay = { agent: undefined, answeredBy: "a relay" };
  const nobody = { agent: null, answeredBy: undefined };
  expect(await seen({})).toEqual(nobody);
  expect(await seen({ relay: { id: "relay_1" } })).toEqual(relay);
  sandbox.fault({ kind: "newer-generation" });
  expect(await seen({})).toEqual({ agent: undefined, answeredBy: undefined });
  expect(await seen({ relay: null, brain_id: null })).toEqual(nobody);
  expect(await seen({ relay: { id: "relay_1" }, brain_id: null })).toEqual(relay);
  expect(await seen({ relay: null, brain_id: "brain_1" })).toEqual({
    agent: undefined,
    answeredBy: "a brain of your own",
  });
});

it("does not treat the list of numbers as an agent", async () => {
  const { account, sandbox } = await opened();
  expect((await problemOf(account.getAgent("phone-numbers"))).code).toBe("not_found");
  expect(sandbox.requests).toEqual([]);
});

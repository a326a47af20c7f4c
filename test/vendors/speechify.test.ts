import { expect, it } from "vitest";
import { speechify } from "../../src/vendors/adapters/speechify.ts";
import type { VendorSandbox } from "../../src/sandbox/vendors/index.ts";
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

const opened = async (timeoutMs?: number) =>
  openedSandbox(
    speechify,
    {
      agents: [1, 2].map((n) => ({ id: agent(n), name: `Agent ${n}` })),
      numbers: [
        { id: number(1), e164: "+12125550101", name: "Main", agentId: agent(1) },
        { id: number(2), e164: "+12125550102", name: "Caller ID", extra: { source: "verified_caller_id" } },
      ],
    },
    timeoutMs,
  );

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

/** The requests that the fake received besides reads, with their status. */
const sentTo = (sandbox: VendorSandbox) =>
  sandbox.requests
    .filter(({ method }) => method !== "GET")
    .map(({ method, path, body, status }) => ({ method, path, body, status }));

const under = (agentId: string): string => `/v1/agents/${agentId}/phone-numbers/${number(1)}`;

it("assigns and removes the agent of a number of the newer API under the agent", async () => {
  const { account, sandbox, change } = await opened();
  sandbox.fault({ kind: "newer-generation" });
  expect((await account.listNumbers()).map((seen) => seen.isNewerApi)).toEqual([true, true]);
  expect(await change(number(1), { kind: "reassign", agentId: agent(2) })).toMatchObject({ status: 200 });
  expect((await account.getNumber(number(1))).agent).toEqual({ id: agent(2) });
  expect(await change(number(1), { kind: "detach" })).toMatchObject({ status: 204 });
  expect((await account.getNumber(number(1))).agent).toBeNull();
  expect((await change(number(1), { kind: "rename", name: "New" })).number?.name).toBe("New");
  expect(sentTo(sandbox)).toEqual([
    { method: "POST", path: under(agent(2)), body: undefined, status: 200 },
    { method: "DELETE", path: under(agent(2)), body: undefined, status: 204 },
    { method: "PATCH", path: `/v1/agents/phone-numbers/${number(1)}`, body: { label: "New" }, status: 200 },
  ]);
});

it("takes no other agent off than the one that was seen", async () => {
  const { account, sandbox } = await opened();
  sandbox.fault({ kind: "newer-generation" });
  const body = account.buildPatch(await account.getNumber(number(1)), { kind: "detach" });
  sandbox.changeNumber(number(1), { agent_id: agent(2) });
  const problem = await problemOf(account.patch(number(1), body));
  expect(problem.code).toBe("vendor_refused");
  expect(problem.message).toContain("no longer had the agent that you saw");
  expect(sandbox.effective(number(1)).agentId).toBe(agent(2));
});

it("refuses to detach a newer number before sending if no agent is shown, and says what answers", async () => {
  const { sandbox, change } = await opened();
  sandbox.fault({ kind: "newer-generation" });
  sandbox.changeNumber(number(1), { agent_id: null, relay: { id: "relay_1" } });
  const relayed = await problemOf(change(number(1), { kind: "detach" }));
  expect([relayed.code, relayed.message]).toEqual([
    "unsupported",
    "There is no agent to take off: a relay answers this number.",
  ]);
  expect(sentTo(sandbox)).toEqual([]);
});

it("says in words that a relay stands in the way of an agent", async () => {
  const { sandbox, change } = await opened();
  sandbox.fault({ kind: "newer-generation" });
  sandbox.changeNumber(number(1), { agent_id: null, relay: { id: "relay_1" } });
  const problem = await problemOf(change(number(1), { kind: "reassign", agentId: agent(2) }));
  expect([problem.code, problem.details.vendorStatus]).toEqual(["vendor_refused", 409]);
  expect(problem.message).toContain("answered by an agent or by a relay, never by both");
});

it.each(["drop-after", "apply-then-hang", "apply-then-500"] as const)(
  "leaves the outcome of a binding open after %s",
  async (kind) => {
    const { account, sandbox } = await opened(300);
    sandbox.fault({ kind: "newer-generation" });
    const now = await account.getNumber(number(1));
    sandbox.fault({ kind }, { on: "write" });
    for (const wanted of [{ kind: "reassign", agentId: agent(2) }, { kind: "detach" }] as const) {
      const problem = await problemOf(account.patch(number(1), account.buildPatch(now, wanted)));
      expect(problem.code).toBe("outcome_unknown");
    }
    expect(sentTo(sandbox)).toHaveLength(2);
  },
);

it.each(["telnyx", "telnyx_purchased", "another"])("reads a number of the type %s", async (type) => {
  const { account, sandbox } = await opened();
  sandbox.fault({ kind: "newer-generation" });
  sandbox.changeNumber(number(1), { source: type });
  expect(await account.getNumber(number(1))).toMatchObject({
    agent: { id: agent(1) },
    unbindable: undefined,
  });
});

it("refuses an agent for a number that takes no calls", async () => {
  const { sandbox, change } = await opened();
  sandbox.changeNumber(number(1), { capabilities: ["outbound"], agent_id: null });
  const problem = await problemOf(change(number(1), { kind: "reassign", agentId: agent(1) }));
  expect([problem.code, problem.message]).toEqual([
    "unsupported",
    "No agent can be given to this number: it only makes calls.",
  ]);
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

import { expect, it } from "vitest";
import { agentsText } from "../../../src/domain/numbers/answering-agents.ts";
import type { NumberSeed } from "../../../src/sandbox/vendors/index.ts";
import { problemOf } from "../opened.ts";
import { agent, number, opened, squad, workflow } from "./vapi-account.ts";

const ringing = (filters?: readonly unknown[]) => ({
  hooks: [
    {
      on: "call.ringing",
      ...(filters ? { filters } : {}),
      do: [{ type: "transfer", destination: { type: "number", number: "+15205550100" } }],
    },
  ],
});

const answering = async (seed: Partial<NumberSeed>) => {
  const { account } = await opened(seed);
  const { agent: who, answeredBy, chooser, withoutAgent } = await account.getNumber(number(1));
  return { agent: who, answeredBy, chooser, withoutAgent };
};

const organisation = "the organisation's server (if any)";

it("shows a squad and a workflow as what answers", async () => {
  expect(await answering({ agentId: squad })).toMatchObject({ agent: { id: squad } });
  expect(await answering({ agentId: workflow })).toMatchObject({ agent: { id: workflow } });
});

it("shows all that are set, without saying which of them answers", async () => {
  const seed = { agentId: squad, extra: { assistantId: agent(1) } };
  expect((await answering(seed)).agent).toEqual({ id: agentsText([{ id: agent(1) }, { id: squad }]) });
});

it("never knows that nobody answers: the organisation may have a server", async () => {
  expect(await answering({})).toEqual({
    agent: null,
    answeredBy: undefined,
    chooser: organisation,
    withoutAgent: organisation,
  });
});

it("names the host of the number's server, and no other part of its address", async () => {
  const url = "https://user:word@calls.example.com/hook?token=t0k3n";
  const fallbackDestination = { type: "number", number: "+15205550199" };
  const { chooser } = await answering({ extra: { server: { url }, fallbackDestination } });
  expect(chooser).toBe("the server at calls.example.com (fallback: +15205550199)");
  expect((await answering({ extra: { server: { url: "calls" } } })).chooser).toBe(
    "the server at an unreadable address",
  );
});

it("says that a server decides after a detach, and that it has no say before", async () => {
  const seen = await answering({ agentId: agent(1), extra: { server: { url: "https://a.example" } } });
  expect(seen).toMatchObject({ chooser: undefined, withoutAgent: "the server at a.example" });
});

it("shows a hook that answers in place of every agent, or for some callers", async () => {
  const all = await answering({ agentId: agent(1), extra: ringing() });
  expect(all).toMatchObject({
    agent: { id: agent(1) },
    answeredBy: "the call.ringing hook, which transfers calls to +15205550100",
  });
  const some = await answering({
    agentId: agent(1),
    extra: ringing([{ type: "startsWith", key: "number", startsWith: ["1"] }]),
  });
  expect(some).toMatchObject({
    answeredBy: undefined,
    chooser: "the call.ringing hook, which transfers calls to +15205550100 for some callers",
  });
  const says = { hooks: [{ on: "call.ringing", do: [{ type: "say", exact: "We are closed." }] }] };
  expect((await answering({ extra: says })).answeredBy).toBe("the call.ringing hook, which says a message");
  const ending = { on: "call.ending", do: { type: "say", exact: "Bye." } };
  const other = { agentId: agent(1), extra: { hooks: [ending, { on: "call.ending" }] } };
  expect(await answering(other)).toMatchObject({ agent: { id: agent(1) }, answeredBy: undefined });
  const newer = { hooks: [ending, { on: "call.ringing", do: [{ kind: "dial" }] }] };
  expect((await answering({ extra: newer })).answeredBy).toBe("the call.ringing hook, which acts on its own");
});

it("shows a hook for every caller before one for some callers", async () => {
  const filtered = ringing([{ type: "startsWith", key: "number", startsWith: ["44"] }]).hooks;
  const { answeredBy, chooser } = await answering({
    agentId: agent(1),
    extra: { hooks: [...filtered, { on: "call.ringing", do: [{ type: "say", exact: "Closed." }] }] },
  });
  expect(answeredBy).toBe("the call.ringing hook, which says a message");
  expect(chooser).toBeUndefined();
});

it("shows a SIP number by its address, and one that is being bought by its id", async () => {
  const { account, sandbox } = await opened(
    { e164: "sip:lobby@sip.vapi.ai", extra: { provider: "vapi" } },
    { extra: { provider: "vapi", status: "activating", number: undefined } },
    { extra: { status: "blocked" } },
  );
  const seen = (await account.listNumbers()).map(({ e164, status }) => [e164, status]);
  expect(seen).toEqual([
    ["sip:lobby@sip.vapi.ai", "active"],
    [number(2), "activating"],
    ["+16025550102", "blocked"],
  ]);
  sandbox.changeNumber(number(3), { number: undefined });
  expect((await problemOf(account.getNumber(number(3)))).code).toBe("vendor_response_unreadable");
});

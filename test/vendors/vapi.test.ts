import { expect, it } from "vitest";
import { agentsText } from "../../src/domain/numbers/answering-agents.ts";
import { vapi } from "../../src/vendors/adapters/vapi.ts";
import { vendorContract } from "./contract.ts";
import { openedSandbox, problemOf } from "./opened.ts";
import { agent, number, opened, squad, uuid, workflow } from "./vapi/vapi-account.ts";

vendorContract({
  vendor: vapi,
  sandboxId: "vapi",
  numberId: number,
  agentId: agent,
  pages: 3,
  bodies: {
    reassign: (assistantId) => ({ assistantId }),
    detach: { assistantId: null },
    rename: (name) => ({ name }),
    clear: undefined,
    edits: [],
  },
});

it.each([
  ["an assistant", agent(2), { assistantId: agent(2) }],
  ["a squad", squad, { squadId: null, assistantId: agent(1) }],
  ["a workflow", workflow, { workflowId: null, assistantId: agent(1) }],
])("takes away %s that answered when it assigns an assistant", async (_what, before, body) => {
  const { change, sandbox, updates } = await opened({ agentId: before });
  const answer = await change(number(1), { kind: "reassign", agentId: agent(1) });
  expect(updates()).toEqual([{ ...body, assistantId: agent(1) }]);
  expect(answer.number?.agent).toEqual({ id: agent(1) });
  expect(sandbox.effective(number(1)).agentId).toBe(agent(1));
});

it("assigns a squad, and a workflow again", async () => {
  const { change, updates } = await opened({ agentId: agent(1) });
  await change(number(1), { kind: "reassign", agentId: squad });
  await change(number(1), { kind: "reassign", agentId: workflow });
  expect(updates()).toEqual([
    { assistantId: null, squadId: uuid(3, 1) },
    { squadId: null, workflowId: uuid(4, 1) },
  ]);
});

it("takes all that are set away, and writes them back as they were", async () => {
  const seed = { agentId: squad, extra: { assistantId: agent(1), workflowId: uuid(4, 1) } };
  const { change, sandbox, updates } = await opened(seed, seed);
  const all = agentsText([{ id: agent(1) }, { id: squad }, { id: workflow }]);
  for (const wanted of [agent(2), workflow, all]) {
    const answer = await change(number(1), { kind: "reassign", agentId: wanted });
    expect(answer.number?.agent).toEqual({ id: wanted });
  }
  await change(number(2), { kind: "detach" });
  expect(updates()).toEqual([
    { assistantId: agent(2), squadId: null, workflowId: null },
    { assistantId: null, workflowId: uuid(4, 1) },
    { assistantId: agent(1), squadId: uuid(3, 1), workflowId: uuid(4, 1) },
    { assistantId: null, squadId: null, workflowId: null },
  ]);
  expect(sandbox.number(number(1))).toMatchObject({ assistantId: agent(1), squadId: uuid(3, 1) });
});

it("detaches a squad with only the squad", async () => {
  const { change, updates } = await opened({ agentId: squad });
  expect((await change(number(1), { kind: "detach" })).number?.agent).toBeNull();
  expect(updates()).toEqual([{ squadId: null }]);
});

it("lists assistants and squads, and finds each by its id", async () => {
  const { account, sandbox } = await opened();
  const agents = await account.listAgents();
  expect(agents.map(({ id, name }) => [id, name])).toEqual([
    [agent(1), "Box office"],
    [agent(2), "Group sales"],
    [squad, "Premiere squad"],
  ]);
  expect(await account.getAgent(squad)).toEqual({ id: squad, name: "Premiere squad" });
  expect((await problemOf(account.getAgent(`squad:${uuid(3, 9)}`))).code).toBe("not_found");
  // No route shows a workflow, so it costs no request.
  const before = sandbox.requests.length;
  expect(await account.getAgent(workflow)).toEqual({ id: workflow, name: workflow });
  expect(sandbox.requests).toHaveLength(before);
});

it("lists assistants without squads if the account has no route for squads", async () => {
  const { account, sandbox } = await opened();
  sandbox.fault(
    { kind: "status", status: 404, body: { message: "Cannot GET /squad" } },
    { on: ({ path }) => path === "/squad" },
  );
  expect((await account.listAgents()).map(({ id }) => id)).toEqual([agent(1), agent(2)]);
});

it("reads the older list, an array without pages, if the account has no list with pages", async () => {
  const { account, sandbox } = await opened({}, {}, {});
  sandbox.fault(
    { kind: "status", status: 404, body: { message: "Cannot GET /v2/phone-number" } },
    { on: ({ path }) => path.startsWith("/v2/") },
  );
  sandbox.fault({ kind: "page-cap", max: 2 });
  const ids = async () => (await account.listNumbers()).map(({ id }) => id);
  expect(await ids()).toEqual([number(3), number(2), number(1)]);
  expect(await ids()).toHaveLength(3);
  expect(sandbox.requests.filter(({ path }) => path.startsWith("/v2/"))).toHaveLength(1);
  await expect(account.check()).resolves.toBeUndefined();
});

it("does not take a repeated page for the end of an array", async () => {
  const { account, sandbox } = await opened();
  sandbox.fault({ kind: "page-cap", max: 2 });
  sandbox.fault({ kind: "repeat-page" });
  expect((await problemOf(account.listAgents())).code).toBe("vendor_response_unreadable");
});

it("gives a number to one assistant or squad only", async () => {
  const { account } = await opened({});
  const seen = await account.getNumber(number(1));
  const two = agentsText([agent(1), agent(2)].map((id) => ({ id, share: 0.5 })));
  const assign = async (): Promise<unknown> => account.buildPatch(seen, { kind: "reassign", agentId: two });
  expect((await problemOf(assign())).code).toBe("unsupported");
});

it("finds a number in a live search", async () => {
  const { account } = await opened({ name: "Tickets" }, { e164: "sip:lobby@sip.vapi.ai" });
  expect(await account.searchNumbers?.("lobby")).toMatchObject([{ id: number(2) }]);
});

it("keeps no secret of a number", async () => {
  const secrets = {
    twilioAuthToken: "secret-1",
    twilioApiSecret: "secret-2",
    server: { url: "https://user:secret-3@a.example/secret-4", headers: { authorization: "secret-5" } },
    authentication: { username: "secret-6", password: "secret-7" },
    number: undefined,
    sipUri: "sip:lobby:secret-8@sip.example",
    fallbackDestination: { type: "sip", sipUri: "sips:desk:secret-9@sip.example;secret-10" },
    hooks: [
      {
        on: "call.ringing",
        do: [
          {
            type: "transfer",
            destination: { type: "sip", sipUri: "sip:a:secret-11@b.example?key=secret-12" },
          },
        ],
      },
    ],
  };
  const { account, change } = await opened({ agentId: agent(1), extra: secrets });
  const { number: changed } = await change(number(1), { kind: "reassign", agentId: agent(2) });
  const seen = [await account.getNumber(number(1)), await account.listNumbers(), changed];
  expect(JSON.stringify(seen)).not.toContain("secret-");
  expect(seen[0]).toMatchObject({
    e164: "sip:lobby@sip.example",
    answeredBy: "the call.ringing hook, which transfers calls to sip:a@b.example",
    withoutAgent: "the server at a.example (fallback: sips:desk@sip.example)",
  });
});

it("knows no agent by a kind alone", async () => {
  const { account, sandbox } = await opened();
  for (const id of ["workflow:", "squad:", "workflow: "])
    expect((await problemOf(account.getAgent(id))).code).toBe("not_found");
  expect(sandbox.requests).toEqual([]);
});

it("does not take a full page of one moment for the end of an array", async () => {
  const at = "2026-01-01T00:00:00.000Z";
  const agents = Array.from({ length: 101 }, (_, n) => ({
    id: agent(n),
    name: `Agent ${n}`,
    extra: { createdAt: at },
  }));
  const { account } = await openedSandbox(vapi, { agents, numbers: [] });
  expect((await problemOf(account.listAgents())).code).toBe("vendor_response_unreadable");
});

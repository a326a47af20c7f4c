import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Harness } from "../../../src/demo/harness.ts";
import { changeKinds, type ChangeKind } from "../../../src/domain/numbers/change.ts";
import { formState, press, sendInteraction, submission, suggestion } from "../../support/forged-requests.ts";
import { alpha, bea, bravo, requestsOfAlpha, startNeighbours, watchAlpha } from "../../support/neighbours.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone } from "../../support/screen.ts";

let harness: Harness;
beforeEach(async () => {
  harness = await startNeighbours();
});
afterEach(async () => {
  await harness.close();
});

describe("a workspace next to another", () => {
  it.each([
    ["list", "Bravo line"],
    ["list dispatch", "0 numbers"],
    ["history", "No changes yet"],
    ["connections", "bravo account"],
    ["show Roadside", "No number is called"],
    ["show pn_B6d1Vz5H", "No number is called"],
    ["show 0152", "No number is called"],
    ["history Roadside", "No number is called"],
  ])("sees in %s only what is its own", async (line, words) => {
    const watch = watchAlpha(harness);
    await beaAtHome().command(line);
    await toldAlone(harness, bea.userId, words);
    expect(await watch.trespasses()).toEqual([]);
  });

  it.each(changeKinds)("does not find the other's number to %s", async (verb) => {
    const watch = watchAlpha(harness);
    await beaAtHome().command(`${verb} Roadside`);
    await formSays(harness, beaAtHome(), "No number is called");
    expect(await watch.trespasses()).toEqual([]);
  });

  it("sees only its own in the options and on the home tab", async () => {
    const watch = watchAlpha(harness);
    await beaAtHome().command("reassign");
    await formSays(harness, beaAtHome(), "Number");
    expect((await beaAtHome().options("number", "")).map(({ text }) => text)).toEqual([
      "Bravo line (+1 206 555 0101)",
    ]);
    await beaAtHome().openHome();
    const home = await harness.slack.eventually("the home tab", () =>
      harness.slack.home(bravo.teamId, bea.userId),
    );
    expect(textOf(home)).toContain("bravo account");
    expect(await watch.trespasses()).toEqual([]);
  });

  it("reads the numbers in a message from its own accounts only", async () => {
    const watch = watchAlpha(harness);
    const message = { channelId: "C0BRAVO01", ts: "1.1", text: "call +1 214 555 0152" };
    await beaAtHome().messageShortcut("numbers_in_message", message);
    await formSays(harness, beaAtHome(), "is not among the connected numbers");
    expect(textOf(beaAtHome().view())).not.toContain("Roadside");
    expect(await watch.trespasses(["2145550152", "555 0152"])).toEqual([]);
  });

  it("is refused the other's number, chosen in its own form", async () => {
    const watch = watchAlpha(harness);
    await beaAtHome().command("reassign");
    await formSays(harness, beaAtHome(), "Number");
    await beaAtHome().choose("number", { text: "stolen", value: roadsideKey() });
    await formSays(harness, beaAtHome(), "There is no such connection");
    expect((await beaAtHome().submit()).errors).toBeDefined();
    expect(await watch.trespasses()).toEqual([]);
  });

  it("is refused the other's agent, chosen for its own number", async () => {
    const watch = watchAlpha(harness);
    await beaAtHome().command("reassign Bravo line");
    await formSays(harness, beaAtHome(), "Bravo bot");
    await beaAtHome().choose("agent", { text: "stolen", value: "agent_7hN4pZc2" });
    await beaAtHome().submit();
    await formSays(harness, beaAtHome(), "has no agent agent_7hN4pZc2");
    expect(harness.vendors.cartesia.effective("ap_bravo1").agentId).toBe("agent_bravo1");
    expect(await watch.trespasses()).toEqual([]);
  });
});

describe("the other's incident", () => {
  it.each(["incident INC-ALPHA1", "incident end INC-ALPHA1", "incident INC-ALPHA1 "])(
    "does not exist in %s",
    async (line) => {
      await startIncident();
      const watch = watchAlpha(harness);
      await beaAtHome().command(line);
      await toldAlone(harness, bea.userId, "There is no incident INC-ALPHA1.");
      expect(await watch.trespasses()).toEqual([]);
      expect((await incidentsOf(alpha.teamId).get("INC-ALPHA1")).endedAt).toBeUndefined();
    },
  );

  it("cannot be reverted, or be named in a change", async () => {
    await startIncident();
    const watch = watchAlpha(harness);
    await beaAtHome().command("incident revert INC-ALPHA1");
    await formSays(harness, beaAtHome(), "There is no incident INC-ALPHA1.");
    await beaAtHome().close();
    await beaAtHome().command("rename Bravo line to Stolen incident INC-ALPHA1");
    await formSays(harness, beaAtHome(), "*After:*");
    await beaAtHome().submit();
    await formSays(harness, beaAtHome(), "There is no incident INC-ALPHA1.");
    expect(await watch.trespasses()).toEqual([]);
  });

  it("has a revert that cannot be confirmed or read by its id, and a key that is free here", async () => {
    await startIncident();
    const { runs } = harness.infra.store.workspace(alpha.teamId);
    const of = { kind: "revert", incident: "INC-ALPHA1" } as const;
    const revert = { id: "rev_alpha", ...of, by: { userId: bea.userId }, steps: [] };
    await runs.show(revert);
    const watch = watchAlpha(harness);
    const form = { from: {}, revertId: "rev_alpha" };
    await sendInteraction(
      harness,
      submission(bea, { callbackId: "revert_incident", metadata: form, values: {} }),
    );
    await toldDirectly(harness, bea.userId, "There is no such run");
    const page = JSON.stringify({ id: "rev_alpha", page: 0 });
    await sendInteraction(harness, press(bea, "revert:page:older", page));
    await beaAtHome().command("incident start INC-ALPHA1", { channelId: "C0BRAVO01" });
    await harness.slack.eventually("Bravo's own", async () => incidentsOf(bravo.teamId).openIn("C0BRAVO01"));
    expect(await watch.trespasses()).toEqual([]);
    expect(await runs.running()).toEqual([]);
  });
});

describe("a forged request with the other's ids", () => {
  it.each(changeKinds)("changes nothing as a form to %s", async (verb) => {
    const watch = watchAlpha(harness);
    const values = {
      number: roadsideKey(),
      agent: "agent_5kR9wXd8",
      name: "Stolen",
      provider: "ap_9dK2mQx7",
    };
    await sendInteraction(harness, submission(bea, { callbackId: verb, metadata: metadata(verb), values }));
    await toldDirectly(harness, bea.userId, "There is no such connection");
    await onRecord(harness, { kind: "change.refused", code: "not_found", workspaceId: bravo.teamId });
    expect(await watch.trespasses()).toEqual([]);
  });

  it.each(["before", "made"])("restores nothing as a form to what was %s", async (to) => {
    const watch = watchAlpha(harness);
    const form = {
      from: {},
      changeId: await changeOfAlpha(),
      to,
      title: "crafted",
      seen: { agent: "agent_7hN4pZc2" },
    };
    await sendInteraction(harness, submission(bea, { callbackId: "restore", metadata: form, values: {} }));
    await toldDirectly(harness, bea.userId, "There is no such change");
    await onRecord(harness, { kind: "action.refused", code: "not_found", workspaceId: bravo.teamId });
    expect(await watch.trespasses()).toEqual([]);
  });

  it("decides on no request for approval", async () => {
    const { approvals } = harness.infra.store.workspace(alpha.teamId);
    const actor = { kind: "user", userId: "U0OPER001", workspaceId: alpha.teamId } as const;
    const asked = {
      changeId: "chg_alpha",
      key: { connectionId: connectionId(), numberId: "pn_B6d1Vz5H" },
      change: { kind: "detach" } as const,
      seen: { agent: "agent_7hN4pZc2" },
      userId: actor.userId,
      at: new Date(0).toISOString(),
      e164: "+12145550152",
      connection: { id: connectionId(), vendor: "cartesia" as const, name: "cartesia demo" },
      labels: {},
    };
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    await approvals.ask(
      { id: "apr_alpha", asked, expiresAt },
      { kind: "approval.requested", actor, requestId: "req_alpha" },
    );
    const watch = watchAlpha(harness);
    await sendInteraction(harness, press(bea, "approve", "apr_alpha"));
    await toldDirectly(harness, bea.userId, "There is no such request for approval");
    const form = { callbackId: "decline", metadata: { approvalId: "apr_alpha" }, values: {} };
    await sendInteraction(harness, submission(bea, form));
    await onRecord(harness, { kind: "action.refused", code: "not_found", workspaceId: bravo.teamId });
    expect(await watch.trespasses()).toEqual([]);
    expect((await approvals.find("apr_alpha"))?.state).toBe("open");
  });

  it("changes none of the other's settings, and reveals none", async () => {
    const watch = watchAlpha(harness);
    const form = { from: {}, revision: 0, withGroups: true, connectionId: connectionId() };
    await sendInteraction(harness, submission(bea, { callbackId: "settings", metadata: form, values: {} }));
    await toldDirectly(harness, bea.userId, "There is no such connection");
    expect(await watch.trespasses()).toEqual([]);
    for (const { teamId } of [alpha, bravo])
      expect(await harness.infra.store.workspace(teamId).settings.read()).toEqual({});
  });

  it("replaces no key", async () => {
    const watch = watchAlpha(harness);
    const form = { from: {}, connectionId: connectionId(), vendor: "cartesia" };
    const values = { api_key: "sk_car_bravos_own_key" };
    await sendInteraction(harness, submission(bea, { callbackId: "connect", metadata: form, values }));
    await toldDirectly(harness, bea.userId, "There is no such connection");
    expect(await watch.trespasses()).toEqual([]);
    const [kept] = await harness.infra.store.workspace(alpha.teamId).connections.list();
    expect(kept?.fingerprint).toBe(harness.connections.cartesia?.fingerprint);
  });

  it.each(["agent", "fallback_agent_id"])("gets no options for %s", async (actionId) => {
    const watch = watchAlpha(harness);
    const answer = await sendInteraction(harness, suggestion(bea, actionId, metadata("reassign")));
    expect(answer).toEqual({ status: 200, body: JSON.stringify({ options: [] }) });
    expect(await watch.trespasses()).toEqual([]);
  });
});

describe("a person of the other workspace in a shared channel", () => {
  it("is answered by their own workspace at a click on the message", async () => {
    const watch = watchAlpha(harness);
    const message = await harness.slack.eventually("the result", () =>
      harness.slack.messages("C0INCID01").at(-1),
    );
    await harness.slack.as(alpha.teamId, bea.userId).click("show", { in: message });
    await toldAlone(harness, bea.userId, "There is no such connection");
    expect(await watch.trespasses()).toEqual([]);
  });

  it("is refused a submitted form, on the record of the workspace whose form it is", async () => {
    const before = requestsOfAlpha(harness);
    const from = { ...bea, installedIn: alpha.teamId };
    const values = { number: roadsideKey(), agent: "agent_5kR9wXd8" };
    await sendInteraction(
      harness,
      submission(from, { callbackId: "reassign", metadata: metadata("reassign"), values }),
    );
    await onRecord(harness, { kind: "action.refused", code: "not_allowed", userId: bea.userId });
    expect(requestsOfAlpha(harness)).toBe(before);
  });

  it("is told that their own workspace has no Patchbay", async () => {
    const message = await harness.slack.eventually("the result", () =>
      harness.slack.messages("C0INCID01").at(-1),
    );
    await person(harness, "U0ELSE001").click("show", { in: message });
    expect(textOf(await toldAlone(harness, "U0ELSE001", "not installed in your workspace"))).not.toContain(
      "Dispatch",
    );
  });
});

function incidentsOf(workspaceId: string) {
  return harness.infra.store.workspace(workspaceId).incidents;
}

async function startIncident(): Promise<void> {
  const startedBy = { kind: "cli", osUser: "test" } as const;
  await incidentsOf(alpha.teamId).start(
    {
      key: "INC-ALPHA1",
      title: "alpha nonsense",
      channelId: "C0INCID01",
      startedBy,
      startedAt: new Date(0).toISOString(),
    },
    { kind: "incident.started", actor: startedBy, requestId: "req_test" },
  );
}

function beaAtHome() {
  return person(harness, bea.userId, bravo.teamId);
}

function connectionId(): string {
  return harness.connections.cartesia?.id ?? "";
}

function roadsideKey(): string {
  return `${connectionId()}/pn_B6d1Vz5H`;
}

async function changeOfAlpha(): Promise<string> {
  const made = (await harness.audit(alpha.teamId)).find(({ kind }) => kind === "change.requested");
  return made?.changeId ?? "";
}

function metadata(verb: ChangeKind) {
  const seen = { agent: "agent_7hN4pZc2", name: "Roadside", "field.provider": "ap_3vT8rLw5" };
  return formState(verb, { connectionId: connectionId(), numberId: "pn_B6d1Vz5H", seen });
}

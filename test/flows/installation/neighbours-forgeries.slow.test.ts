import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changeKinds } from "../../../src/domain/numbers/change.ts";
import { press, sendInteraction, submission, suggestion } from "../../support/forged-requests.ts";
import { alpha, bea, bravo, watchAlpha } from "../../support/neighbours.ts";
import { onRecord, toldDirectly } from "../../support/record.ts";
import { startBesideAlpha, type BesideAlpha } from "./beside-alpha.ts";

let at: BesideAlpha;
beforeEach(async () => {
  at = await startBesideAlpha();
});
afterEach(async () => {
  await at.harness.close();
});

describe("a forged request with the other's ids", () => {
  it.each(changeKinds)("changes nothing as a form to %s", async (verb) => {
    const watch = watchAlpha(at.harness);
    const values = {
      number: at.roadsideKey(),
      agent: "agent_5kR9wXd8",
      name: "Stolen",
      provider: "ap_9dK2mQx7",
    };
    await sendInteraction(
      at.harness,
      submission(bea, { callbackId: verb, metadata: at.metadata(verb), values }),
    );
    await toldDirectly(at.harness, bea.userId, "There is no such connection");
    await onRecord(at.harness, { kind: "change.refused", code: "not_found", workspaceId: bravo.teamId });
    expect(await watch.trespasses()).toEqual([]);
  });

  it.each(["before", "made"])("restores nothing as a form to what was %s", async (to) => {
    const watch = watchAlpha(at.harness);
    const form = {
      from: {},
      changeId: await at.changeOfAlpha(),
      to,
      title: "crafted",
      seen: { agent: "agent_7hN4pZc2" },
    };
    await sendInteraction(at.harness, submission(bea, { callbackId: "restore", metadata: form, values: {} }));
    await toldDirectly(at.harness, bea.userId, "There is no such change");
    await onRecord(at.harness, { kind: "action.refused", code: "not_found", workspaceId: bravo.teamId });
    expect(await watch.trespasses()).toEqual([]);
  });

  it("decides on no request for approval", async () => {
    const { approvals } = at.harness.infra.store.workspace(alpha.teamId);
    const actor = { kind: "user", userId: "U0OPER001", workspaceId: alpha.teamId } as const;
    const asked = {
      changeId: "chg_alpha",
      key: { connectionId: at.connectionId(), numberId: "pn_B6d1Vz5H" },
      change: { kind: "detach" } as const,
      seen: { agent: "agent_7hN4pZc2" },
      userId: actor.userId,
      at: new Date(0).toISOString(),
      e164: "+12145550152",
      connection: { id: at.connectionId(), vendor: "cartesia" as const, name: "cartesia demo" },
      labels: {},
    };
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    await approvals.ask(
      { id: "apr_alpha", asked, expiresAt, wanted: 1 },
      { kind: "approval.requested", actor, requestId: "req_alpha" },
    );
    const watch = watchAlpha(at.harness);
    await sendInteraction(at.harness, press(bea, "approve", "apr_alpha"));
    await toldDirectly(at.harness, bea.userId, "There is no such request for approval");
    const form = { callbackId: "decline", metadata: { approvalId: "apr_alpha" }, values: {} };
    await sendInteraction(at.harness, submission(bea, form));
    await onRecord(at.harness, { kind: "action.refused", code: "not_found", workspaceId: bravo.teamId });
    expect(await watch.trespasses()).toEqual([]);
    expect((await approvals.find("apr_alpha"))?.state).toBe("open");
  });

  it("changes none of the other's settings, and reveals none", async () => {
    const watch = watchAlpha(at.harness);
    const form = { from: {}, revision: 0, withGroups: true, connectionId: at.connectionId() };
    await sendInteraction(
      at.harness,
      submission(bea, { callbackId: "settings", metadata: form, values: {} }),
    );
    await toldDirectly(at.harness, bea.userId, "There is no such connection");
    expect(await watch.trespasses()).toEqual([]);
    for (const { teamId } of [alpha, bravo])
      expect(await at.harness.infra.store.workspace(teamId).settings.read()).toEqual({});
  });

  it("replaces no key", async () => {
    const watch = watchAlpha(at.harness);
    const form = { from: {}, connectionId: at.connectionId(), vendor: "cartesia" };
    const values = { api_key: "sk_car_bravos_own_key" };
    await sendInteraction(at.harness, submission(bea, { callbackId: "connect", metadata: form, values }));
    await toldDirectly(at.harness, bea.userId, "There is no such connection");
    expect(await watch.trespasses()).toEqual([]);
    const [kept] = await at.harness.infra.store.workspace(alpha.teamId).connections.list();
    expect(kept?.fingerprint).toBe(at.harness.connections.cartesia?.fingerprint);
  });

  it.each(["agent", "fallback_agent_id"])("gets no options for %s", async (actionId) => {
    const watch = watchAlpha(at.harness);
    const answer = await sendInteraction(at.harness, suggestion(bea, actionId, at.metadata("reassign")));
    expect(answer).toEqual({ status: 200, body: JSON.stringify({ options: [] }) });
    expect(await watch.trespasses()).toEqual([]);
  });
});

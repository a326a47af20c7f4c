import { request } from "node:http";
import { beforeEach, describe, expect, it } from "vitest";
import type { Harness } from "../../../src/demo/harness.ts";
import {
  alertmanagerBody,
  incidentIoBody,
  pagerDutyBody,
  secrets,
  signAlert,
} from "../../hooks/signed-alerts.ts";
import { roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { hookFor, proposal, sendAlert, sendSigned, startSilentAlerts } from "./alert-harness.ts";

let harness: Harness;
let pass: (ms: number) => void;
beforeEach(async () => {
  ({ harness, pass } = await startSilentAlerts({ tiers: [[roadside]] }));
});

const silence = [401, ""] as const;
const made = async (): Promise<number> =>
  (await harness.audit()).filter(({ kind }) => kind === "proposal.made").length;

describe("a request that is not from the source", () => {
  it("gets 401 without words, whether the hook is there or not", async () => {
    const hook = await hookFor(harness, "pagerduty");
    const body = pagerDutyBody();
    const forged = signAlert("pagerduty", body, { secret: "another secret" });
    expect(await sendAlert(harness, hook, { headers: {}, body })).toEqual(silence);
    expect(await sendAlert(harness, hook, forged)).toEqual(silence);
    expect(await sendAlert(harness, hook, { ...signAlert("pagerduty", body), body: `${body} ` })).toEqual(
      silence,
    );
    const unknown = `hook_${"0".repeat(32)}`;
    for (const other of [unknown, "x", `${hook}/`, `${hook}0`, "..%2f"])
      expect((await sendAlert(harness, other, signAlert("grafana", body)))[1]).toBe("");
    expect(await sendAlert(harness, unknown, signAlert("pagerduty", body))).toEqual(silence);
    expect(await made()).toBe(0);
  });

  it("is refused while the hook has no secret, and after it was removed", async () => {
    const hook = await hookFor(harness, "pagerduty");
    const { hooks } = harness.infra.store.workspace(teamId);
    const by = { actor: { kind: "cli", osUser: "test" }, requestId: "req_1" } as const;
    const empty = `hook_${"a".repeat(32)}`;
    await hooks.make({ id: empty, name: "empty", source: "pagerduty" }, {}, by);
    expect(await sendSigned(harness, empty, "pagerduty", pagerDutyBody())).toEqual(silence);
    await hooks.remove(hook, by);
    expect(await sendSigned(harness, hook, "pagerduty", pagerDutyBody())).toEqual(silence);
  });

  it("is refused if it is stale", async () => {
    const hook = await hookFor(harness, "standard");
    const at = new Date(Date.now() - 6 * 60_000);
    expect(await sendAlert(harness, hook, signAlert("standard", incidentIoBody(), { at }))).toEqual(silence);
    const pagerDuty = await hookFor(harness, "pagerduty");
    const old = pagerDutyBody({ at: new Date(Date.now() - 25 * 3_600_000) });
    expect(await sendSigned(harness, pagerDuty, "pagerduty", old)).toEqual(silence);
  });

  it.each(["pagerduty", "standard"] as const)(
    "is refused if it is a replay of %s, also by the next server",
    async (source) => {
      const hook = await hookFor(harness, source);
      const signed = signAlert(source, source === "pagerduty" ? pagerDutyBody() : incidentIoBody());
      expect((await sendAlert(harness, hook, signed))[0]).toBe(202);
      expect(await sendAlert(harness, hook, signed)).toEqual(silence);
      await harness.stopApp();
      await harness.startApp();
      expect(await sendAlert(harness, hook, signed)).toEqual(silence);
      expect(await made()).toBe(1);
    },
  );

  it("accepts a retry of Standard Webhooks, which has a new time, and does nothing twice", async () => {
    const hook = await hookFor(harness, "standard");
    const first = signAlert("standard", incidentIoBody(), { at: new Date(Date.now() - 60_000) });
    expect((await sendAlert(harness, hook, first))[0]).toBe(202);
    expect((await sendAlert(harness, hook, signAlert("standard", incidentIoBody())))[0]).toBe(202);
    expect(await made()).toBe(1);
  });
});

describe("a request that is too much", () => {
  it("gets 413 without words over 256 KB, with and without a length", async () => {
    const hook = await hookFor(harness, "grafana");
    const body = `${alertmanagerBody(1)}${" ".repeat(256 * 1024)}`;
    const signed = signAlert("grafana", body);
    expect(await sendAlert(harness, hook, signed)).toEqual([413, ""]);
    const { port } = new URL(harness.url());
    const status = await new Promise((resolve, reject) => {
      const sent = request(
        { port, method: "POST", path: `/hooks/${hook}`, headers: signed.headers },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      sent.on("error", reject);
      for (let at = 0; at < body.length; at += 65_536) sent.write(body.slice(at, at + 65_536));
      sent.end();
    });
    expect(status).toBe(413);
  });

  it("gets 429 after 300 within a minute, which forged ones do not use up", async () => {
    const hook = await hookFor(harness, "grafana");
    for (let sent = 0; sent < 310; sent += 1)
      await sendAlert(harness, hook, { headers: {}, body: alertmanagerBody(1) });
    const statuses: number[] = [];
    for (let sent = 0; sent < 301; sent += 1)
      statuses.push((await sendSigned(harness, hook, "grafana", alertmanagerBody(1)))[0]);
    expect(statuses.filter((status) => status === 202)).toHaveLength(300);
    expect(statuses.at(-1)).toBe(429);
    pass(61_000);
    expect((await sendSigned(harness, hook, "grafana", alertmanagerBody(1)))[0]).toBe(202);
  });
});

describe("a request of another version", () => {
  it("is answered and recorded, and proposes nothing", async () => {
    const hook = await hookFor(harness, "grafana");
    const answer = await sendSigned(harness, hook, "grafana", alertmanagerBody(1, { version: "5" }));
    expect(answer).toEqual([202, ""]);
    const refused = await onRecord(harness, { kind: "action.refused", code: "invalid_input" });
    expect(refused.problem?.message).toContain("new version of its payload");
    for (let again = 0; again < 5; again += 1)
      await sendSigned(harness, hook, "grafana", alertmanagerBody(1, { version: "5" }));
    expect((await harness.audit()).filter(({ kind }) => kind === "action.refused")).toHaveLength(1);
    expect(await made()).toBe(0);
  });

  it("that no mapping matches proposes nothing, and shows in the list of hooks", async () => {
    const hook = await hookFor(harness, "pagerduty");
    await sendSigned(harness, hook, "pagerduty", pagerDutyBody({ service: "Billing" }));
    const found = await harness.infra.store.workspace(teamId).hooks.find(hook);
    expect([found?.lastMatched, await made()]).toEqual([false, 0]);
  });
});

describe("another workspace's hook", () => {
  it("reaches nothing of this one", async () => {
    const other = await hookFor(harness, "pagerduty", { workspaceId: "T0OTHER99", name: "theirs" });
    expect((await sendSigned(harness, other, "pagerduty", pagerDutyBody()))[0]).toBe(202);
    const own = await hookFor(harness, "grafana");
    await sendSigned(harness, own, "grafana", alertmanagerBody(1));
    await proposal(harness, "1 will be switched");
    expect((await harness.audit()).filter(({ kind }) => kind === "proposal.made")).toHaveLength(1);
    expect((await harness.audit("T0OTHER99")).filter(({ kind }) => kind === "proposal.made")).toHaveLength(1);
    const { hooks, proposals } = harness.infra.store.workspace(teamId);
    expect(await hooks.find(other)).toBeUndefined();
    const theirs = (await harness.audit("T0OTHER99")).find(({ kind }) => kind === "proposal.made");
    expect(await proposals.find(theirs?.details?.proposal ?? "")).toBeUndefined();
    expect(harness.slack.messages(voiceOps)).toHaveLength(1);
  });
});

it("keeps no secret of a hook where somebody could read it", async () => {
  const hook = await hookFor(harness, "pagerduty");
  await sendSigned(harness, hook, "pagerduty", pagerDutyBody());
  await proposal(harness, "PGR0VU2");
  const seen = JSON.stringify([await harness.audit(), harness.slack.calls]);
  expect(seen).not.toContain(secrets.pagerduty);
});

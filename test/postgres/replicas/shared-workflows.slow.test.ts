import { describe, expect, test } from "vitest";
import type { RunStep } from "../../../src/domain/runs/run-step.ts";
import { failoverOf, runStepOf } from "../../support/failover/run-steps.ts";
import { requestApproval } from "../../operations/approval/approval-request.ts";
import { until } from "../../support/until.ts";
import { missing, skipped } from "../support.ts";
import { connectionOf, hour, now, person, requested, rounds, servers } from "./workflow-servers.ts";

const many = Array.from({ length: 12 }, (_, n) => `${n + 10}`);
const after = (ms: number): Date => new Date(Date.now() + ms);

const each = (words: (id: string) => string): string[] => many.map(words);

describe.skipIf(missing !== undefined)(`the workflows of two servers on one PostgreSQL${skipped}`, () => {
  test("remind of and revert each temporary change once", async () => {
    const { one, two, gone, told, patched, errors } = await servers();
    const { temporaryChanges, audit } = gone.ctx.workspace;
    const connectionId = await connectionOf(gone.ctx.workspace);
    for (const id of many) {
      const event = requested(id, connectionId);
      const times = { endsAt: after(hour), durationMs: hour, remindAt: now(), dueAt: now() };
      const place = { userId: "U1" };
      const key = { changeId: event.changeId, connectionId, numberId: event.number.numberId };
      await temporaryChanges.begin(event, { ...key, ...times, place });
      await audit.append({ ...event, kind: "change.outcome", outcome: "applied" });
    }
    const look = async () => Promise.all([one.expiries.round(), two.expiries.round()]);
    await rounds(told, many.length, look);
    expect(told.splice(0).toSorted()).toEqual(each((id) => `chg_${id} reminder`));
    for (const temporary of await temporaryChanges.open())
      await temporaryChanges.replace({ ...temporary, endsAt: now(), dueAt: now() });
    await rounds(told, many.length, look);
    expect(told.toSorted()).toEqual(each((id) => `chg_${id} reverted`));
    expect(patched.toSorted()).toEqual(each((id) => `pn_${id}`));
    expect(errors()).toEqual([]);
  });

  test("ask for, expire and execute each approval once", async () => {
    const { one, two, gone, told, patched, errors } = await servers();
    const asking = { ctx: gone.ctx, now };
    for (const id of many) {
      await requestApproval(asking, `apr_asked_${id}`);
      await requestApproval(asking, `apr_late_${id}`, { expiresInMinutes: -1 });
      const change = { kind: "reassign", agentId: "agent_a" } as const;
      const about = { numberId: `pn_${id}`, seen: { agent: "agent_b" }, change };
      await requestApproval(asking, `apr_yes_${id}`, { isApproved: true, ...about });
    }
    await gone.work.pass(60_000);
    const look = async () => Promise.all([one.approvals.round(), two.approvals.round()]);
    await rounds(told, 3 * many.length, look);
    const expected = [
      ...each((id) => `apr_asked_${id} requested`),
      ...each((id) => `apr_late_${id} expired`),
      ...each((id) => `apr_yes_${id} changed`),
    ];
    expect(told.toSorted()).toEqual(expected.toSorted());
    expect(patched.toSorted()).toEqual(each((id) => `pn_${id}`));
    expect(errors()).toEqual([]);
  });

  test("execute and report each revert once", async () => {
    const { one, two, gone, told, patched, errors } = await servers();
    const { runs } = gone.ctx.workspace;
    const connectionId = await connectionOf(gone.ctx.workspace);
    for (const id of many) {
      const step: RunStep = {
        key: { connectionId, numberId: `pn_${id}` },
        connection: "prod",
        vendor: "cartesia",
        tier: 0,
        undoes: "chg_1",
        changeId: `chg_${id}`,
        change: { kind: "reassign", agentId: "agent_a" },
        first: { agent: "agent_a" },
        last: { agent: "agent_b" },
        now: { agent: "agent_b" },
        labels: {},
        verdict: { kind: "will_revert" },
      };
      const by = { userId: "U1", channelId: "C1" };
      const incident = `INC-${id}`;
      await gone.ctx.workspace.incidents.start(
        {
          key: incident,
          title: "t",
          startedBy: person,
          channelId: undefined,
          startedAt: now().toISOString(),
        },
        { kind: "incident.started", actor: person, requestId: `req_${id}` },
      );
      await runs.show({ id: `rev_${id}`, kind: "revert", incident, by, steps: [step] });
      const event = { kind: "incident.reverted", actor: person, requestId: `req_r_${id}` } as const;
      await runs.begin(`rev_${id}`, by, event);
    }
    await gone.work.pass(60_000);
    await rounds(told, many.length, async () => Promise.all([one.runs.round(), two.runs.round()]));
    expect(told.toSorted()).toEqual(each((id) => `rev_${id} finished`));
    expect(patched.toSorted()).toEqual(each((id) => `pn_${id}`));
    expect(await runs.running()).toEqual([]);
    expect(errors()).toEqual([]);
  });

  test("execute each step of a failover once, and report it from one server", async () => {
    const { one, two, gone, told, patched, progressed, errors } = await servers();
    const { runs, audit } = gone.ctx.workspace;
    const connectionId = await connectionOf(gone.ctx.workspace);
    const steps = many.map((id, at) =>
      runStepOf(`pn_${id}`, { key: { connectionId, numberId: `pn_${id}` }, tier: Math.min(at, 1) }),
    );
    const by = { userId: "U1", channelId: "C1" };
    await runs.show(failoverOf("run_1", steps, { by }));
    await runs.begin("run_1", by, {
      kind: "failover.begun",
      actor: person,
      requestId: "req_run",
      details: { run: "run_1", kind: "failover" },
    });
    await gone.work.pass(60_000);
    const look = async () => Promise.all([one.runs.round(), two.runs.round()]);
    await rounds(told, 1, look);
    await look();
    expect(told).toEqual(["run_1 held"]);
    expect(progressed.size).toBe(1);
    expect(patched.toSorted()).toEqual(each((id) => `pn_${id}`));
    const entries = await audit.entries({ limit: 100 });
    expect(entries.filter(({ kind }) => kind === "change.requested")).toHaveLength(many.length);
    expect(entries.filter(({ kind }) => kind === "failover.held")).toHaveLength(1);
    expect(errors()).toEqual([]);
  });

  test("determine and report each outcome once", async () => {
    const { one, two, gone, told, errors } = await servers();
    const { audit } = gone.ctx.workspace;
    const connectionId = await connectionOf(gone.ctx.workspace);
    for (const id of many) await audit.append(requested(id, connectionId));
    await gone.work.pass(60_000);
    await Promise.all([one.outcomes.start(), two.outcomes.start()]);
    await until("every outcome", async () => (await audit.unsettled()).length === 0);
    one.outcomes.stop();
    two.outcomes.stop();
    await until("every report", () => told.length >= many.length);
    expect(told.toSorted()).toEqual(each((id) => `chg_${id} settled`));
    const outcomes = (await audit.entries({ limit: 100 })).filter(({ kind }) => kind === "change.outcome");
    expect(outcomes).toHaveLength(many.length);
    expect(errors()).toEqual([]);
  });
});

import { expect, it } from "vitest";
import { closeGate } from "../../../src/operations/failover/rules.ts";
import { endIncident } from "../../../src/operations/incident/end-incident.ts";
import { startIncident } from "../../../src/operations/incident/start-incident.ts";
import { liftFreeze, setFreeze } from "../../../src/operations/restrictions/freeze.ts";
import { pauseRun, resumeRun, stopRun } from "../../../src/operations/runs/steer-run.ts";
import { failoverOf, runStepOf } from "../../support/failover/run-steps.ts";
import { startWorld } from "../../support/world.ts";

const actor = { kind: "user", userId: "U2", workspaceId: "T1" } as const;
const onCall = { role: { schedule: "PagerDuty PI7DH85" } };

it("marks what a person does to runs, freezes, incidents and the gate by a shift alone", async () => {
  const { ctx } = await startWorld();
  const permissions = { role: "operator", approver: false, deniedConnections: [], onCall } as const;
  const as = { ...ctx, actor, authorizer: { permissions: async () => permissions } };
  const { runs, audit } = ctx.workspace;
  await setFreeze(as, { target: { kind: "all" }, reason: "an audit" });
  await liftFreeze(as, {});
  await startIncident(as, { key: "INC-1", channelId: "C1" });
  await endIncident(as, "INC-1");
  await runs.show(failoverOf("run_1", [runStepOf("pn_1")]));
  const begun = { kind: "failover.begun", actor: { ...actor, userId: "U1" }, requestId: "req_1" } as const;
  await runs.begin("run_1", { userId: "U1", channelId: "C1" }, begun);
  await pauseRun(as, "run_1");
  await resumeRun(as, "run_1");
  await stopRun(as, "run_1");
  await closeGate(as, "two alerts disagree");
  const own = (await audit.entries({ limit: 20 })).filter(
    (entry) => "userId" in entry.actor && entry.actor.userId === "U2",
  );
  expect(own.map(({ kind }) => kind).toReversed()).toEqual([
    "freeze.set",
    "freeze.lifted",
    "incident.started",
    "incident.ended",
    "failover.paused",
    "failover.resumed",
    "failover.stopped",
    "gate.closed",
  ]);
  expect(new Set(own.map(({ details }) => details?.onCall))).toEqual(new Set(["PagerDuty PI7DH85"]));
});

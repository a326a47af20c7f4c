import { expect, it } from "vitest";
import { failoverOf, runStepOf } from "../../support/failover/run-steps.ts";
import { startCliHarness, workspace } from "../cli-harness.ts";

const actor = { kind: "user", userId: "U1", workspaceId: workspace } as const;
const entry = { actor, requestId: "req_1" } as const;
const by = { userId: "U1", channelId: "C1" };

/** A failover of three numbers at two connections, one of which rejects its key; somebody has paused it. */
async function pausedRun() {
  const harness = await startCliHarness();
  await harness.connect("Prod");
  const { runs } = harness.infra().store.workspace(workspace);
  const elsewhere = { connectionId: "con_2", numberId: "num_3" };
  const steps = [
    runStepOf("num_1"),
    runStepOf("num_2"),
    runStepOf("num_3", { key: elsewhere, connection: "OneInbox\u202eprod" }),
  ];
  await runs.show(failoverOf("run_1", steps));
  await runs.begin("run_1", by, { ...entry, kind: "failover.begun" });
  await runs.noteStep("run_1", 0, { outcome: "applied" });
  await runs.noteStep("run_1", 1, { outcome: "refused", why: "It is gone.", code: "not_found" });
  const rejected = { why: "The key was rejected.", code: "credentials_rejected" };
  await runs.pauseConnection("run_1", "con_2", rejected, { ...entry, kind: "failover.paused" });
  const pause = { why: "asked", at: "2026-08-01T12:01:00.000Z", by: "U1" } as const;
  await runs.pause("run_1", pause, { ...entry, kind: "failover.paused" });
  return { harness, runs };
}

it("prints what runs, with counts for each connection, why it is paused, and its end", async () => {
  const { harness, runs } = await pausedRun();
  const { startedAt, endsAt } = await runs.get("run_1");
  const { exitCode, out, err } = await harness.run(["failover", "status"], { isTTY: true });
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
  expect(out.split("\n")).toEqual([
    `${workspace}  failover cartesia-down is paused: 1 of 3 changed, 1 not`,
    "  U1 paused it.",
    `  Begun by U1 at ${startedAt}: Cartesia cannot speak`,
    `  Its numbers stay switched until ${endsAt}`,
    "  prod: 1 of 2 changed, 1 not",
    "  OneInbox\uFFFDprod: 0 of 1 changed; paused: The key was rejected.",
    "",
  ]);
});

it("prints JSON lines if asked to, and where nobody reads", async () => {
  const { harness } = await pausedRun();
  const asked = await harness.run(["failover", "status", "--workspace", workspace, "--json"], {
    isTTY: true,
  });
  expect(asked.exitCode).toBe(0);
  expect(JSON.parse(asked.out)).toMatchObject({
    workspace,
    run: "run_1",
    kind: "failover",
    plan: "cartesia-down",
    state: "paused",
    begunBy: "U1",
    changed: 1,
    failed: 1,
    of: 3,
    paused: { why: "asked", by: "U1", text: "U1 paused it." },
    connections: [
      { connectionId: "con_1", name: "prod", changed: 1, failed: 1, of: 2 },
      { connectionId: "con_2", changed: 0, of: 1, paused: "The key was rejected." },
    ],
  });
  expect((await harness.run(["failover", "status"])).out).toBe(asked.out);
});

it("shows the runs of all workspaces unless one is named", async () => {
  const { harness } = await pausedRun();
  await harness.connect("Other", "T0OTHER01");
  const { runs } = harness.infra().store.workspace("T0OTHER01");
  await runs.show(failoverOf("run_2", [runStepOf("num_9")]));
  await runs.begin("run_2", by, { ...entry, kind: "failover.begun" });
  const idsOf = (out: string) => Array.from(out.matchAll(/"run":"(run_\d)"/gu), ([, id]) => id);
  expect(idsOf((await harness.run(["failover", "status"])).out)).toEqual(["run_1", "run_2"]);
  const one = await harness.run(["failover", "status", "--workspace", "T0OTHER01"]);
  expect(idsOf(one.out)).toEqual(["run_2"]);
  const exported = await harness.run(["failover", "export", "cartesia-down"]);
  expect(exported.exitCode).toBe(3);
  expect(exported.err).toMatch(
    /^patchbay: There are several workspaces: \S+, \S+\.\nNothing was changed\. Say which one: --workspace T/u,
  );
});

it("says that nothing runs, with and without a terminal, and prints no line of JSON then", async () => {
  const harness = await startCliHarness();
  await harness.connect("Prod");
  for (const isTTY of [true, false])
    expect(await harness.run(["failover", "status"], { isTTY })).toEqual({
      exitCode: 0,
      out: "",
      err: "Nothing is running, paused or held.\n",
    });
  expect(await harness.run(["failover", "status", "--json"])).toEqual({ exitCode: 0, out: "", err: "" });
  expect((await harness.run(["failover", "status", "--workspace", "nowhere"])).exitCode).toBe(1);
});

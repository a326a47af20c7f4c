import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { planFileDocument, savedPlanDocument } from "../../../src/cli/failover/plan-file-commands.ts";
import { liveRunDocument } from "../../../src/cli/failover/status-commands.ts";
import { admin, guest, operator, teamId } from "../../support/fixtures.ts";
import { addMany, savePlanOfMany } from "../../support/failover/plan-of-many.ts";
import { onRecord } from "../../support/record.ts";
import { failoverOf, runStepOf } from "../../support/failover/run-steps.ts";
import { temporaryFolder } from "../../sqlite/support.ts";
import { places, startAppAndCli } from "../control/app-and-cli.ts";

it.each(places)("imports, exports and shows what runs, run by %s", async (place) => {
  const system = await startAppAndCli("the server");
  const { app } = system;
  await savePlanOfMany(app, app.infra.store.workspace(teamId), "cartesia-down", [
    addMany(app, "cartesia", 4),
  ]);
  if (place === "the command itself") await app.stopApp();
  // The server carries it out as long as it runs: nothing opens the database beside it.
  const opened = (): never => {
    throw new Error("opened the database beside the server");
  };
  const { control, openInfrastructure } = system.cli.deps();
  const given =
    place === "the server"
      ? { openInfrastructure: opened, control: { ...control, openAlone: opened } }
      : { openInfrastructure, control };
  const failover = async (...args: readonly string[]) => system.cli.run(["failover", ...args], { given });

  const exported = await failover("export", "cartesia-down");
  expect(exported).toMatchObject({ exitCode: 0, err: "" });
  const file = join(temporaryFolder(), "plan.yaml");
  writeFileSync(file, exported.out);
  const { out: json } = await failover("export", "cartesia-down", "--json", "--output", `${file}.json`);
  expect(json).toBe("");
  expect(planFileDocument.parse(JSON.parse(readFileSync(`${file}.json`, "utf8")))).toMatchObject({
    plan: "cartesia-down",
    revision: 1,
    file: { plan: "cartesia-down" },
  });
  expect(await failover("import", file)).toEqual({
    exitCode: 0,
    out: "Saved cartesia-down, revision 2: 4 numbers.\n",
    err: "",
  });
  writeFileSync(`${file}.bad`, exported.out.replace("tiers:", "colour: red\ntiers:"));
  const bad = await failover("import", `${file}.bad`, "--json");
  expect(bad.exitCode).toBe(3);
  expect(JSON.parse(bad.out)).toMatchObject({ problem: { code: "invalid_input" } });
  expect(bad.err).toContain("A plan has no “colour” here");
  writeFileSync(`${file}.word`, exported.out.replace("plan: cartesia-down", "plan: status"));
  const word = await failover("import", `${file}.word`);
  expect(word.exitCode).toBe(3);
  expect(word.err).toContain(".word:1:7: “status” is a word of the failover commands");

  expect(await failover("status", "--json")).toEqual({ exitCode: 0, out: "", err: "" });
  const infra = await openInfrastructure({ create: false });
  const { runs, plans } = infra.store.workspace(teamId);
  const { plan, revision } = await plans.get("cartesia-down");
  expect(revision).toBe(2);
  // Older versions let a plan have such a name. It keeps it.
  await plans.save(
    { ...plan, slug: "drill" },
    { actor: { kind: "cli", osUser: "test" }, requestId: "req_0" },
  );
  await runs.show(failoverOf("run_1", [runStepOf("num_1")]));
  const pause = { why: "asked", at: "2026-08-01T12:01:00.000Z", by: "U1" } as const;
  const entry = { actor: { kind: "cli", osUser: "test" }, requestId: "req_1" } as const;
  await runs.begin("run_1", { userId: "U1" }, { ...entry, kind: "failover.begun" });
  await runs.pause("run_1", pause, { ...entry, kind: "failover.paused" });
  await infra.close();
  expect((await failover()).out).toContain(`Write it in quotes: patchbay failover '"drill"'`);
  writeFileSync(file, (await failover("export", '"drill"')).out);
  expect((await failover("import", file)).out).toBe("Saved drill, revision 2: 4 numbers.\n");
  const preview = await failover('"drill"', "--because", "silence");
  expect(preview.err).toContain("Failover drill: 4 numbers");
  const status = await failover("status");
  expect(liveRunDocument.parse(JSON.parse(status.out))).toMatchObject({
    workspace: teamId,
    run: "run_1",
    paused: { by: "U1", text: "U1 paused it." },
  });
});

it("has the rights of the person it is run for, on record", async () => {
  const { app, run } = await startAppAndCli();
  await savePlanOfMany(app, app.infra.store.workspace(teamId), "cartesia-down", [
    addMany(app, "cartesia", 4),
  ]);
  const file = join(temporaryFolder(), "plan.yaml");
  writeFileSync(file, (await run(["failover", "export", "cartesia-down", "--as", operator])).out);
  const refused = await run(["failover", "import", file, "--as", operator]);
  expect(refused).toMatchObject({ exitCode: 3, out: "" });
  expect(refused.err).toContain("manage failover plans");
  expect(await onRecord(app, { kind: "action.refused" })).toMatchObject({
    actor: { kind: "cli", osUser: "ops", forUserId: operator },
    reason: "manage failover plans",
  });
  for (const reading of [["status"], ["export", "cartesia-down"]])
    expect((await run(["failover", ...reading, "--as", guest])).exitCode).toBe(3);
  const saved = await run(["failover", "import", file, "--json", "--as", admin]);
  expect(savedPlanDocument.parse(JSON.parse(saved.out))).toMatchObject({ revision: 2, endedApproval: false });
  const last = (await app.audit()).findLast(({ kind }) => kind === "plan.saved");
  expect(last?.actor).toEqual({ kind: "cli", osUser: "ops", forUserId: admin });
});

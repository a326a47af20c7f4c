import { expect, it } from "vitest";
import { previewDigest } from "../../../src/operations/runs/shown-preview.ts";
import { failoverOf, runStepOf } from "../../support/failover/run-steps.ts";
import { startWorld } from "../../support/world.ts";
import { outcome } from "../../store/events.ts";

it("stays the same once it is found out what became of a change that was unknown when it was shown", async () => {
  const { runs, audit } = (await startWorld()).ctx.workspace;
  const unknown = runStepOf("num_1", { verdict: { kind: "unknown" }, undoes: "chg_lost" });
  await runs.show(failoverOf("run_2", [unknown, runStepOf("num_2")], { kind: "back", returns: "run_1" }));
  const shown = await previewDigest(await runs.get("run_2"));
  await audit.append({ ...outcome(1, "applied"), changeId: "chg_lost" });
  const found = await runs.get("run_2");
  expect(found.steps[0]?.foundOfLast).toBe("applied");
  expect(await previewDigest(found)).toBe(shown);
});

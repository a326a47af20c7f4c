import { expect, it } from "vitest";
import { prometheusMetrics } from "../src/metrics.ts";

it.each([true, false])("tells of the process where that is asked for: %s", async (ofProcess) => {
  const text = await prometheusMetrics({ ofProcess }).text();
  expect(text.includes("process_cpu_seconds_total")).toBe(ofProcess);
  expect(text.includes("nodejs_eventloop_lag_seconds")).toBe(ofProcess);
  expect(text).toContain("patchbay_changes_total");
});

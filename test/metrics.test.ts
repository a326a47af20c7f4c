import { expect, it } from "vitest";
import { prometheusMetrics } from "../src/metrics.ts";

it.each([true, false])("includes the process on request: %s", async (ofProcess) => {
  const text = await prometheusMetrics({ ofProcess }).text();
  expect(text.includes("process_cpu_seconds_total")).toBe(ofProcess);
  expect(text.includes("nodejs_eventloop_lag_seconds")).toBe(ofProcess);
  for (const what of ["handles", "requests", "resources"])
    expect(text.includes(`nodejs_active_${what}_total`)).toBe(ofProcess);
  expect(text).toContain("patchbay_changes_total");
});

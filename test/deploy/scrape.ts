import { startHarness } from "../../src/demo/harness.ts";
import { prometheusMetrics } from "../../src/metrics.ts";
import { roadside } from "../support/fixtures.ts";
import { silentPlan } from "../support/failover/silent-plan.ts";

/** What `/metrics` answers in Socket Mode and with a failover plan, so that every gauge has a value. */
export async function scrapeMetrics(): Promise<string> {
  const harness = await startHarness({
    mode: "socket",
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
    readinessEveryMs: 50,
  });
  try {
    await silentPlan(harness, [[roadside]]);
    const scrape = async (): Promise<string> => (await fetch(`${harness.url()}/metrics`)).text();
    const text = await harness.slack.eventually("the gauges of plans and connections", async () => {
      const found = await scrape();
      const hasBoth = ["plan_ready", "breaker_open"].every((name) => found.includes(`\npatchbay_${name}{`));
      return hasBoth ? found : undefined;
    });
    return text + (await processMetrics());
  } finally {
    await harness.close();
  }
}

/** The metrics of Node and of the process, which the harness leaves out. */
async function processMetrics(): Promise<string> {
  const text = await prometheusMetrics({ ofProcess: true }).text();
  return text
    .split("\n")
    .filter((line) => /^(?:# \w+ )?(?:process|nodejs)_/u.test(line))
    .map((line) => `${line}\n`)
    .join("");
}

import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { startHarness, type Harness } from "../../src/demo/harness.ts";
import type { HarnessOptions } from "../../src/demo/harness-options.ts";
import { operator, reassignLine, voiceOps } from "../support/fixtures.ts";
import { formSays, person } from "../support/screen.ts";
import { until } from "../support/until.ts";
import { startReceiver, type Receiver } from "./receiver.ts";

let receiver: Receiver;
afterEach(async () => receiver.close());

/** The environment of an app that sends its traces to a receiver. */
async function traced(): Promise<{ readonly OTEL_EXPORTER_OTLP_ENDPOINT: string }> {
  receiver = await startReceiver();
  return { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
}

/** The app, with a receiver for its traces unless the environment names another one. */
async function start(options: HarnessOptions = {}): Promise<Harness> {
  const environment = { ...(await traced()), ...options.environment };
  const harness = await startHarness({ connected: ["cartesia"], ...options, environment });
  onTestFinished(async () => harness.close());
  return harness;
}

const outcomesOf = async (harness: Harness): Promise<readonly unknown[]> =>
  (await harness.audit()).filter(({ kind }) => kind === "change.outcome").map(({ outcome }) => outcome);

async function reassign(harness: Harness): Promise<void> {
  const omar = person(harness, operator);
  await omar.command(reassignLine, { channelId: voiceOps });
  await formSays(harness, omar, "After:");
  await omar.submit();
  await until("the change is over", async () => (await outcomesOf(harness)).length > 0);
}

describe("the metrics", () => {
  it("are those of Prometheus, with counts between the limits of a histogram", async () => {
    const harness = await start();
    await reassign(harness);
    await harness.stopApp();
    const metric = (name: string) => receiver.metrics().findLast((each) => each.name === name);
    const applied = metric("patchbay_changes_total")?.sum?.dataPoints.filter(
      ({ asDouble = 0 }) => asDouble > 0,
    );
    expect(applied).toMatchObject([{ asDouble: 1 }]);
    expect(metric("patchbay_changes_total")?.sum?.isMonotonic).toBe(true);
    const seconds = metric("patchbay_change_seconds")?.histogram?.dataPoints.find(
      ({ count = 0 }) => count > 0,
    );
    expect(seconds?.bucketCounts).toHaveLength((seconds?.explicitBounds?.length ?? 0) + 1);
    expect(seconds?.bucketCounts?.reduce((sum, each) => sum + each, 0)).toBe(1);
    expect(metric("patchbay_outbox_length")?.gauge?.dataPoints).toHaveLength(1);
  });
});

describe("a receiver that is down", () => {
  it("is said once, and neither changes nor the stop wait for it", async () => {
    const lines: string[] = [];
    const harness = await start({
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9", LOG_LEVEL: "warn" },
      logTo: { write: (line: string) => void lines.push(line) },
    });
    await reassign(harness);
    expect(await outcomesOf(harness)).toEqual(["applied"]);
    const begun = performance.now();
    await harness.stopApp();
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(lines.filter((line) => line.includes("traces and metrics are not sent"))).toHaveLength(1);
  });

  it("is said once if it refuses what is sent, whatever that is", async () => {
    const lines: string[] = [];
    const harness = await start({
      environment: { LOG_LEVEL: "info" },
      logTo: { write: (line: string) => void lines.push(line) },
    });
    receiver.status = 400;
    await reassign(harness);
    await harness.stopApp();
    const said = (): string[] => lines.filter((line) => line.includes("traces and metrics are"));
    expect(said()).toEqual([expect.stringContaining('"cause":"400"')]);
    expect(receiver.texts.length).toBeGreaterThan(1);
  });

  it("is not looked for without the setting", async () => {
    const harness = await start({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: "" } });
    await reassign(harness);
    await harness.stopApp();
    expect(receiver.texts).toEqual([]);
  });
});

import { createHash } from "node:crypto";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { startHarness, type Harness } from "../../src/demo/harness.ts";
import type { HarnessOptions } from "../../src/demo/harness-options.ts";
import { demoAccount } from "../../src/sandbox/vendors/index.ts";
import { startApi } from "../api/api-harness.ts";
import { startFailoverHarness } from "../support/failover/failover-run.ts";
import { dispatch, minute, operator, reassignLine, roadside, voiceOps } from "../support/fixtures.ts";
import { formSays, person } from "../support/screen.ts";
import { startTemporaryChangeHarness } from "../support/timed.ts";
import { until } from "../support/until.ts";
import { startReceiver, type ReceivedSpan, type Receiver } from "./receiver.ts";

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

const root = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan => {
  const found = spans.find((span) => span.name === name);
  if (!found) throw new Error(`no ${name} among ${spans.map((span) => span.name).join(", ")}`);
  return found;
};

const attribute = ({ attributes }: Pick<ReceivedSpan, "attributes">, key: string): unknown =>
  attributes.find((each) => each.key === `patchbay.${key}`)?.value.stringValue;

describe("the trace of a change", () => {
  it("has its steps from the ack to the message, with vendor, connection and outcome", async () => {
    const harness = await start({ environment: { OTEL_EXPORTER_OTLP_HEADERS: "x-team=voice%20ops" } });
    await reassign(harness);
    await harness.stopApp();
    const submission = root(receiver.spans(), "slack view_submission reassign");
    const steps = receiver.spans().filter(({ traceId }) => traceId === submission.traceId);
    const names = steps.map(({ name }) => name);
    for (const name of ["ack", "rights", "vendor get", "record", "vendor patch", "prove", "change", "tell"])
      expect(names).toContain(name);
    expect(submission.parentSpanId ?? "").toBe("");
    expect(steps.filter((step) => step !== submission && step.parentSpanId !== submission.spanId)).toEqual([
      expect.objectContaining({ name: submission.name }),
    ]);
    const change = root(steps, "change");
    expect(
      ["vendor", "outcome", "change.kind", "connection.id"].map((key) => attribute(change, key)),
    ).toEqual(["cartesia", "applied", "reassign", harness.connections.cartesia?.id]);
    // Spans are sent in the order in which they end.
    expect(names.indexOf("record")).toBeLessThan(names.indexOf("vendor patch"));
    expect(receiver.headers[0]?.["x-team"]).toBe("voice ops");
  });

  it("says the problem of a change that the vendor refuses", async () => {
    const harness = await start();
    harness.vendors.cartesia.fault({ kind: "status", status: 422 }, { on: "write" });
    await reassign(harness);
    await harness.stopApp();
    const change = root(receiver.spans(), "change");
    expect(attribute(change, "outcome")).toBe("refused");
    expect(attribute(change, "problem")).toBe("vendor_refused");
    expect(change.status.code).toBe(2);
  });

  it("says nothing that people, vendors or Slack wrote, and no vendor hears of it", async () => {
    const mark = "zq7marked";
    const account = demoAccount("cartesia");
    const marked = JSON.parse(
      JSON.stringify(account, (key, value: unknown) =>
        key === "name" && typeof value === "string" ? `${value} ${mark}` : value,
      ),
    );
    const harness = await start({
      accounts: (vendor) => (vendor === "cartesia" ? marked : demoAccount(vendor)),
    });
    const omar = person(harness, operator);
    await omar.command(`reassign Roadside ${mark} to Dispatch ${mark} because ${mark} it talks`, {
      channelId: voiceOps,
    });
    await formSays(harness, omar, "After:");
    await omar.submit();
    await until("the change is over", async () => (await outcomesOf(harness)).length > 0);
    await omar.command(`nonsense ${mark}`, { channelId: voiceOps });
    await harness.stopApp();
    const { number: changed } = (await harness.audit()).find(({ kind }) => kind === "change.requested") ?? {};
    expect(JSON.stringify(await harness.audit())).toContain(mark);
    const sent = receiver.texts.join("\n");
    expect(receiver.spans().length).toBeGreaterThan(10);
    expect(receiver.metrics().length).toBeGreaterThan(10);
    expect(sent).not.toContain(mark);
    for (const secret of harness.secrets) expect(sent).not.toContain(secret);
    for (const each of [changed?.e164, operator, "Dispatch", "Roadside", voiceOps]) {
      expect(each).toBeTruthy();
      expect(sent).not.toContain(each);
    }
    const asked = harness.vendors.cartesia.requests.flatMap(({ headers }) => Object.keys(headers));
    expect(asked.filter((name) => /^(?:traceparent|tracestate|baggage)$/iu.test(name))).toEqual([]);
  });
});

describe("the trace of an API request", () => {
  it("is named by its operation, and has the steps of its change", async () => {
    const api = await startApi({ environment: await traced() });
    const client = await api.client();
    const number = { connection: api.connectionId, id: roadside };
    const { headers } = await client.call("showNumber", { path: number });
    const changed = await client.call("postChange", {
      headers: { "if-match": headers.get("etag") ?? "", "idempotency-key": "one" },
      body: { number, change: { kind: "reassign", agent: dispatch }, reason: "it loops" },
    });
    expect(changed.status).toBe(200);
    await api.app.stopApp();
    const request = root(receiver.spans(), "api postChange");
    const steps = receiver.spans().filter(({ traceId }) => traceId === request.traceId);
    expect(steps.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["record", "vendor patch", "change"]),
    );
    expect(receiver.texts.join("\n")).not.toContain(client.secret);
  });
});

describe("work in the background", () => {
  it("is a trace of its own, which refers to that of the change, after a restart too", async () => {
    const harness = await start();
    harness.vendors.cartesia.fault({ kind: "drop-before" }, { on: "write" });
    await reassign(harness);
    expect(await outcomesOf(harness)).toEqual(["unknown"]);
    await harness.stopApp();
    harness.vendors.cartesia.changeNumber(roadside, { agent_id: dispatch });
    await harness.startApp();
    await until("it is settled", async () => (await outcomesOf(harness)).includes("applied"));
    await harness.stopApp();
    const submission = root(receiver.spans(), "slack view_submission reassign");
    const settled = receiver.spans().filter(({ name }) => name === "settle");
    expect(settled.length).toBeGreaterThan(0);
    for (const { links, traceId } of settled) {
      expect(traceId).not.toBe(submission.traceId);
      expect(links?.[0]).toMatchObject({ traceId: submission.traceId, spanId: submission.spanId });
      expect(links?.[0]?.attributes[0]?.key).toBe("patchbay.change.id");
    }
  });

  it("refers to the change that has expired", async () => {
    const {
      harness,
      pass,
      reassign: reassignForAWhile,
    } = await startTemporaryChangeHarness({
      environment: { ...(await traced()), LOG_LEVEL: "fatal" },
    });
    onTestFinished(async () => harness.close());
    await reassignForAWhile();
    pass(31 * minute);
    await until("it is reverted", async () => (await outcomesOf(harness)).length === 2);
    await harness.stopApp();
    const submission = root(receiver.spans(), "slack view_submission reassign");
    const revert = root(receiver.spans(), "revert");
    expect(revert.traceId).not.toBe(submission.traceId);
    expect(revert.links).toMatchObject([{ traceId: submission.traceId, spanId: submission.spanId }]);
  });

  it("has a trace for each step of a run, which refers to the run's, and that to the confirmation's", async () => {
    const at = await startFailoverHarness({ cartesia: 2 }, { environment: await traced() });
    onTestFinished(async () => at.harness.close());
    await at.becomes(await at.begin(), "held");
    await at.harness.stopApp();
    const begun = (await at.harness.audit()).find(({ kind }) => kind === "failover.begun");
    const confirmed = createHash("sha256")
      .update(begun?.requestId ?? "")
      .digest("hex");
    const run = root(receiver.spans(), "run");
    expect(run.links).toMatchObject([
      { traceId: confirmed.slice(0, 32), spanId: confirmed.slice(32, 48), attributes: [] },
    ]);
    const steps = receiver.spans().filter(({ name }) => name === "run step");
    expect(steps).toHaveLength(2);
    expect(new Set([run, ...steps].map(({ traceId }) => traceId)).size).toBe(3);
    for (const { links } of steps)
      expect(links).toMatchObject([{ traceId: run.traceId, spanId: run.spanId }]);
  });
});

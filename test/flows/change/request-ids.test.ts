import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { voiceOps } from "../../support/fixtures.ts";
import { formSays, person, toldInChannel } from "../../support/screen.ts";

const logLine = z.record(z.string(), z.unknown());
const lines: z.infer<typeof logLine>[] = [];

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "info" },
    logTo: { write: (text) => void lines.push(logLine.parse(JSON.parse(text))) },
  });
});
afterAll(async () => {
  await harness.close();
});

const linesOf = (message: string) => lines.filter(({ msg }) => msg === message);

it("uses one request id from Slack to the vendor and back, in the log and in the audit log", async () => {
  const omar = person(harness, "U0OPER001");
  await omar.command("reassign Roadside to Dispatch", { channelId: voiceOps });
  await formSays(harness, omar, "After:");
  const before = lines.length;
  await omar.submit();
  await toldInChannel(harness, voiceOps, "Reassigned by");
  const request = await harness.slack.eventually("a line for the request", () =>
    linesOf("request").find(({ kind }) => kind === "view_submission"),
  );
  const { requestId } = request;
  const asked = lines.slice(before).filter(({ msg }) => msg === "vendor request");
  expect(asked.map(({ method, result, status }) => [method, result, status])).toEqual(
    expect.arrayContaining([
      ["get", "ok", 200],
      ["patch", "ok", 200],
    ]),
  );
  expect(new Set(asked.map((line) => line["requestId"]))).toEqual(new Set([requestId]));
  expect(asked[0]).toMatchObject({ vendor: "cartesia", connection: harness.connections.cartesia?.id });
  expect(linesOf("change").map((line) => line["requestId"])).toEqual([requestId]);
  const recorded = (await harness.audit()).filter(({ kind }) => kind.startsWith("change."));
  expect(recorded.map((entry) => entry.requestId)).toEqual([requestId, requestId]);
});

it("does not send our request ids, which are Slack's triggers, to the vendor", () => {
  const sent = harness.vendors.cartesia.requests.map(({ headers }) => Object.keys(headers));
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.flat()).not.toContain("x-request-id");
  expect(sent.flat()).not.toContain("idempotency-key");
});

it("logs which workspace a list was requested for", () => {
  const lists = linesOf("vendor request").filter(({ method }) => method === "list");
  const known = new Set(linesOf("request").map((line) => line["requestId"]));
  expect(lists.length).toBeGreaterThan(0);
  expect(
    lists.filter(({ requestId }) => !known.has(requestId) && !String(requestId).startsWith("req_")),
  ).toEqual([]);
});

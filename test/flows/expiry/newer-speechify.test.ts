import { afterEach, beforeEach, expect, it } from "vitest";
import { minute, voiceOps } from "../../support/fixtures.ts";
import { toldInChannel } from "../../support/screen.ts";
import { startTemporaryChangeHarness, type TemporaryChangeHarness } from "../../support/timed.ts";

const restaurant = "phone_01K4VX8D3N7T2QHMZ6R9YB00P4";
const holding = "agent_01K4VX8D3N7T2QHMZ6R9YB00A3";

let at: TemporaryChangeHarness;
beforeEach(async () => {
  at = await startTemporaryChangeHarness({ connected: ["speechify"] });
});
afterEach(async () => {
  await at.harness.close();
});

it("gives a number without an agent one for a while, and takes exactly that one off again", async () => {
  const { speechify } = at.harness.vendors;
  speechify.fault({ kind: "newer-generation" });
  await at.reassign("reassign Restaurant to Holding message for 30m because of callers");
  expect(speechify.effective(restaurant).agentId).toBe(holding);
  at.pass(31 * minute);
  await toldInChannel(at.harness, voiceOps, "was restored");
  expect(speechify.effective(restaurant).agentId).toBeNull();
  const path = `/v1/agents/${holding}/phone-numbers/${restaurant}`;
  const sent = speechify.requests.filter((request) => request.method !== "GET");
  expect(sent.map((request) => [request.method, request.path])).toEqual([
    ["POST", path],
    ["DELETE", path],
  ]);
});

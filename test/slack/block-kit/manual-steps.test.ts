import { expect, it } from "vitest";
import { manualSteps } from "../../../src/slack/block-kit/manual-steps.ts";
import { vendors } from "../../../src/vendors/index.ts";

const number = { name: "Main <line>", e164: "+14155550100" };

it("names the number, each field with its value, and where to set it", () => {
  const wanted = { agent: "agent_a", name: null, "field.provider": "ap_1" };
  const words = manualSteps(vendors.cartesia, number, wanted, { agent_a: "Front *desk*" });
  expect(words.split("\n")).toEqual([
    `*By hand*, for *Main &lt;line&gt;* (+1 415 555 0100): ${vendors.cartesia.dashboard}`,
    "Set Agent: Front \u2060*\u2060desk\u2060*\u2060 (id `agent_a`)",
    "Set Name: _empty_",
    "Set Provider: *ap_1*",
  ]);
});

it("says that nobody should answer, and gives the id of an agent without a known name", () => {
  expect(manualSteps(vendors.dialnexa, number, { agent: null }, {})).toContain("Set Agent: *nobody*");
  expect(manualSteps(vendors.dialnexa, number, { agent: "agt_1" }, {})).toContain("Set Agent: agent `agt_1`");
});

it("names the value of a field with choices, with its id once and nothing that Slack would notify", () => {
  const labels = { ap_1: "<!channel> · us1" };
  const words = manualSteps(vendors.cartesia, number, { "field.provider": "ap_1" }, labels);
  expect(words).toContain("Set Provider: *&lt;!channel&gt; · us1* (`ap_1`)");
  expect(words.match(/ap_1/gu)).toHaveLength(1);
});

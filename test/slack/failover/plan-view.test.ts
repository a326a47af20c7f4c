import { expect, it } from "vitest";
import { planView } from "../../../src/slack/failover/plan-view.ts";

it("says to the end what a first call is, and what happens without one", () => {
  const from = { channelId: "C1", userId: "U1" };
  const { blocks } = planView({ from, revision: 0 }, undefined, []);
  expect(blocks.at(-1)).toHaveProperty(
    "hint.text",
    expect.stringMatching(/^A first call: .+ Without one in 15 minutes, the run asks\.$/u),
  );
});

import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Harness } from "../../../src/demo/harness.ts";
import { actionRoutes } from "../../../src/slack/router/routes.ts";
import { roadside } from "../../support/fixtures.ts";
import { press, sendInteraction } from "../../support/forged-requests.ts";
import { alpha, bea, startNeighbours, watchAlpha } from "../../support/neighbours.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startNeighbours();
});
afterEach(async () => {
  await harness.stopApp();
  await harness.startApp();
});
afterAll(async () => {
  await harness.close();
});

// One harness for all, and an app of its own for each: nothing of what is tried may come to anything.
it.each(actionRoutes.map(({ id }) => id))(
  "nothing comes of the other workspace's ids in a click on %s",
  async (actionId) => {
    const watch = watchAlpha(harness);
    const connectionId = harness.connections.cartesia?.id ?? "";
    const number = `${connectionId}/${roadside}`;
    const made = (await harness.audit(alpha.teamId)).find(({ kind }) => kind === "change.requested");
    const values = [
      number,
      connectionId,
      JSON.stringify({ verb: "reassign", wish: { key: { connectionId, numberId: roadside } } }),
      made?.changeId ?? "",
      "INC-ALPHA1",
      JSON.stringify({ key: "INC-ALPHA1", before: 999 }),
      JSON.stringify({ key: number, before: 999 }),
    ];
    for (const value of values) await sendInteraction(harness, press(bea, actionId.replace("*", "0"), value));
    // A choice in a form that is not open any more has nowhere to show anything, and does nothing either.
    const inForms = [
      "number",
      "instead",
      "pick:*",
      "agent",
      "vendor",
      "ends",
      "ends_at",
      "settings_topic",
      "break_glass",
      "break_glass:back",
      "preview:*",
    ];
    if (!inForms.includes(actionId)) await watch.words();
    expect(await watch.trespasses()).toEqual([]);
  },
);

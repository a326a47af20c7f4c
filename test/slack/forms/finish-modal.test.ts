import { afterAll, beforeAll, expect, it } from "vitest";
import { startHouse, type House } from "../../../src/demo/harness.ts";
import { formSays, person } from "../../support/screen.ts";

let house: House;
beforeAll(async () => {
  house = await startHouse({ connected: ["cartesia"] });
});
afterAll(async () => {
  await house.close();
});

it("draws the result again when the ack came over it", async () => {
  const omar = person(house, "U0OPER001");
  await omar.command("reassign Roadside to Dispatch", { channelId: "C0INCID01" });
  await formSays(house, omar, "After:");
  await omar.submit();
  const result = await formSays(house, omar, "was reassigned");
  // What a late ack does: the form says "Working…" again, in a newer version.
  const late = await fetch(`${house.slack.apiUrl}views.update`, {
    method: "POST",
    headers: { authorization: "Bearer xoxb-demo-0123456789-first", "content-type": "application/json" },
    body: JSON.stringify({
      view_id: result.id,
      view: {
        type: "modal",
        callback_id: "reassign",
        title: { type: "plain_text", text: "Reassign a number" },
        blocks: [{ type: "section", text: { type: "mrkdwn", text: "Working…" } }],
      },
    }),
  });
  expect(await late.json()).toMatchObject({ ok: true });
  await formSays(house, omar, "Working…");
  await formSays(house, omar, "was reassigned");
});

import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { formSays, person } from "../../support/screen.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ connected: ["cartesia"] });
});
afterAll(async () => {
  await harness.close();
});

it("redraws the result if a late ack replaced it", async () => {
  const omar = person(harness, "U0OPER001");
  await omar.command("reassign Roadside to Dispatch", { channelId: "C0INCID01" });
  await formSays(harness, omar, "After:");
  await omar.submit();
  const result = await formSays(harness, omar, "Reassigned by");
  // A late ack makes the form say "Working…" again, in a newer version.
  const late = await fetch(`${harness.slack.apiUrl}views.update`, {
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
  await formSays(harness, omar, "Working…");
  await formSays(harness, omar, "Reassigned by");
});

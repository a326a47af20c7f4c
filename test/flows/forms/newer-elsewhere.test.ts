import { afterEach, beforeEach, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { operator, voiceOps } from "../../support/fixtures.ts";
import { blockText } from "../../support/words.ts";
import { formSays, person } from "../../support/screen.ts";
import { change } from "../../support/undo.ts";

let harness: Harness;
let omar: SlackPerson;
beforeEach(async () => {
  harness = await startHarness({ connected: ["cartesia"] });
  omar = person(harness, operator);
});
afterEach(async () => harness.close());

/** What a newer request in the same form draws, handled by another replica. */
async function drawElsewhere(words: string): Promise<void> {
  const view = {
    type: "modal",
    callback_id: "reassign",
    title: { type: "plain_text", text: "Reassign a number" },
    blocks: [{ type: "section", text: { type: "mrkdwn", text: words } }],
  };
  const answer = await fetch(`${harness.slack.apiUrl}views.update`, {
    method: "POST",
    headers: { authorization: "Bearer xoxb-demo-0123456789-first", "content-type": "application/json" },
    body: JSON.stringify({ view_id: omar.view()?.id, view }),
  });
  expect(await answer.json()).toMatchObject({ ok: true });
}

/** Holds the vendor's answers to reads until the returned function is called. */
function holdReads(): () => void {
  let answer = (): void => undefined;
  const until = new Promise<void>((resolve) => (answer = resolve));
  harness.vendors.cartesia.fault({ kind: "hold", until }, { on: "read" });
  return () => answer();
}

const conflicts = () => harness.slack.calls.filter(({ error }) => error === "hash_conflict").length;

it("draws no number over one that was chosen later on another replica", async () => {
  await omar.command("reassign", { channelId: voiceOps });
  await formSays(harness, omar, "Number");
  const [roadside] = await omar.options("number", "+12145550152");
  if (!roadside) throw new Error("no such number");
  const answerNow = holdReads();
  await omar.choose("number", roadside);
  await formSays(harness, omar, "Reading who answers now");
  await drawElsewhere("Another number");
  answerNow();
  await harness.slack.eventually("a dropped drawing", () => conflicts() === 1);
  expect(blockText(omar.view())).toBe("Another number");
});

it("draws no undo over what was drawn later on another replica", async () => {
  await change(harness, omar, "reassign Roadside to Dispatch", voiceOps);
  await omar.close();
  const answerNow = holdReads();
  await omar.command("undo", { channelId: voiceOps });
  await formSays(harness, omar, "One moment");
  await drawElsewhere("Another form");
  answerNow();
  await harness.slack.eventually("a dropped drawing", () => conflicts() === 1);
  expect(blockText(omar.view())).toBe("Another form");
});

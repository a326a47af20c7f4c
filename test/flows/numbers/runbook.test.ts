import { afterAll, beforeAll, expect, it } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { admin, operator, reassignLine, roadside, teamId, voiceOps } from "../../support/fixtures.ts";
import { onRecord } from "../../support/record.ts";
import { formSays, person, textOf, toldAlone, toldInChannel } from "../../support/screen.ts";
import { buttonsOf, opens } from "../../support/words.ts";
import { chooseMore } from "../status/overflow.ts";

const url = "https://wiki.example.com/runbooks?of=roadside&lang=en";
const link = "Runbook: <https://wiki.example.com/runbooks?of=roadside&amp;lang=en|wiki.example.com>";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ connected: ["cartesia"], environment: { LOG_LEVEL: "silent" } });
});
afterAll(async () => {
  await harness.close();
});

const runbook = async () =>
  harness.infra.store
    .workspace(teamId)
    .runbooks.of({ connectionId: harness.connections.cartesia?.id ?? "", numberId: roadside });

it("is set by an admin in a form, linked from the card and the result, and removed", async () => {
  const ada = person(harness, admin);
  const omar = person(harness, operator);
  await ada.command("show Roadside", { channelId: voiceOps });
  const card = await toldAlone(harness, admin, "answers now");
  await opens(harness, ada, async () => chooseMore(ada, "Runbook…", card), "What to do about");
  await ada.fill("url", "https://ada:secret@wiki.example.com/r");
  expect((await ada.submit()).errors).toEqual({ url: expect.stringContaining("Leave the user name") });
  await ada.fill("url", url);
  await ada.submit();
  await formSays(harness, ada, "is linked.");
  expect(await onRecord(harness, { kind: "runbook.set", userId: admin })).toMatchObject({
    number: { numberId: roadside, name: "Roadside" },
    details: { url },
  });
  await ada.close();

  await omar.command("show Roadside", { channelId: voiceOps });
  const shown = await toldAlone(harness, operator, "answers now");
  expect(textOf(shown)).toContain(link);
  expect(buttonsOf(shown)).not.toContain("Runbook…");
  await opens(harness, omar, async () => omar.command(reassignLine, { channelId: voiceOps }), "Now:");
  await omar.submit();
  expect(textOf(await toldInChannel(harness, voiceOps, "Dispatch"))).toContain(link);
  await omar.close();

  await omar.command("runbook Roadside", { channelId: voiceOps });
  await onRecord(harness, { kind: "action.refused", code: "not_allowed", userId: operator });
  const open = async () => ada.command("runbook 0152", { channelId: voiceOps });
  expect(JSON.stringify(await opens(harness, ada, open, "What to do about"))).toContain(url);
  await ada.fill("url", "");
  await ada.submit();
  await formSays(harness, ada, "has no runbook now");
  await onRecord(harness, { kind: "runbook.removed", userId: admin });
  expect(await runbook()).toBeUndefined();
});

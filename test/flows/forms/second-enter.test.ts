import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { startAdminAndOperator } from "../../support/admin-and-operator.ts";
import { voiceOps } from "../../support/fixtures.ts";
import { formSays } from "../../support/screen.ts";
import { openSettings, savedSettings, showTopic } from "../installation/settings-topics.ts";
import { change } from "../../support/undo.ts";
import { opens } from "../../support/words.ts";

let harness: Harness;
let ada: SlackPerson;
let omar: SlackPerson;
beforeEach(async () => {
  ({ harness, ada, omar } = await startAdminAndOperator());
});
afterEach(async () => harness.close());

/** Presses Enter in the form, and says whether that sent anything. */
async function enter(who: SlackPerson): Promise<"sent" | "nothing to send"> {
  if (!who.view()?.["submit"]) return "nothing to send";
  await who.submit();
  return "sent";
}

const closed = { second: "nothing to send", form: undefined, entries: 0 };

/** Presses Enter and then Escape in the form, and says what came of it. */
async function enterAndEscape(who: SlackPerson) {
  const before = (await harness.audit()).length;
  const second = await enter(who);
  await who.close();
  return { second, form: who.view(), entries: (await harness.audit()).length - before };
}

// G16
describe("after a success", () => {
  it.each([
    ["reassign Roadside to Dispatch", "Reassigned by"],
    ["rename Roadside to Harbour", "Renamed by"],
    ["detach Roadside", "Detached by"],
  ])("one Escape closes the form, and Enter sends nothing: %s", async (line, words) => {
    await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), "*Now:*");
    await omar.submit();
    await formSays(harness, omar, words);
    expect(await enterAndEscape(omar)).toEqual(closed);
  });

  it("one Escape closes an undo", async () => {
    await change(harness, omar, "reassign Roadside to Dispatch", voiceOps);
    await omar.close();
    await opens(harness, omar, async () => omar.command("undo", { channelId: voiceOps }), "*After:*");
    await omar.submit();
    await formSays(harness, omar, "confirmed by");
    expect(await enterAndEscape(omar)).toEqual(closed);
  });

  it("one Escape closes the settings", async () => {
    await openReasons(ada);
    await ada.choose("reason_required", { text: "", value: "yes" });
    await ada.submit();
    await formSays(harness, ada, "The settings are saved");
    expect(await enterAndEscape(ada)).toEqual(closed);
  });
});

// G16
describe("a second Enter sends nothing that was not seen", () => {
  it("where a change met a conflict", async () => {
    const line = "reassign Roadside to Dispatch";
    await opens(harness, omar, async () => omar.command(line, { channelId: voiceOps }), "*After:*");
    harness.vendors.cartesia.changeNumber("pn_B6d1Vz5H", { agent: { id: "agent_2tQ8mLy6" } });
    await omar.submit();
    await formSays(harness, omar, "while this form was open");
    expect(await enter(omar)).toBe("nothing to send");
    expect(writes()).toBe(0);
  });

  it("where someone else has saved settings meanwhile", async () => {
    await openReasons(ada);
    await ada.choose("reason_required", { text: "", value: "yes" });
    await harness.infra.store
      .workspace("T0PATCH01")
      .settings.write(
        { reason: { required: true, pattern: "INC-#" } },
        { actor: { kind: "cli", osUser: "test" }, requestId: "t" },
      );
    await ada.submit();
    await formSays(harness, ada, "Someone changed the settings");
    const { errors } = await ada.submit();
    expect(Object.keys(errors ?? {})).toEqual(["settings_replace"]);
    expect(await savedSettings(harness)).toEqual({ reason: { required: true, pattern: "INC-#" } });
    await ada.choose("settings_replace", { text: "", value: "yes" });
    await ada.submit();
    await formSays(harness, ada, "The settings are saved");
    expect(await savedSettings(harness)).toEqual({ reason: { required: true } });
  });

  it("where another topic of the settings is shown meanwhile", async () => {
    await openReasons(ada);
    await ada.choose("reason_required", { text: "", value: "yes" });
    await Promise.all([ada.choose("settings_topic", { text: "", value: "drift" }), ada.submit()]);
    await formSays(harness, ada, "The settings are saved");
    expect(await savedSettings(harness)).toEqual({ reason: { required: true } });
  });
});

async function openReasons(who: SlackPerson): Promise<void> {
  await openSettings(harness, who);
  await showTopic(harness, who, "reasons");
}

function writes(): number {
  return harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length;
}

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { openFile } from "../../../src/sqlite/connection/driver.ts";
import { operator, patient, voiceOps } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";
import { opens } from "../../support/words.ts";

let harness: Harness;
let log: string;
beforeEach(async () => {
  log = "";
  harness = await startHarness({
    connected: ["cartesia"],
    logTo: { write: (line) => void (log += line) },
    runsEveryMs: 20,
  });
});
afterEach(async () => {
  await harness.close();
});

/** How often it was tried in vain to go on. */
const noted = (): number => log.split("run not continued").length - 1;

function sql(statement: string): void {
  const stranger = openFile(harness.settings.databasePath);
  stranger.exec(statement);
  stranger.close();
}

/** Opens the preview of the revert of one change, ready to be confirmed. */
async function previewed() {
  const omar = person(harness, operator);
  await omar.command("incident start INC-1", { channelId: voiceOps });
  await toldInChannel(harness, voiceOps, "was started");
  const change = "reassign Roadside to Dispatch";
  await opens(harness, omar, async () => omar.command(change, { channelId: voiceOps }), "*After:*");
  await omar.submit();
  await toldInChannel(harness, voiceOps, "Reassigned by");
  await opens(
    harness,
    omar,
    async () => omar.command("incident revert", { channelId: voiceOps }),
    "will be restored",
  );
  return omar;
}

it("says that a revert which cannot be recorded has started, and continues it", async () => {
  const omar = await previewed();
  sql(`CREATE TRIGGER full BEFORE UPDATE OF result ON run_steps
    BEGIN SELECT RAISE(ABORT, 'no room'); END`);
  await omar.submit();
  const form = textOf(await formSays(harness, omar, "has started"));
  expect(harness.vendors.cartesia.effective("pn_B6d1Vz5H").agentId).toBe("agent_5kR9wXd8");
  expect(form).not.toContain("Nothing was changed");
  expect(form).toContain("/number incident INC-1");
  sql("DROP TRIGGER full");
  await toldInChannel(harness, voiceOps, "1 of 1 change reverted");
});

it("reports a revert once, even while it cannot be marked as done", async () => {
  const omar = await previewed();
  sql(`CREATE TRIGGER full BEFORE UPDATE OF state ON runs WHEN NEW.state = 'done'
    BEGIN SELECT RAISE(ABORT, 'no room'); END`);
  await omar.submit();
  await formSays(harness, omar, "1 of 1 change reverted");
  const { runs } = harness.infra.store.workspace("T0PATCH01");
  await harness.slack.eventually("more rounds", () => noted() > 3 || undefined);
  sql("DROP TRIGGER full");
  await vi.waitFor(async () => expect(await runs.running()).toEqual([]), patient);
  const told = harness.slack.messages(voiceOps).filter((each) => textOf(each).includes("1 of 1 change"));
  expect(told).toHaveLength(1);
});

import { expect, it } from "vitest";
import { minute, voiceOps } from "../../support/fixtures.ts";
import { toldInChannel } from "../../support/screen.ts";
import { startTemporaryChangeHarness } from "../../support/timed.ts";

// A2
it("says ten minutes after an expiry that the number was not restored, however long the next attempt waits", async () => {
  const at = await startTemporaryChangeHarness();
  try {
    await at.reassign();
    at.harness.vendors.cartesia.fault({ kind: "rate-limit", seconds: 3600 }, { on: "write" });
    // The first try is seven minutes late, and a vendor is asked again after five: that would be at twelve.
    at.pass(37 * minute);
    const { temporaryChanges: temporary } = at.harness.infra.store.workspace("T0PATCH01");
    await at.harness.slack.eventually("a first try that was put off", async () => {
      const [one] = await temporary.open();
      return one?.attempts === 1 && one.dueAt.getTime() - one.endsAt.getTime() > 9 * minute;
    });
    at.pass(3 * minute);
    const told = await toldInChannel(at.harness, voiceOps, "was *NOT reverted* yet");
    expect(told.text).toContain("NOT reverted");
  } finally {
    await at.harness.close();
  }
});

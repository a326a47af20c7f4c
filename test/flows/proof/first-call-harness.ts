import { onTestFinished } from "vitest";
import { Writable } from "node:stream";
import { startHarness } from "../../../src/demo/harness.ts";
import type { HarnessOptions } from "../../../src/demo/harness-options.ts";
import type { CallSeed } from "../../../src/sandbox/vendors/index.ts";
import { operator, roadside, voiceOps } from "../../support/fixtures.ts";
import { formSays, person, textOf, toldInChannel } from "../../support/screen.ts";

/** Who calls in these tests. Nothing may keep it. */
export const caller = "+491709876543";

/** A harness whose clock is moved by hand, with a change of Roadside to Dispatch to make and calls to arrive. */
export async function startFirstCalls(options: HarnessOptions & { vendorAheadMs?: number } = {}) {
  const { vendorAheadMs = 0, ...others } = options;
  let ahead = Date.UTC(2026, 10, 21, 12) - Date.now();
  const now = (): Date => new Date(Date.now() + ahead);
  const lines: string[] = [];
  const logTo = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const harness = await startHarness({
    connected: ["cartesia"],
    firstCallsEveryMs: 10,
    outboxEveryMs: 20,
    now,
    outsideNow: () => new Date(now().getTime() + vendorAheadMs),
    pause: async () => undefined,
    environment: { LOG_LEVEL: "debug" },
    logTo,
    ...others,
  });
  onTestFinished(async () => harness.close());
  const { cartesia } = harness.vendors;
  const omar = person(harness, operator);
  return {
    harness,
    omar,
    cartesia,
    log: (): string => lines.join(""),
    /** Moves the clock of everybody on. */
    pass: (ms: number): void => {
      ahead += ms;
    },
    /** Reassigns Roadside, and returns the message that says so. */
    reassign: async (line = "reassign Roadside to Dispatch because it loops") => {
      await omar.command(line, { channelId: voiceOps });
      await formSays(harness, omar, "*After:*");
      await omar.submit();
      await formSays(harness, omar, "Reassigned by");
      await omar.close();
      return toldInChannel(harness, voiceOps, "Reassigned by");
    },
    arrive: (call: Partial<CallSeed> = {}): string =>
      cartesia.addCall({ numberId: roadside, caller, ...call }),
    looks: () => cartesia.requests.filter(({ path }) => path === "/agents/calls"),
    /** What the channel has been told, in messages of their own. */
    told: (): string[] => harness.slack.messages(voiceOps).map(textOf),
    proofs: async () => (await harness.audit()).filter(({ kind }) => kind.startsWith("proof.")),
  };
}

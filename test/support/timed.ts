import { startHarness, type Harness } from "../../src/demo/harness.ts";
import type { SandboxMessage } from "../../src/sandbox/slack/index.ts";
import type { RecordedRequest } from "../../src/sandbox/vendors/index.ts";
import { operator, roadside, voiceOps } from "./fixtures.ts";
import { formSays, person, toldInChannel } from "./screen.ts";
import type { HarnessOptions } from "../../src/demo/harness-options.ts";

/** When the clock of such a harness begins. */
export const started = new Date(Date.UTC(2026, 10, 21, 12));

/** A harness with a clock that is moved by hand, in which ends of changes are looked at all the time. */
export interface TemporaryChangeHarness {
  readonly harness: Harness;
  /** Moves the app's clock on. */
  pass(ms: number): void;
  /** Reassigns Roadside to Dispatch with an end, and waits until everybody knows. */
  reassign(line?: string): Promise<SandboxMessage>;
  /** The agent that answers Roadside at the vendor. */
  answers(): string | null | undefined;
  patches(): readonly RecordedRequest[];
}

/** Starts such a harness, with Cartesia alone. */
export async function startTemporaryChangeHarness(
  options: HarnessOptions = {},
): Promise<TemporaryChangeHarness> {
  // Always the same Saturday noon in London, so that no test depends on the hour in which it runs.
  let ahead = started.getTime() - Date.now();
  const harness = await startHarness({
    connected: ["cartesia"],
    timedEveryMs: 10,
    outboxEveryMs: 20,
    now: () => new Date(Date.now() + ahead),
    pause: async () => undefined,
    environment: { LOG_LEVEL: "fatal" },
    ...options,
  });
  return {
    harness: harness,
    pass: (ms) => {
      ahead += ms;
    },
    reassign: async (line = "reassign Roadside to Dispatch for 30m because it loops") => {
      const omar = person(harness, operator);
      await omar.command(line, { channelId: voiceOps });
      await formSays(harness, omar, "*Reverts*");
      await omar.submit();
      await formSays(harness, omar, "Reassigned by");
      await omar.close();
      return toldInChannel(harness, voiceOps, "Reassigned by");
    },
    answers: () => harness.vendors.cartesia.effective(roadside).agentId,
    patches: () => harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH"),
  };
}

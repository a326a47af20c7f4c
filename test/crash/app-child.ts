// The process that the tests kill: waits for its settings, starts the app with them, and reports the port.
import { z } from "zod";
import { startApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { skipWaits } from "../support/clocks.ts";

const told = z.object({
  environment: z.record(z.string(), z.string()),
  aheadMs: z.number(),
  isLater: z.boolean(),
});

process.once("message", (message) => {
  const { environment, aheadMs, isLater } = told.parse(message);
  let skippedMs = 0;
  const skip = (ms: number): void => {
    skippedMs += ms;
    // The clocks of the fakes and of the next process follow, because a clock must not go back behind recorded entries.
    process.send?.({ skippedMs });
  };
  const options = {
    outboxEveryMs: 100,
    now: () => new Date(Date.now() + aheadMs + skippedMs),
    isClockSkewed: () => false,
    logTo: process.stderr,
    // Only if time is to pass. Other processes really wait.
    ...(isLater ? { after: skipWaits(skip) } : {}),
  };
  void startApp(readConfig(environment, "slack"), options).then(
    ({ port }) => process.send?.({ port }),
    (error: unknown) => process.send?.({ fault: error instanceof Error ? error.message : String(error) }),
  );
});
process.once("disconnect", () => process.exit(0));

// Run as a process of its own, to be killed: waits to be told its settings, starts the app with them, tells its port.
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
    // The fakes' clock follows, and the next process goes on from there: its clock must not go back behind what is on record.
    process.send?.({ skippedMs });
  };
  const options = {
    outboxEveryMs: 100,
    now: () => new Date(Date.now() + aheadMs + skippedMs),
    isClockSkewed: () => false,
    logTo: process.stderr,
    // Only where time was to pass: other processes wait as they do for real.
    ...(isLater ? { after: skipWaits(skip) } : {}),
  };
  void startApp(readConfig(environment, "slack"), options).then(
    ({ port }) => process.send?.({ port }),
    (error: unknown) => process.send?.({ fault: error instanceof Error ? error.message : String(error) }),
  );
});
process.once("disconnect", () => process.exit(0));

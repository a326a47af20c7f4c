// Run as a process of its own, to be killed: waits to be told its settings, starts the app with them, tells its port.
import { z } from "zod";
import { startApp } from "../../src/app.ts";
import { readSettings } from "../../src/config.ts";

const told = z.object({ environment: z.record(z.string(), z.string()), aheadMs: z.number() });

process.once("message", (message) => {
  const { environment, aheadMs } = told.parse(message);
  const options = { outboxEveryMs: 100, now: () => new Date(Date.now() + aheadMs), logTo: process.stderr };
  void startApp(readSettings(environment, "slack"), options).then(
    ({ port }) => process.send?.({ port }),
    (error: unknown) => process.send?.({ fault: error instanceof Error ? error.message : String(error) }),
  );
});
process.once("disconnect", () => process.exit(0));

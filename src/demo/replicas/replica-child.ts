// One server of several, in a process of its own that can be killed: waits for its settings, starts, reports its port.
import type { DestinationStream } from "pino";
import { z } from "zod";
import { startApp, type Running } from "../../app.ts";
import { readConfig } from "../../config.ts";

const messages = z.union([
  z.object({
    environment: z.record(z.string(), z.string()),
    minExpiryMs: z.number().optional(),
    outboxEveryMs: z.number().optional(),
    driftEveryMs: z.number().optional(),
    runsEveryMs: z.number().optional(),
    /** How far ahead of the machine its clock is; undefined for the machine's own. */
    aheadMs: z.number().optional(),
  }),
  z.object({ aheadMs: z.number() }),
  z.object({ stop: z.literal(true) }),
]);

/** Each line goes to the process that started this one. */
const toParent: DestinationStream = { write: (line) => void process.send?.({ line }) };

let aheadMs = 0;
let running: Running | undefined;

process.on("message", (message) => {
  const told = messages.parse(message);
  if ("stop" in told) void stop();
  else {
    aheadMs = told.aheadMs ?? 0;
    if ("environment" in told) void start(told.environment, told);
  }
});
process.once("disconnect", () => process.exit(0));

async function start(
  environment: Readonly<Record<string, string>>,
  options: {
    readonly minExpiryMs?: number | undefined;
    readonly outboxEveryMs?: number | undefined;
    readonly driftEveryMs?: number | undefined;
    readonly runsEveryMs?: number | undefined;
    readonly aheadMs?: number | undefined;
  },
): Promise<void> {
  const { minExpiryMs, outboxEveryMs, driftEveryMs, runsEveryMs } = options;
  const clock =
    options.aheadMs === undefined
      ? {}
      : { now: () => new Date(Date.now() + aheadMs), isClockSkewed: () => false };
  try {
    running = await startApp(readConfig(environment, "slack"), {
      minExpiryMs,
      outboxEveryMs,
      driftEveryMs,
      runsEveryMs,
      logTo: toParent,
      ...clock,
    });
    process.send?.({ port: running.port });
  } catch (error) {
    process.send?.({ fault: error instanceof Error ? error.message : String(error) });
  }
}

async function stop(): Promise<void> {
  await running?.stop();
  process.disconnect();
}

import type { Config } from "../config.ts";
import { logger } from "../logger.ts";
import type { StartOptions } from "../start-options.ts";
import type { Telemetry } from "../telemetry/open-telemetry.ts";

/** Connects to the receiver of traces and metrics. Without one in the settings, OpenTelemetry is not even loaded. */
export async function connectTelemetry(
  { otlp, logLevel }: Config,
  { logTo, version = "unknown" }: StartOptions,
): Promise<Telemetry | undefined> {
  if (!otlp) return undefined;
  const { openTelemetry } = await import("../telemetry/open-telemetry.ts");
  return openTelemetry(otlp, { version, log: logger(logLevel, logTo) });
}

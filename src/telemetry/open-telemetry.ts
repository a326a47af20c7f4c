import { setTimeout } from "node:timers/promises";
import { ExportResultCode, type ExportResult } from "@opentelemetry/core";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";
import type { OtlpConfig } from "../config/otlp-config.ts";
import type { RegisteredMetric } from "../domain/ports/metrics.ts";
import type { Log } from "../domain/ports/log.ts";
import type { Tracer } from "../domain/ports/tracer.ts";
import { registryProducer } from "./otlp-metrics.ts";
import { otlpTracer } from "./otlp-tracer.ts";

/** What is sent, and how it ends. */
export interface Telemetry {
  readonly tracer: Tracer;
  /** Sends the metrics every minute, from now on. */
  sendMetrics(read: () => Promise<readonly RegisteredMetric[]>): void;
  /** Sends what is left, within two seconds. Never throws. */
  close(): Promise<void>;
}

/** How long one request to the receiver may take, in milliseconds. */
const requestMs = 5_000;
const metricsEveryMs = 60_000;
const closeMs = 2_000;

/** Opens the way to a receiver of OTLP over HTTP. Makes no connection yet. */
export function openTelemetry(
  { endpoint, headers }: OtlpConfig,
  about: { readonly version: string; readonly log: Log },
): Telemetry {
  const resource = resourceFromAttributes({ "service.name": "patchbay", "service.version": about.version });
  const told = outageNotice(about.log);
  const optionsOf = (signal: string) => ({
    url: `${endpoint}/v1/${signal}`,
    headers: { ...headers },
    timeoutMillis: requestMs,
  });
  const traces = noticed(new OTLPTraceExporter(optionsOf("traces")), told);
  const processor = new BatchSpanProcessor({ exporter: traces, exportTimeoutMillis: 2 * requestMs });
  let reader: PeriodicExportingMetricReader | undefined;
  return {
    tracer: otlpTracer(processor, resource),
    sendMetrics: (read) => {
      reader = new PeriodicExportingMetricReader({
        exporter: noticed(new OTLPMetricExporter(optionsOf("metrics")), told),
        exportIntervalMillis: metricsEveryMs,
        exportTimeoutMillis: 2 * requestMs,
      });
      reader.setMetricProducer(registryProducer(read, resource));
    },
    close: async () => {
      const sent = Promise.allSettled([processor.shutdown(), reader?.shutdown()]);
      const late = setTimeout(closeMs, "late", { ref: false });
      if ((await Promise.race([sent, late])) === "late") told({ code: ExportResultCode.FAILED });
    },
  };
}

type ExportDone = (result: ExportResult) => void;

/** One line when the receiver fails, and one when it answers again. */
function outageNotice(log: Log): ExportDone {
  let isDown = false;
  return ({ code, error }) => {
    const fails = code === ExportResultCode.FAILED;
    if (fails === isDown) return;
    isDown = fails;
    if (fails)
      log.warn(
        { cause: causeOf(error) },
        "traces and metrics are not sent: the receiver at OTEL_EXPORTER_OTLP_ENDPOINT does not take them. Everything else works",
      );
    else log.info({}, "traces and metrics are sent again");
  };
}

/** Only a code: the message may quote the receiver's answer. */
function causeOf(error: Error | undefined): string {
  const code = error && "code" in error ? error.code : undefined;
  return typeof code === "string" || typeof code === "number" ? String(code) : (error?.name ?? "unknown");
}

interface Exporter<Items> {
  export(items: Items, done: ExportDone): void;
}

/** The same exporter, whose failures are told by us and not by OpenTelemetry's global error handler. */
function noticed<Items, E extends Exporter<Items>>(exporter: E & Exporter<Items>, told: ExportDone): E {
  const send = exporter.export.bind(exporter);
  exporter.export = (items, done) =>
    send(items, (result) => {
      told(result);
      done({ code: ExportResultCode.SUCCESS });
    });
  return exporter;
}

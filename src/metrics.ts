import { collectDefaultMetrics, Counter, Histogram, Registry } from "prom-client";
import type { Metrics } from "./domain/metrics.ts";

/** Counters in Prometheus' text format, with Node's own (memory, event-loop lag, handles). */
export interface PrometheusMetrics extends Metrics {
  text(): Promise<string>;
  readonly contentType: string;
}

/** Metrics of one running app; a registry of its own, so that two apps in one process do not meet. */
export function prometheusMetrics(): PrometheusMetrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const changes = new Counter({
    name: "patchbay_changes_total",
    help: "Changes that were sent to a vendor, by how they ended.",
    labelNames: ["vendor", "change", "outcome"],
    registers: [register],
  });
  const changeSeconds = new Histogram({
    name: "patchbay_change_seconds",
    help: "From the record of a change to its outcome.",
    labelNames: ["vendor"],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [register],
  });
  const ackSeconds = new Histogram({
    name: "patchbay_ack_seconds",
    help: "From a request's arrival to its ack; Slack gives up after 3.",
    labelNames: ["kind"],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 3],
    registers: [register],
  });
  return {
    changed: (vendor, change, outcome, ms) => {
      changes.inc({ vendor, change, outcome });
      changeSeconds.observe({ vendor }, ms / 1000);
    },
    acked: (kind, ms) => ackSeconds.observe({ kind }, ms / 1000),
    text: async () => register.metrics(),
    contentType: register.contentType,
  };
}

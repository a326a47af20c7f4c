import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { outcomes } from "./domain/audit/audit-log.ts";
import { changeKinds } from "./domain/numbers/change.ts";
import {
  firstCallResults,
  formResults,
  httpRefusals,
  requestKinds,
  type HttpRefusal,
  type Metrics,
  type RegisteredMetric,
} from "./domain/ports/metrics.ts";
import { vendorMethods, vendorResults } from "./domain/vendor/vendor-request.ts";
import { vendorIds } from "./vendors/index.ts";
import type { VendorId } from "./domain/vendor/vendor.ts";
import type { VendorRequest } from "./domain/vendor/vendor-request.ts";

/** One value of a gauge. Its labels have few values and contain no secrets. */
export interface Reading {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A gauge that is read at every scrape. */
export interface Watched {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  /** Must be fast, because it runs at every scrape. If it throws, the gauge has no value and `onUnread` is called. */
  read(): Promise<readonly Reading[]> | readonly Reading[];
  onUnread(error: unknown): void;
}

/** Metrics in Prometheus' text format, including Node's own (memory, event-loop lag, handles). */
export interface PrometheusMetrics extends Metrics {
  /** A finished request to a vendor. */
  vendorRequested(vendor: VendorId, request: Pick<VendorRequest, "method" | "result" | "ms">): void;
  /** An HTTP request that was refused. */
  refused(why: HttpRefusal): void;
  watch(watched: Watched): void;
  text(): Promise<string>;
  /** The same metrics as objects. */
  registered(): Promise<readonly RegisteredMetric[]>;
  readonly contentType: string;
}

/**
 * The metrics of one app, with a separate registry so that several apps can share a process. `ofProcess` includes those
 * of the process, whose monitors run as long as it does.
 */
export function prometheusMetrics({ ofProcess }: { readonly ofProcess: boolean }): PrometheusMetrics {
  const register = new Registry();
  if (ofProcess) collectDefaultMetrics({ register });
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
  // Cached, because it is used for every request.
  const kinds = new Map<string, Histogram.Internal<"kind">>();
  const ofKind = (kind: string): Histogram.Internal<"kind"> => {
    const known = kinds.get(kind) ?? ackSeconds.labels({ kind });
    kinds.set(kind, known);
    return known;
  };
  const vendorSeconds = new Histogram({
    name: "patchbay_vendor_request_seconds",
    help: "Single requests to a vendor, each attempt by itself, by how they ended: ok, or the problem's code.",
    labelNames: ["vendor", "method", "result"],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [register],
  });
  const refused = new Counter({
    name: "patchbay_http_refused_total",
    help: "Requests over HTTP that were turned away before anything was done, by why.",
    labelNames: ["reason"],
    registers: [register],
  });
  const forms = new Counter({
    name: "patchbay_forms_total",
    help: "Forms that people asked for: opened, late (its trigger was over), unanswered or refused by Slack.",
    labelNames: ["result"],
    registers: [register],
  });
  const firstCalls = new Counter({
    name: "patchbay_first_calls_total",
    help: "What the vendor's log of calls said about the first calls after a change.",
    labelNames: ["vendor", "result"],
    registers: [register],
  });
  const unheard = new Counter({
    name: "patchbay_unheard_total",
    help: "Words for a person that could be delivered in no way.",
    registers: [register],
  });
  // A series that starts at 1 has no rate, so an alert would miss the first refusal. Each starts at 0.
  for (const reason of httpRefusals) refused.inc({ reason }, 0);
  for (const result of formResults) forms.inc({ result }, 0);
  for (const kind of requestKinds) ackSeconds.zero({ kind });
  for (const vendor of vendorIds) {
    changeSeconds.zero({ vendor });
    for (const result of firstCallResults) firstCalls.inc({ vendor, result }, 0);
    for (const change of changeKinds)
      for (const outcome of outcomes) changes.inc({ vendor, change, outcome }, 0);
    for (const method of vendorMethods)
      for (const result of vendorResults) vendorSeconds.zero({ vendor, method, result });
  }
  return {
    refused: (reason) => refused.inc({ reason }),
    changed: (vendor, change, outcome, ms) => {
      changes.inc({ vendor, change, outcome });
      changeSeconds.observe({ vendor }, ms / 1000);
    },
    firstCall: (vendor, result) => firstCalls.inc({ vendor, result }),
    formRequested: (result) => forms.inc({ result }),
    undelivered: () => unheard.inc(),
    acked: (kind, ms) => ofKind(kind).observe(ms / 1000),
    vendorRequested: (vendor, { method, result, ms }) =>
      vendorSeconds.observe({ vendor, method, result }, ms / 1000),
    watch: ({ name, help, labelNames = [], read, onUnread }) => {
      const gauge = new Gauge({
        name,
        help,
        labelNames: [...labelNames],
        registers: [register],
        collect: async () => {
          gauge.reset();
          // If it could not be read, there is no value: 0 would look healthy.
          if (labelNames.length === 0) gauge.remove();
          try {
            for (const { value, labels = {} } of await read()) gauge.set(labels, value);
          } catch (error) {
            onUnread(error);
          }
        },
      });
    },
    text: async () => register.metrics(),
    registered: async () =>
      (await register.getMetricsAsJSON()).map(({ name, help, type, values }) => ({
        name,
        help,
        kind: kindOf(String(type)),
        values: values.map((each) => ({
          value: each.value,
          labels: each.labels,
          name: "metricName" in each ? String(each.metricName) : undefined,
        })),
      })),
    contentType: register.contentType,
  };
}

function kindOf(type: string): RegisteredMetric["kind"] {
  return type === "counter" || type === "histogram" ? type : "gauge";
}

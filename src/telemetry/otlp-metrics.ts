import { ValueType, type Attributes } from "@opentelemetry/api";
import { millisToHrTime } from "@opentelemetry/core";
import type { Resource } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  DataPointType,
  type DataPoint,
  type Histogram,
  type MetricData,
  type MetricProducer,
} from "@opentelemetry/sdk-metrics";
import type { RegisteredMetric, RegisteredValue } from "../domain/ports/metrics.ts";

/** Its label is a name that people gave, so only Prometheus gets it. */
const left: ReadonlySet<string> = new Set(["patchbay_plan_ready"]);

/** Hands the metrics of Prometheus' registry to OpenTelemetry, with their names and labels. */
export function registryProducer(
  read: () => Promise<readonly RegisteredMetric[]>,
  resource: Resource,
): MetricProducer {
  const startedAt = millisToHrTime(performance.timeOrigin);
  return {
    collect: async () => {
      const times = { startTime: startedAt, endTime: millisToHrTime(Date.now()) };
      const metrics = (await read()).filter(({ name }) => !left.has(name));
      return {
        resourceMetrics: {
          resource,
          scopeMetrics: [
            { scope: { name: "patchbay" }, metrics: metrics.map((each) => metricOf(each, times)) },
          ],
        },
        errors: [],
      };
    },
  };
}

type Times = Pick<DataPoint<number>, "startTime" | "endTime">;

function metricOf({ name, help, kind, values }: RegisteredMetric, times: Times): MetricData {
  const unit = name.endsWith("_seconds") ? "s" : "";
  const base = {
    descriptor: { name, description: help, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (kind === "histogram")
    return { ...base, dataPointType: DataPointType.HISTOGRAM, dataPoints: histograms(values, times) };
  const dataPoints = values.map(({ value, labels }) => ({
    ...times,
    attributes: attributesOf(labels),
    value,
  }));
  if (kind === "counter") return { ...base, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
  return { ...base, dataPointType: DataPointType.GAUGE, dataPoints };
}

/** Prometheus counts what is up to each limit, OpenTelemetry what is between two. */
function histograms(values: readonly RegisteredValue[], times: Times): DataPoint<Histogram>[] {
  const series = new Map<string, { attributes: Attributes; values: RegisteredValue[] }>();
  for (const each of values) {
    const { le: _, ...labels } = each.labels;
    const key = JSON.stringify(labels);
    const known = series.get(key) ?? { attributes: attributesOf(labels), values: [] };
    known.values.push(each);
    series.set(key, known);
  }
  return [...series.values()].map(({ attributes, values: own }) => {
    const buckets = own.filter(({ labels }) => labels["le"] !== undefined);
    const ending = (end: string): number => own.find((each) => each.name?.endsWith(end))?.value ?? 0;
    const boundaries = buckets.map(({ labels }) => Number(labels["le"])).filter(Number.isFinite);
    const counts = buckets.map(({ value }, index) => value - (buckets[index - 1]?.value ?? 0));
    const value = { buckets: { boundaries, counts }, sum: ending("_sum"), count: ending("_count") };
    return { ...times, attributes, value };
  });
}

function attributesOf(labels: RegisteredValue["labels"]): Attributes {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined));
}

import { createHash, randomBytes } from "node:crypto";
import { SpanKind, SpanStatusCode, TraceFlags, type Attributes, type SpanContext } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace";
import { millisToHrTime } from "@opentelemetry/core";
import type { Span, SpanFacts, Tracer } from "../domain/ports/tracer.ts";

/** The names of attributes, by our own. */
const attributeOf: Readonly<Record<keyof SpanFacts, string>> = {
  workspace: "patchbay.workspace.id",
  vendor: "patchbay.vendor",
  connection: "patchbay.connection.id",
  change: "patchbay.change.kind",
  changeId: "patchbay.change.id",
  outcome: "patchbay.outcome",
  problem: "patchbay.problem",
  status: "http.response.status_code",
};

const attributeNames: ReadonlyMap<string, string> = new Map(Object.entries(attributeOf));

/** An id, a code or a name of ours. A second fence: whatever else got here by mistake is left out. */
const isOurs = (text: string): boolean => /^[A-Za-z][\w .:-]{0,99}$/u.test(text);

/** The outcomes that mean that something went wrong. */
const failed: ReadonlySet<unknown> = new Set(["refused", "unknown"]);

/**
 * A tracer that hands its spans to OpenTelemetry's batches. The ids of a trace and of its root are made of the request id,
 * so that another process, or this one after a restart, can refer to them.
 */
export function otlpTracer(processor: Pick<SpanProcessor, "onEnd">, resource: Resource): Tracer {
  return { ended: (requestId, span) => processor.onEnd(readableSpan(requestId, span, resource)) };
}

function readableSpan(requestId: string, span: Span, resource: Resource): ReadableSpan {
  const { facts = {}, follows, isRoot = false } = span;
  const root = rootOf(requestId);
  const own = isRoot ? root : { ...root, spanId: randomSpanId() };
  const endedAtMs = performance.timeOrigin + performance.now();
  const hasFailed = facts.problem !== undefined || failed.has(facts.outcome);
  const links = follows
    ? [{ context: rootOf(follows.requestId), attributes: attributes({ changeId: follows.changeId }) }]
    : [];
  return {
    name: isOurs(span.name) ? span.name : "other",
    kind: kindOf(span),
    spanContext: () => own,
    ...(isRoot ? {} : { parentSpanContext: root }),
    startTime: millisToHrTime(endedAtMs - span.ms),
    endTime: millisToHrTime(endedAtMs),
    duration: millisToHrTime(span.ms),
    status: { code: hasFailed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: { ...attributes(facts), ...(isOurs(requestId) ? { "patchbay.request.id": requestId } : {}) },
    links,
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: "patchbay" },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function kindOf({ name, isRoot, follows }: Span): SpanKind {
  if (name.startsWith("vendor ")) return SpanKind.CLIENT;
  return isRoot && !follows ? SpanKind.SERVER : SpanKind.INTERNAL;
}

function attributes(facts: SpanFacts): Attributes {
  const named = Object.entries(facts).flatMap(([key, value]) => {
    const name = attributeNames.get(key);
    const isAllowed = typeof value === "number" || (typeof value === "string" && isOurs(value));
    return name !== undefined && isAllowed ? [[name, value]] : [];
  });
  return Object.fromEntries(named);
}

function rootOf(requestId: string): SpanContext {
  const digest = createHash("sha256").update(requestId).digest("hex");
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48), traceFlags: TraceFlags.SAMPLED };
}

const randomSpanId = (): string => randomBytes(8).toString("hex");

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";

/** A span as OTLP over HTTP has it in JSON. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
  readonly attributes: readonly Attribute[];
  readonly links?: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: readonly Attribute[];
  }[];
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number };
}

interface DataPoint {
  readonly attributes: readonly Attribute[];
  readonly asDouble?: number;
  readonly count?: number;
  readonly bucketCounts?: readonly number[];
  readonly explicitBounds?: readonly number[];
}

/** A metric as OTLP over HTTP has it in JSON. */
export interface ReceivedMetric {
  readonly name: string;
  readonly sum?: { readonly isMonotonic: boolean; readonly dataPoints: readonly DataPoint[] };
  readonly gauge?: { readonly dataPoints: readonly DataPoint[] };
  readonly histogram?: { readonly dataPoints: readonly DataPoint[] };
}

/** A receiver of OTLP on this machine. */
export interface Receiver {
  readonly url: string;
  /** Everything that it got, as text. */
  readonly texts: readonly string[];
  readonly headers: readonly IncomingHttpHeaders[];
  /** The status that it answers with; 200 by default. */
  status: number;
  spans(): readonly ReceivedSpan[];
  metrics(): readonly ReceivedMetric[];
  close(): Promise<void>;
}

/** Starts a receiver that keeps what it gets. */
export async function startReceiver(): Promise<Receiver> {
  const bodies: { readonly path: string; readonly text: string }[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      headers.push(request.headers);
      bodies.push({ path: request.url ?? "", text: Buffer.concat(parts).toString("utf8") });
      response.writeHead(receiver.status, { "content-type": "application/json" }).end("{}");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const of = (path: string): string[] => bodies.filter((body) => body.path === path).map(({ text }) => text);
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}`,
    get texts() {
      return bodies.map(({ text }) => text);
    },
    headers,
    status: 200,
    spans: () =>
      of("/v1/traces").flatMap((text) => {
        const { resourceSpans }: { resourceSpans: { scopeSpans: { spans: ReceivedSpan[] }[] }[] } =
          JSON.parse(text);
        return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
      }),
    metrics: () =>
      of("/v1/metrics").flatMap((text) => {
        const { resourceMetrics }: { resourceMetrics: { scopeMetrics: { metrics: ReceivedMetric[] }[] }[] } =
          JSON.parse(text);
        return resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return receiver;
}

import type { ClockWatch } from "./clock.ts";
import { isProblem } from "./domain/problem.ts";
import type { Store } from "./domain/store.ts";
import type { PrometheusMetrics } from "./metrics.ts";

/** What HTTP answers at a path beside Slack's. */
export interface Route {
  readonly path: string;
  answer(): Promise<{ readonly status: number; readonly type: string; readonly body: string }>;
}

/** What readiness hangs on. */
export interface Vitals {
  readonly store: Pick<Store, "checkWritable">;
  readonly metrics: Pick<PrometheusMetrics, "text" | "contentType">;
  readonly clock: Pick<ClockWatch, "isOff" | "offsetMs">;
  connected(): boolean;
}

/**
 * `/healthz`: the process lives; `/readyz`: it is connected, can record a change, and knows what time it is, or a line for
 * each of these that is not so; `/metrics`: what it has done.
 */
export function healthRoutes(vitals: Vitals): Route[] {
  const { metrics } = vitals;
  const words = (status: number, body: string) => ({
    status,
    type: "text/plain; charset=utf-8",
    body: `${body}\n`,
  });
  return [
    { path: "/healthz", answer: async () => words(200, "ok") },
    {
      path: "/metrics",
      answer: async () => ({ status: 200, type: metrics.contentType, body: await metrics.text() }),
    },
    {
      path: "/readyz",
      answer: async () => {
        const causes = await causesOf(vitals);
        return causes.length === 0 ? words(200, "ready") : words(503, causes.join("\n"));
      },
    },
  ];
}

async function causesOf({ store, clock, connected }: Vitals): Promise<string[]> {
  const causes: string[] = [];
  if (!connected()) causes.push("not connected to Slack");
  try {
    await store.checkWritable();
  } catch (error) {
    causes.push(`the database cannot be written${isProblem(error) ? `: ${error.message}` : ""}`);
  }
  if (clock.isOff()) {
    const seconds = Math.round((clock.offsetMs() ?? 0) / 1000);
    const where = seconds < 0 ? "behind" : "ahead of";
    causes.push(`the clock is off: ${Math.abs(seconds)} s ${where} the servers that were asked`);
  }
  return causes;
}

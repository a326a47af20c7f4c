import type { Store } from "./domain/store.ts";
import type { PrometheusMetrics } from "./metrics.ts";

/** What HTTP answers at a path beside Slack's. */
export interface Route {
  readonly path: string;
  answer(): Promise<{ readonly status: number; readonly type: string; readonly body: string }>;
}

/** `/healthz`: the process lives; `/readyz`: it is connected and can record a change; `/metrics`: what it has done. */
export function healthRoutes(store: Store, metrics: PrometheusMetrics, connected: () => boolean): Route[] {
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
        if (!connected()) return words(503, "not connected to Slack");
        try {
          await store.checkWritable();
          return words(200, "ready");
        } catch {
          return words(503, "the database cannot be written");
        }
      },
    },
  ];
}

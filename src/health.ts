import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { ClockSkewMonitor } from "./clock-skew.ts";
import type { AuditCheckpoints } from "./domain/audit/audit-checkpoints.ts";
import { isProblem } from "./domain/problem/problem.ts";
import type { Log } from "./domain/ports/log.ts";
import { formatReplica, type Replicas } from "./domain/ports/replicas.ts";
import type { Store } from "./domain/ports/store.ts";
import type { PrometheusMetrics } from "./metrics.ts";

/** An HTTP path besides Slack's. */
export interface Route {
  readonly path: string;
  answer(request: IncomingMessage): Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What readiness depends on. */
export interface HealthChecks {
  readonly store: Pick<Store, "checkWritable" | "faults">;
  /** Undefined if nothing is signed. */
  readonly checkpoints: Pick<AuditCheckpoints, "faults"> | undefined;
  /** The servers on the database; undefined where there can be only one. */
  readonly replicas?: Replicas | undefined;
  readonly metrics: Pick<PrometheusMetrics, "text" | "contentType" | "watch">;
  readonly log: Pick<Log, "warn">;
  readonly clock: Pick<ClockSkewMonitor, "isSkewed" | "offsetMs">;
  /** Gives access from anywhere. */
  readonly metricsToken: string | undefined;
  connected(): boolean;
}

/**
 * `/healthz`: the process is alive. `/readyz`: it is connected, can record a change, has a correct clock, and database
 * and audit log are as Patchbay left them. `/metrics`: its metrics. Causes, the servers on the database, and metrics are
 * visible from this machine and with the token; others see one word.
 */
export function healthRoutes(vitals: HealthChecks): Route[] {
  const { metrics, metricsToken, log } = vitals;
  const words = (status: number, body: string): Answer => ({
    status,
    type: "text/plain; charset=utf-8",
    body: `${body}\n`,
  });
  // Concurrent requests share one check, because readiness writes to the database.
  const causes = shared(async () => causesOf(vitals));
  const servers = shared(async () => serverLines(vitals));
  const text = shared(async () => metrics.text());
  metrics.watch({
    name: "patchbay_ready",
    help: "1 while /readyz answers 200, else 0.",
    read: async () => [{ value: (await causes()).length === 0 ? 1 : 0 }],
    onUnread: (err) => log.warn({ metric: "patchbay_ready", err }, "metric not read"),
  });
  const mayRead = (request: IncomingMessage): boolean =>
    metricsToken === undefined ? isFromHere(request) : hasToken(request, metricsToken);
  return [
    { path: "/healthz", answer: async () => words(200, "ok") },
    {
      path: "/metrics",
      answer: async (request) => {
        if (mayRead(request)) return { status: 200, type: metrics.contentType, body: await text() };
        if (metricsToken !== undefined)
          return { ...words(401, "METRICS_TOKEN is wanted."), headers: { "www-authenticate": "Bearer" } };
        return words(403, "Set METRICS_TOKEN to read the metrics from another machine or through a proxy.");
      },
    },
    {
      path: "/readyz",
      answer: async (request) => {
        const found = await causes();
        const status = found.length === 0 ? 200 : 503;
        const word = status === 200 ? "ready" : "not ready";
        if (!isFromHere(request) && !mayRead(request)) return words(status, word);
        return words(status, [...(status === 200 ? [word] : found), ...(await servers())].join("\n"));
      },
    },
  ];
}

/** The headers that different proxies add. */
const fromProxy =
  /^(?:forwarded|via|x-forwarded-.*|x-original-.*|x-real-ip|x-client-ip|true-client-ip|cf-.*|fly-.*)$/u;
const loopbackHost = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/iu;

/**
 * Whether a request comes from this machine and not from a proxy on behalf of somebody else. A proxy without headers of
 * its own still passes on the requested host name.
 */
function isFromHere({ socket, headers }: IncomingMessage): boolean {
  if (Object.keys(headers).some((name) => fromProxy.test(name))) return false;
  if (!loopbackHost.test(headers.host ?? "localhost")) return false;
  return /^(?:::1|(?:::ffff:)?127\..+)$/u.test(socket.remoteAddress ?? "");
}

function hasToken({ headers }: IncomingMessage, token: string): boolean {
  const [, given = ""] = /^bearer +(.+)$/iu.exec(headers.authorization ?? "") ?? [];
  const digest = (value: string): Buffer => createHash("sha256").update(value).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** Concurrent callers share one running call. */
function shared<T>(act: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return async () => {
    running ??= act().finally(() => (running = undefined));
    return running;
  };
}

async function causesOf({ store, checkpoints, clock, connected }: HealthChecks): Promise<string[]> {
  const causes: string[] = [];
  if (!connected()) causes.push("not connected to Slack");
  try {
    await store.checkWritable();
  } catch (error) {
    causes.push(`the database cannot be written${isProblem(error) ? `: ${error.message}` : ""}`);
  }
  causes.push(...(await databaseFaults(store)));
  for (const fault of (await checkpoints?.faults()) ?? [])
    causes.push(`the audit log does not match its checkpoints: ${fault}`);
  if (clock.isSkewed()) {
    const seconds = Math.round((clock.offsetMs() ?? 0) / 1000);
    const where = seconds < 0 ? "behind" : "ahead of";
    causes.push(`the clock is off: ${Math.abs(seconds)} s ${where} the servers that were asked`);
  }
  return causes;
}

/** A line for each server on the database. If it cannot be read, the causes say so. */
async function serverLines({ replicas }: HealthChecks): Promise<string[]> {
  try {
    return ((await replicas?.live()) ?? []).map((replica) => `server ${formatReplica(replica)}`);
  } catch {
    return [];
  }
}

async function databaseFaults(store: HealthChecks["store"]): Promise<string[]> {
  try {
    return (await store.faults()).map((fault) => `the database may hide rows: ${fault}`);
  } catch (error) {
    return [`the database cannot be read${error instanceof Error ? `: ${error.message}` : ""}`];
  }
}

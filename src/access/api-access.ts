import type { Config } from "../config.ts";
import { apiRoutes } from "../api/routes.ts";
import { openApiDocument } from "../api/openapi/openapi-document.ts";
import { apiServer, mostPerMinute } from "../api/server/api-server.ts";
import { seenStates } from "../api/server/etag.ts";
import { requestRates } from "../operations/shared/fixed-window-counter.ts";
import { listening } from "../http/limited-server.ts";
import { isDatabaseFault } from "../database-fault.ts";
import type { Infrastructure } from "../infrastructure.ts";
import { serverContexts } from "../server-contexts.ts";
import type { SlackDeps } from "../slack/context/services.ts";
import type { StartOptions } from "../start-options.ts";

/** The HTTP API while it listens. */
export interface RunningApi {
  readonly port: number;
  /** Takes no more requests. Those that run go on. */
  stop(): void;
  closeConnections(): void;
}

/** Serves the HTTP API on its own port; undefined unless the settings have one. Throws system errors. */
export async function serveApi(
  { api }: Config,
  infra: Infrastructure,
  deps: SlackDeps,
  { version = "unknown", slowRequestLimits }: StartOptions,
): Promise<RunningApi | undefined> {
  if (!api) return undefined;
  const { log, metrics, newId, now, monotonicMs } = infra;
  const { store, backgroundTasks } = deps;
  const server = apiServer({
    ...serverContexts(infra, deps),
    store,
    log,
    tracer: infra.tracer,
    now,
    newId,
    slowRequestLimits,
    onRefused: metrics.refused,
    rates: requestRates({
      of: "api",
      mostPerMinute,
      monotonicMs,
      counts: store.shared?.counts,
      failed: (err) => log.warn({ err }, "api requests not counted together"),
    }),
    isDatabaseFault,
    seenStates: seenStates(),
    carryOutRun: (ctx, run) => backgroundTasks.track(deps.carryOutRun(ctx, run)),
    routes: apiRoutes,
    document: JSON.stringify(openApiDocument(apiRoutes, version)),
    track: (work) => backgroundTasks.track(work),
  });
  const port = await listening(server, api.host, api.port);
  log.info({ port }, "api ready");
  return {
    port,
    stop: () => {
      server.close();
      server.closeIdleConnections();
    },
    closeConnections: () => server.closeAllConnections(),
  };
}

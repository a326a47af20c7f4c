import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { HttpRefusal } from "../domain/ports/metrics.ts";
import { defaultSlowRequestLimits, endSlowRequests, type SlowRequestLimits } from "./slow-requests.ts";

/**
 * How long a connection may be idle, in milliseconds: longer than at a load balancer (60 s), so that the balancer
 * closes it.
 */
const idleMs = 75_000;
/**
 * Node's own limits also count idle time before the first request. `SlowRequestLimits` limits requests that have
 * started.
 */
const nodeLimits = {
  keepAliveTimeout: idleMs,
  headersTimeout: idleMs + 1000,
  requestTimeout: idleMs + 10_000,
  maxHeaderSize: 16_384,
  insecureHTTPParser: false,
};
/** Each connection needs up to 16 KB for headers, and a file descriptor that the database may need. */
const mostConnections = 2000;

/** The limits of a server, and who is notified of what it refuses. */
export interface LimitedServerOptions {
  /** How long requests may take to arrive. */
  readonly slowRequestLimits?: SlowRequestLimits | undefined;
  /** Called for each request that is refused or times out. It must not throw. */
  readonly onRefused?: ((why: HttpRefusal) => void) | undefined;
}

/**
 * A server that strangers may reach: slow and too many connections end. Does not listen yet. Node itself refuses what
 * could be read as two requests (RFC 9112, 6.3).
 */
export function limitedServer(
  { slowRequestLimits = defaultSlowRequestLimits, onRefused = () => undefined }: LimitedServerOptions,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const { connectionsCheckingInterval } = slowRequestLimits;
  const server = createServer({ ...nodeLimits, connectionsCheckingInterval }, (request, response) => {
    const coding = request.headers["transfer-encoding"];
    if (coding !== undefined && coding.toLowerCase() !== "chunked") {
      // Node only responds itself when it reads the body, and some requests get their response before that.
      response.writeHead(400, { connection: "close" }).end();
      return;
    }
    handle(request, response);
  });
  server.maxConnections = mostConnections;
  server.on("drop", () => onRefused("too_many_connections"));
  endSlowRequests(server, slowRequestLimits, () => onRefused("slow"));
  return server;
}

/** Starts listening. Resolves to the port; throws system errors, for example if the port is taken. */
export async function listening(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === "object" && address ? address.port : port;
}

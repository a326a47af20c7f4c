import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** How long a request that has begun may take to come in, and how often that is checked, in milliseconds. */
export interface SlowRequestLimits {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly connectionsCheckingInterval: number;
}

/** Slack sends a request at once, from close by; a sender that takes longer than this only holds a connection open. */
export const defaultSlowRequestLimits: SlowRequestLimits = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1000,
};

interface Connection {
  /** How many bytes had come when nothing was under way. */
  read: number;
  /** When more was first seen, while no request has been read from it. */
  since: number | undefined;
  request: IncomingMessage | undefined;
  response: ServerResponse | undefined;
}

const timedOut = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n";

/**
 * Ends connections on which a request has begun and does not come in whole. Node's own limits also count the time before
 * a connection's first byte, so with them alone a load balancer that opens connections in advance would lose requests.
 */
export function endSlowRequests(server: Server, patience: SlowRequestLimits, onEnded: () => void): void {
  const connections = new Map<Socket, Connection>();
  server.on("connection", (socket: Socket) => {
    connections.set(socket, { read: 0, since: undefined, request: undefined, response: undefined });
    socket.once("close", () => connections.delete(socket));
  });
  const settle = (socket: Socket, connection: Connection): void => {
    Object.assign(connection, { read: socket.bytesRead, since: undefined });
    // One that was answered early still has its body to come.
    if (connection.request?.complete) Object.assign(connection, { request: undefined, response: undefined });
  };
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(request.socket);
    if (!connection) return;
    Object.assign(connection, { request, response, since: performance.now() });
    response.once("close", () => {
      // A sender may have sent its next request before this answer.
      if (connection.request === request) settle(request.socket, connection);
    });
  });
  const end = (socket: Socket, { response }: Connection): void => {
    onEnded();
    if (!response?.headersSent) socket.write(timedOut);
    socket.destroySoon();
  };
  const check = (): void => {
    const now = performance.now();
    for (const [socket, connection] of connections) {
      if (connection.request?.complete && connection.response?.writableFinished) settle(socket, connection);
      const { request, read } = connection;
      if (request ? request.complete : socket.bytesRead <= read) continue;
      connection.since ??= now;
      const limitMs = request ? patience.requestTimeout : patience.headersTimeout;
      if (now - connection.since > limitMs) end(socket, connection);
    }
  };
  const checking = setInterval(check, patience.connectionsCheckingInterval);
  checking.unref();
  server.once("close", () => clearInterval(checking));
}

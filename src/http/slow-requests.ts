import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** How long a started request may take to arrive, and how often that is checked, in milliseconds. */
export interface SlowRequestLimits {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly connectionsCheckingInterval: number;
}

/** Slack sends requests quickly. A sender that takes longer only keeps a connection busy. */
export const defaultSlowRequestLimits: SlowRequestLimits = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1000,
};

interface Connection {
  /** The number of bytes received when no request was in progress. */
  read: number;
  /** When more bytes were first seen, while they do not form a request yet. */
  since: number | undefined;
  request: IncomingMessage | undefined;
  response: ServerResponse | undefined;
}

const timedOut = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n";

/**
 * Closes connections with a request that started and is not complete in time. Node's own limits also count the time
 * before a connection's first byte, so they alone would break load balancers that open connections in advance.
 */
export function endSlowRequests(
  server: Server,
  slowRequestLimits: SlowRequestLimits,
  onEnded: () => void,
): void {
  const connections = new Map<Socket, Connection>();
  server.on("connection", (socket: Socket) => {
    connections.set(socket, { read: 0, since: undefined, request: undefined, response: undefined });
    socket.once("close", () => connections.delete(socket));
  });
  const settle = (socket: Socket, connection: Connection): void => {
    Object.assign(connection, { read: socket.bytesRead, since: undefined });
    // The response may be complete although the body is still arriving.
    if (connection.request?.complete) Object.assign(connection, { request: undefined, response: undefined });
  };
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(request.socket);
    if (!connection) return;
    Object.assign(connection, { request, response, since: performance.now() });
    response.once("close", () => {
      // A sender may start its next request before this response.
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
      const limitMs = request ? slowRequestLimits.requestTimeout : slowRequestLimits.headersTimeout;
      if (now - connection.since > limitMs) end(socket, connection);
    }
  };
  const checking = setInterval(check, slowRequestLimits.connectionsCheckingInterval);
  checking.unref();
  server.once("close", () => clearInterval(checking));
}

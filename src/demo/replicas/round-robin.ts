import { EventEmitter, once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";

/** A load balancer in front of the replicas: each request goes to the next one. */
export interface RoundRobin {
  readonly url: string;
  /** Sends all requests to this port only; undefined takes turns again. */
  only(port: number | undefined): void;
  /** Resolves when no request is at this port any more. */
  drained(port: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts it. A replica that accepts no connection is skipped; one that breaks off answers 502. */
export async function startRoundRobin(
  ports: () => readonly number[],
  onRequest: (port: number, path: string) => void = () => undefined,
): Promise<RoundRobin> {
  let turn = 0;
  let only: number | undefined;
  const exchanges = new EventEmitter<{ ended: [] }>();
  const portsInUse: number[] = [];
  const pass = ([port, ...others]: readonly number[], exchange: Exchange): void => {
    const { incoming, response, text } = exchange;
    if (port === undefined) {
      fail(response, 503);
      return;
    }
    const { method, url = "/", headers } = incoming;
    portsInUse.push(port);
    const outgoing = request(
      { host: "127.0.0.1", port, method, path: url, headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        answer.on("error", () => response.destroy());
      },
    );
    let isConnected = false;
    outgoing.on("socket", (socket) => {
      socket.once("connect", () => {
        isConnected = true;
        onRequest(port, url);
      });
    });
    outgoing.on("error", () => {
      // Nothing was sent to one that does not accept a connection.
      if (isConnected) fail(response, 502);
      else pass(others, exchange);
    });
    outgoing.on("close", () => {
      portsInUse.splice(portsInUse.indexOf(port), 1);
      exchanges.emit("ended");
    });
    outgoing.end(text);
  };
  const take = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await body(incoming);
    const open = only === undefined ? ports() : [only];
    turn += 1;
    const inTurn = open.map((_, index) => open[(turn + index) % open.length] ?? 0);
    pass(inTurn, { incoming, response, text });
  };
  const server = createServer((incoming, response) => {
    // A caller that breaks off gets no answer.
    take(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    only: (chosen) => void (only = chosen),
    drained: async (drainedPort) => {
      while (portsInUse.includes(drainedPort)) await once(exchanges, "ended");
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly text: Buffer;
}

function fail(response: ServerResponse, status: number): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status).end();
}

async function body(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

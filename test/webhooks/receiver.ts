import { createServer, type IncomingHttpHeaders } from "node:http";
import { onTestFinished } from "vitest";

/** What a receiver got. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of webhooks on this machine. It answers with `status`, which a test can change. */
export async function startReceiver() {
  const receiver = { status: 204, headers: {}, received: new Array<Received>(), url: "", port: 0 };
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (more: string) => (body += more));
    request.on("end", () => {
      receiver.received.push({ path: request.url ?? "", headers: request.headers, body });
      response.writeHead(receiver.status, { location: "/elsewhere", ...receiver.headers }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the receiver listens on a port");
  return Object.assign(receiver, { port: address.port, url: `http://127.0.0.1:${address.port}/hook?key=1` });
}

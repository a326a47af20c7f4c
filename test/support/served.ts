import { createServer as createHttpServer, type RequestListener } from "node:http";
import type { Server } from "node:net";
import { onTestFinished } from "vitest";

/** Listens on a free port until the test is over; gives the port. */
export async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => void server.close());
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}

/** A server of its own on a free port, for what a mock cannot do; gives its address. */
export async function served(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener);
  onTestFinished(() => server.closeAllConnections());
  return `http://127.0.0.1:${await portOf(server)}`;
}

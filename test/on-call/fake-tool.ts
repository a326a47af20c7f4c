import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** What a fake of an on-call tool answers: a status, and a body that becomes JSON unless it is a text. */
export interface FakeAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as a fake sees it. */
export interface FakeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A fake of an on-call tool on this machine. */
export interface FakeTool {
  readonly url: string;
  readonly requests: FakeRequest[];
  /** While set, every request gets this answer. */
  trouble: FakeAnswer | undefined;
  close(): void;
}

/** Starts a fake that answers by a function. */
export async function startFakeTool(answer: (request: FakeRequest) => FakeAnswer): Promise<FakeTool> {
  const fake = { url: "", requests: new Array<FakeRequest>(), trouble: undefined as FakeAnswer | undefined };
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = "";
    for await (const part of incoming.setEncoding("utf8")) body += String(part);
    const url = new URL(incoming.url ?? "", "http://fake");
    const request = { method: incoming.method ?? "", url, headers: incoming.headers, body };
    fake.requests.push(request);
    const { status, body: answered, headers } = fake.trouble ?? answer(request);
    const text = typeof answered === "string" ? answered : JSON.stringify(answered);
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
  };
  const server = createServer((incoming, response) => void handle(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the fake listens on a port");
  return Object.assign(fake, {
    url: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
}

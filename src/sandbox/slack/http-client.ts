import { Agent, request } from "node:http";

/** An HTTP response. `status` 0 means none, with the reason in `failure`. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  failure?: "timeout" | "connection";
}

const kept = new Agent({ keepAlive: true });

/** Sends one request, on its own connection by default. Follows no redirects and never throws. */
export function send(
  url: string,
  options: {
    method?: string;
    headers?: Record<string, string>;
    body?: string;
    timeoutMs?: number;
    keepConnection?: boolean | undefined;
  },
): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const body = options.body ?? "";
    const keep = options.keepConnection ?? false;
    // A kept-alive connection would delay the app's shutdown.
    const outgoing = request(url, {
      method: options.method ?? "POST",
      agent: keep && kept,
      headers: {
        ...options.headers,
        "content-length": String(Buffer.byteLength(body)),
        ...(keep ? {} : { connection: "close" }),
      },
    });
    let timer: NodeJS.Timeout | undefined;
    const finish = (answer: HttpAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    if (options.timeoutMs !== undefined) {
      timer = setTimeout(() => {
        finish({ status: 0, headers: {}, body: "", failure: "timeout" });
        outgoing.destroy();
      }, options.timeoutMs);
    }
    outgoing.on("error", () => {
      finish({ status: 0, headers: {}, body: "", failure: "connection" });
    });
    outgoing.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", () => {
        finish({ status: 0, headers: {}, body: "", failure: "connection" });
      });
      incoming.on("end", () => {
        finish({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks).toString("utf8"),
        });
      });
    });
    outgoing.end(body);
  });
}

import type { IncomingMessage } from "node:http";

/** What Slack sends at most is far below this, in bytes. */
export const bodyLimit = 1_000_000;

/** The body, or undefined as soon as it is known to be longer than the limit. Throws when the connection ends before it does. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > bodyLimit) return undefined;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const gone = (): void => reject(new Error("the request ended before its body"));
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bodyLimit) {
        request.removeAllListeners("data");
        request.pause();
        resolve(undefined);
      } else chunks.push(chunk);
    });
    request.once("end", () => {
      request.off("close", gone);
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
    request.once("close", gone);
    request.once("error", reject);
  });
}

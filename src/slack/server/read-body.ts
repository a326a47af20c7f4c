import type { IncomingMessage } from "node:http";

/** What Slack sends at most is far below this, in bytes. */
export const bodyLimit = 1_000_000;
/** What all bodies under way may hold together, in bytes. */
const allBodiesLimit = 16_000_000;
/** What each piece of a body costs in memory beside its bytes: a body may come in a million pieces of one byte. */
const pieceCost = 200;

/** Why a body was not read. */
export type Unread = "too_long" | "overloaded";

/** Reads the bodies of one server's requests. */
export interface BodyReader {
  /** The body, or why it was given up. Throws when the connection ends before the body does. */
  read(request: IncomingMessage): Promise<Buffer | Unread>;
}

/** A body that is coming in. */
interface Underway {
  held: number;
  giveUp(why: Unread): void;
}

/**
 * A reader for all requests of a server. A body is given up as soon as it is known to be longer than the limit. When all
 * bodies together hold too much, the one that holds the most is given up: that is never a small one of Slack's.
 */
export function bodyReader(allowed = allBodiesLimit): BodyReader {
  const underway = new Set<Underway>();
  let held = 0;

  const hold = (body: Underway, bytes: number): void => {
    body.held += bytes;
    held += bytes;
    if (held <= allowed) return;
    let largest = body;
    for (const other of underway) if (other.held > largest.held) largest = other;
    largest.giveUp("overloaded");
  };
  return {
    read: async (request) => {
      if (Number(request.headers["content-length"] ?? 0) > bodyLimit) return "too_long";
      return new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const leave = (): void => {
          underway.delete(body);
          held -= body.held;
          request.off("data", take).off("end", finish).off("close", gone);
        };
        const body: Underway = {
          held: 0,
          giveUp: (why) => {
            leave();
            chunks.length = 0;
            request.pause();
            resolve(why);
          },
        };
        const take = (chunk: Buffer): void => {
          bytes += chunk.length;
          if (bytes > bodyLimit) {
            body.giveUp("too_long");
            return;
          }
          chunks.push(chunk);
          hold(body, chunk.length + pieceCost);
        };
        const finish = (): void => {
          leave();
          resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
        };
        const gone = (): void => {
          leave();
          reject(new Error("the request ended before its body"));
        };
        underway.add(body);
        request.on("data", take).on("end", finish).on("close", gone);
        // "close" follows, and says it.
        request.on("error", () => undefined);
      });
    },
  };
}

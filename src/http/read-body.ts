import type { IncomingMessage } from "node:http";

/** The limit for a body unless another is given, in bytes. Slack's longest ones are far below this. */
export const bodyLimit = 1_000_000;
/** The limit for all unfinished bodies together, in bytes. */
const allBodiesLimit = 16_000_000;
/** The memory cost of each chunk besides its bytes: a body may arrive in a million chunks of one byte. */
const pieceCost = 200;

/** Why a body was not read. */
export type Unread = "too_long" | "overloaded";

/** Reads the bodies of one server's requests. */
export interface BodyReader {
  /** Returns the body, or why it was not read. Throws if the connection ends before the body does. */
  read(request: IncomingMessage): Promise<Buffer | Unread>;
}

/** A body that is still arriving. */
interface Underway {
  held: number;
  giveUp(why: Unread): void;
}

/**
 * Creates the reader for all requests of a server. It stops reading a body as soon as that is known to be too long. If
 * all bodies together are too long, it drops the largest one, which is never one of Slack's.
 */
export function bodyReader(allowed = allBodiesLimit, limit = bodyLimit): BodyReader {
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
      if (Number(request.headers["content-length"] ?? 0) > limit) return "too_long";
      // Its "close" came before anybody listened.
      if (request.destroyed) throw endedEarly();
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
          if (bytes > limit) {
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
          reject(endedEarly());
        };
        underway.add(body);
        request.on("data", take).on("end", finish).on("close", gone);
        // "close" follows and reports it.
        request.on("error", () => undefined);
      });
    },
  };
}

const endedEarly = (): Error => new Error("the request ended before its body");

import type { IncomingMessage } from "node:http";
import { bodyReader } from "../../http/read-body.ts";
import { HttpProblemError } from "./http-problem.ts";

/** The longest body, in bytes. The longest fields of a number have a few thousand characters. */
const mostBytes = 64 * 1024;
const mostBytesTogether = 4_000_000;

/** Reads the bodies of one server's requests as JSON. */
export interface JsonBodies {
  /** Undefined without a body. Throws HttpProblemError, for example if the body is not JSON. */
  read(request: IncomingMessage): Promise<unknown>;
}

export function jsonBodies(): JsonBodies {
  const bodies = bodyReader(mostBytesTogether, mostBytes);
  return {
    read: async (request) => {
      const bytes = await bodies.read(request).catch((cause: unknown) => {
        throw new HttpProblemError(400, "malformed", "The request ended before its body.", { cause });
      });
      if (bytes === "too_long")
        throw new HttpProblemError(413, "too_long", `A body has at most ${mostBytes} bytes.`);
      if (bytes === "overloaded")
        throw new HttpProblemError(
          503,
          "overloaded",
          "Too many long requests came in at once. Nothing was changed.",
        );
      if (bytes.length === 0) return undefined;
      const [type = "", ...parameters] = (request.headers["content-type"] ?? "").toLowerCase().split(";");
      const isOtherCharset = parameters.some((one) => /^\s*charset\s*=(?!\s*"?utf-?8"?\s*$)/u.test(one));
      if (type.trim() !== "application/json" || isOtherCharset)
        throw new HttpProblemError(
          415,
          "unsupported_media_type",
          "Send JSON in UTF-8: Content-Type: application/json",
        );
      return parsed(bytes);
    },
  };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes), wellFormed);
  } catch {
    throw new HttpProblemError(400, "malformed", "The body is not valid JSON in UTF-8.");
  }
}

/** Throws for half a surrogate pair: no vendor, no database and no hash takes it (RFC 8259, 8.2). */
function wellFormed(key: string, value: unknown): unknown {
  if (key.isWellFormed() && (typeof value !== "string" || value.isWellFormed())) return value;
  throw new Error("a text is not well-formed");
}

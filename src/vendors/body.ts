import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import { yieldToEventLoop } from "../domain/shared/event-loop.ts";
import { ownValue } from "../domain/shared/own-value.ts";

/**
 * The longest response body, in bytes, both as received and decompressed: 40 KB for each of a page's hundred records. Its
 * JSON is parsed in one go, which blocks the process for up to 50 milliseconds.
 */
const maxAnswerBytes = 4 * 1024 * 1024;
/** After decoding a longer one, other work gets its turn before it is parsed. */
const longBytes = 256 * 1024;

const unpackers: Readonly<Record<string, (packed: Buffer) => Promise<Buffer>>> = {
  gzip: unpacking(promisify(gunzip)),
  "x-gzip": unpacking(promisify(gunzip)),
  br: unpacking(promisify(brotliDecompress)),
  deflate: async (packed) =>
    // The standard means the zlib format; some servers send raw deflate.
    unpacking(promisify(isZlib(packed) ? inflate : inflateRaw))(packed),
};

/**
 * The text of a response, decompressed by its `content-encoding`: we request none, but some servers compress
 * anyway. Undefined if it is too long, compressed in another way, or broken.
 */
export async function textOf(
  body: AsyncIterable<Uint8Array>,
  contentEncoding: string | undefined,
): Promise<string | undefined> {
  let bytes = await bytesOf(body);
  if (!bytes) return undefined;
  // The last encoding named was applied last.
  for (const name of encodings(contentEncoding).toReversed()) {
    const unpack = ownValue(unpackers, name);
    if (!unpack) return undefined;
    try {
      bytes = await unpack(bytes);
    } catch {
      return undefined;
    }
  }
  const text = new TextDecoder().decode(bytes);
  if (bytes.length > longBytes) await yieldToEventLoop();
  return text;
}

const encodings = (text = ""): string[] =>
  text
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "" && name !== "identity");

function unpacking(
  unpack: (packed: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>,
): (packed: Buffer) => Promise<Buffer> {
  // A small body that expands too much is stopped.
  return async (packed) => unpack(packed, { maxOutputLength: maxAnswerBytes });
}

const isZlib = (packed: Buffer): boolean => ((packed[0] ?? 0) & 0x0f) === 8;

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    // Leaving the loop destroys the stream and its connection.
    if (size > maxAnswerBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

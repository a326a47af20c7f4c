import { createInterface, type Interface } from "node:readline";
import type { Readable } from "node:stream";
import { Writable } from "node:stream";
import type { Input } from "./cli-context.ts";

/**
 * Reads lines from a terminal, with questions and hidden secrets, or from a pipe or file, without questions. Reads
 * nothing before the first question.
 */
export function streamInput(
  from: Readable & { readonly isTTY?: boolean },
  show: (text: string) => void,
): Input {
  const isTTY = from.isTTY === true;
  let muted = false;
  let lines: AsyncIterator<string> | undefined;
  let reader: Interface | undefined;
  const echo = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (!muted) show(chunk.toString("utf8"));
      done();
    },
  });
  const opened = (): { reader: Interface; lines: AsyncIterator<string> } => {
    reader ??= createInterface({
      input: from,
      terminal: isTTY,
      historySize: 0,
      ...(isTTY ? { output: echo } : {}),
    });
    lines ??= reader[Symbol.asyncIterator]();
    return { reader, lines };
  };
  const next = async (): Promise<string | undefined> => {
    const { value, done } = await opened().lines.next();
    if (done !== true) return value;
    // What follows does not continue the line of the question.
    if (isTTY && !muted) show("\n");
    return undefined;
  };
  return {
    isTTY,
    line: async (question) => {
      if (isTTY) {
        opened().reader.setPrompt(question);
        opened().reader.prompt();
      }
      return next();
    },
    secret: async (question) => {
      if (!isTTY) return next();
      // Before reading starts, so that nothing typed meanwhile is echoed.
      muted = true;
      show(question);
      try {
        return await next();
      } finally {
        muted = false;
        show("\n");
      }
    },
    release: () => reader?.close(),
  };
}

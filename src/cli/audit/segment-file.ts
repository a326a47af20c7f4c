import { createReadStream, existsSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Segment } from "../../domain/audit/anchor.ts";
import type { Retention } from "../../domain/ports/retention.ts";
import type { CliDeps } from "../cli-context.ts";
import { newFile } from "../new-file.ts";

/** The name of a segment's file. Its last entry is part of it: a month may be retired in two parts. */
export function segmentFile(folder: string, { workspaceId, month, count }: Segment): string {
  return join(folder, `${workspaceId}-${month}-${count}.audit.jsonl`);
}

/** The lines of a file. Throws what node:fs throws. */
export async function* fileLines(file: string): AsyncGenerator<string> {
  // Not node:readline, which also ends a line at U+2028 and U+2029: names may contain them.
  let rest = "";
  for await (const chunk of createReadStream(file, "utf8")) {
    const lines = `${rest}${String(chunk)}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

const atOnce = 64 * 1_024;

/**
 * Exports a segment to a file that appears complete or not at all, and reads it again. A file that an interrupted run has
 * left is taken over if it is this segment. Returns its anchor's line. Throws an ordinary error with a readable message.
 */
export async function exportSegment(
  { verifySegment }: Pick<CliDeps, "verifySegment">,
  retention: Retention,
  segment: Segment,
  { folder, at }: { readonly folder: string; readonly at: string },
): Promise<string> {
  const path = segmentFile(folder, segment);
  if (!existsSync(path)) {
    removePartial(path);
    const file = newFile(path);
    try {
      let waiting = "";
      for await (const line of retention.lines(segment, retention.anchorLine({ ...segment, at }))) {
        waiting += `${line}\n`;
        if (waiting.length < atOnce) continue;
        file.write(waiting);
        waiting = "";
      }
      file.write(waiting);
      file.finish();
    } catch (error) {
      file.discard();
      throw unwritten(path, error);
    }
  }
  let last = "";
  const lines = async function* (): AsyncGenerator<string> {
    for await (const line of fileLines(path)) yield (last = line);
  };
  const { anchor, entries, findings } = await verifySegment(lines(), retention.publicKey());
  const isThis = anchor && anchor.first === segment.first && anchor.head === segment.head;
  const [fault] =
    isThis && entries === segment.count - segment.first + 1
      ? findings
      : [...findings, "it holds other entries"];
  if (fault !== undefined)
    throw new Error(`${path} is not what was to be exported: ${fault}. Nothing was removed.`);
  return last;
}

/** What a run left that was killed while it wrote. */
function removePartial(path: string): void {
  for (const name of readdirSync(dirname(path)))
    if (name.startsWith(`${basename(path)}.`) && name.endsWith(".partial")) rmSync(join(dirname(path), name));
}

function unwritten(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  return new Error(
    `Patchbay could not write ${path}, and left no partial file: ${error.message}. Nothing was removed. Free some space, or choose another folder, and run this again.`,
    { cause: error },
  );
}

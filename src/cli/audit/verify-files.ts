import type { Anchor } from "../../domain/audit/anchor.ts";
import type { SegmentReport } from "../../domain/ports/retention.ts";
import type { CliDeps } from "../cli-context.ts";
import { ended } from "../exit-error.ts";
import { readNamedFile } from "../read-file.ts";
import { jsonLine, sanitize } from "../sanitize.ts";
import { fileLines } from "./segment-file.ts";

interface VerifyFilesOptions {
  readonly files: readonly string[];
  readonly publicKey?: string;
  readonly json?: true;
}

const exitCodes = { intact: 0, wrong: 10, unsigned: 9 } as const;

interface FileReport extends SegmentReport {
  readonly file: string;
}

/** `patchbay audit verify --file`: verifies the files of retired months, and that none is missing between them. */
export async function verifyFiles(
  deps: CliDeps,
  { files, publicKey, json }: VerifyFilesOptions,
): Promise<void> {
  const { out } = deps;
  const keys = publicKey === undefined ? await ownKey(deps) : readNamedFile(publicKey);
  const reports: FileReport[] = [];
  for (const file of files) reports.push(await verified(deps, file, keys));
  const gaps = gapsBetween(reports);
  for (const report of reports) out.out(json ? jsonLine(report) : fileText(report));
  for (const gap of gaps) out.out(json ? jsonLine({ gap }) : `${sanitize(gap)}\n`);
  if (gaps.length > 0 || reports.some(({ findings }) => findings.length > 0)) throw ended(exitCodes.wrong);
  if (reports.some(({ isSigned }) => !isSigned)) throw ended(exitCodes.unsigned);
}

/** This server's own key, unless there is none. */
async function ownKey(deps: CliDeps): Promise<string | undefined> {
  const archive = await deps.archive();
  try {
    return archive.publicKey();
  } catch {
    return undefined;
  } finally {
    await archive.close();
  }
}

async function verified(deps: CliDeps, file: string, keys: string | undefined): Promise<FileReport> {
  try {
    return { file, ...(await deps.verifySegment(fileLines(file), keys)) };
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    throw new Error(`Patchbay cannot read ${file}: ${error.message}.`, { cause: error });
  }
}

/** Where one file does not follow from the one before it. */
function gapsBetween(reports: readonly FileReport[]): readonly string[] {
  const anchors = reports.flatMap(({ anchor }) => anchor ?? []).toSorted((a, b) => a.first - b.first);
  const before = new Map<string, Anchor>();
  const gaps: string[] = [];
  for (const anchor of anchors) {
    const { workspaceId, first, previousHash } = anchor;
    const last = before.get(workspaceId);
    before.set(workspaceId, anchor);
    if (!last || (first === last.count + 1 && previousHash === last.head)) continue;
    gaps.push(
      `${workspaceId}: entry ${first} does not follow from entry ${last.count}: a file is missing, given twice, or another one`,
    );
  }
  return gaps;
}

function fileText({ file, anchor, isSigned, entries, findings }: FileReport): string {
  const what = anchor
    ? `${anchor.workspaceId} ${anchor.month}, ${entries} entries (${anchor.first} to ${anchor.count})`
    : "not a segment";
  const signed = isSigned ? "signed" : "not signed by a key that was given";
  const lines = [
    `${file}: ${findings.length === 0 ? "intact" : "NOT right"}; ${what}, ${signed}`,
    ...findings.map((words) => `  ${words}`),
  ];
  return lines.map((line) => `${sanitize(line)}\n`).join("");
}

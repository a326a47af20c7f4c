import { ConfigError } from "../../config.ts";
import type { AuditArchive } from "../../domain/audit/audit-archive.ts";
import { exitErrorLine } from "../exit-error.ts";
import type { CliDeps } from "../cli-context.ts";
import { manifestFaults } from "./manifest.ts";
import { type Finding, ok, fail, skip, warn, fixFirst } from "./finding.ts";
import { statSync } from "node:fs";

/** Whether the server would accept the settings, with a line for each fault. */
export async function checkSettings(deps: CliDeps): Promise<readonly Finding[]> {
  try {
    deps.checkSettings();
    return [ok("settings", "complete")];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map((fault) => fail("settings", `${fault}; see .env.example`));
  }
}

/** A warning for each file with secrets that others on this machine can read. */
export async function checkFiles(deps: CliDeps): Promise<readonly Finding[]> {
  let files: readonly string[];
  try {
    files = deps.secretFiles?.() ?? [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    files = [".env"];
  }
  return openFiles(files).map(({ path, mode }) => ({
    state: "warn",
    about: `file ${path}`,
    words: `others on this machine can read it (mode ${mode}); run chmod 600 ${path}`,
  }));
}

/**
 * Whether the database returns everything that it stores, and whether the audit log matches its checkpoints, with a
 * line for each fault. Takes seconds for a million entries.
 */
export async function checkArchive(deps: CliDeps): Promise<readonly Finding[]> {
  let archive: AuditArchive;
  try {
    archive = await deps.archive();
  } catch {
    // The line about the database says why.
    return [];
  }
  const verify = "run `patchbay audit verify`";
  try {
    const [hidden, unvouched, unsigned] = [
      await archive.databaseFaults(),
      await archive.checkpointFaults(),
      archive.unsignedReason(),
    ];
    return [
      ...hidden.map((fault) => fail("database", `may hide rows: ${fault}; ${verify}`)),
      ...unvouched.map((fault) =>
        fail("audit log", `${fault}; ${verify}, then see \`patchbay audit accept --help\``),
      ),
      ...(unsigned === undefined ? [] : [warn("audit log", `nothing signs it: ${unsigned}`)]),
    ];
  } catch (error) {
    return [fail("audit log", exitErrorLine(error))];
  } finally {
    await archive.close();
  }
}

/** Whether this version's manifest matches what its code listens to. */
export async function checkManifest(deps: CliDeps): Promise<readonly Finding[]> {
  try {
    // Imported only here, because the server does not need it.
    const { parse } = await import("yaml");
    const faults = manifestFaults(parse(deps.manifestText()), deps.code);
    if (faults.length === 0) return [ok("manifest", "matches the code")];
    return faults.map((fault) =>
      fail("manifest", `${fault}; correct manifest.yml, then the app's manifest in Slack`),
    );
  } catch (error) {
    return [fail("manifest", exitErrorLine(error))];
  }
}

/** Whether SLACK_BOT_TOKEN is valid and has the scopes that the code needs. */
export async function checkToken(deps: CliDeps): Promise<readonly Finding[]> {
  const about = "Slack token";
  try {
    const owner = await deps.tokenOwner();
    if (!owner)
      return [skip(about, "SLACK_BOT_TOKEN is not set: each workspace has its own, by installation")];
    const needed = deps.code.scopes.filter((scope) => !deps.code.optionalScopes.includes(scope));
    const missing = needed.filter((scope) => owner.scopes?.includes(scope) === false);
    if (missing.length === 0) return [ok(about, `belongs to ${owner.workspace}`)];
    return [
      fail(
        about,
        `lacks the scopes ${missing.join(", ")}; reinstall the app (Install App) and set the new token`,
      ),
    ];
  } catch (error) {
    return [error instanceof ConfigError ? skip(about, fixFirst) : fail(about, exitErrorLine(error))];
  }
}

/** The files that others than their owner can read or write, with their modes in octal. */
export function openFiles(
  paths: readonly string[],
): readonly { readonly path: string; readonly mode: string }[] {
  return paths.flatMap((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isFile() || (found.mode & 0o077) === 0) return [];
    return [{ path, mode: (found.mode & 0o777).toString(8).padStart(4, "0") }];
  });
}

import type { Command } from "commander";
import { checkArchive, checkFiles, checkManifest, checkSettings, checkToken } from "./checks.ts";
import { ended } from "../exit-error.ts";
import type { CliDeps } from "../cli-context.ts";
import { sanitize } from "../sanitize.ts";
import type { Finding } from "./finding.ts";
import { checkDatabase } from "./check-database.ts";

/** `patchbay doctor`: checks the whole installation, with a line for each check. */
export function addDoctor(patchbay: Command, deps: CliDeps): void {
  patchbay
    .command("doctor")
    .description("check settings, database, keys, manifest, Slack token and every connection")
    .addHelpText(
      "after",
      `
Reads every connection once, which is recorded, and changes nothing else. Exits with 1 if a line says FAIL; warnings
do not count.

Examples:
  patchbay doctor
  patchbay doctor && patchbay start`,
    )
    .action(async () => doctor(deps));
}

async function doctor(deps: CliDeps): Promise<void> {
  let failed = false;
  for (const check of [checkSettings, checkFiles, checkDatabase, checkArchive, checkManifest, checkToken]) {
    for (const finding of await check(deps)) {
      failed ||= finding.state === "FAIL";
      deps.out.out(line(finding));
    }
  }
  if (failed) throw ended(1);
}

function line({ state, about, words }: Finding): string {
  return `${state.padEnd(4)}  ${sanitize(about)}: ${sanitize(words)}\n`;
}

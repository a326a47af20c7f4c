import type { Command } from "commander";
import type { KeyUse } from "../domain/ports/sealed-secrets.ts";
import { withInfrastructure } from "./with-infrastructure.ts";
import { ended } from "./exit-error.ts";
import type { CliDeps, CliInfrastructure } from "./cli-context.ts";
import { table } from "./table.ts";
import { sanitize } from "./sanitize.ts";

/** `patchbay keys`: shows which keys of CREDENTIAL_KEYS are in use. It has the subcommand `rotate`. */
export function addKeys(patchbay: Command, deps: CliDeps): void {
  const keys = patchbay
    .command("keys")
    .description("show which keys encrypt credentials and tokens; re-encrypt everything with the newest")
    .enablePositionalOptions()
    .addHelpText("after", "\nExamples:\n  patchbay keys\n  patchbay keys rotate");
  keys
    .command("status", { isDefault: true })
    .description("show how many secrets each key encrypts")
    .addHelpText("after", "\nExample:\n  patchbay keys status")
    .action(async () => withInfrastructure(deps, { create: false }, async (infra) => status(deps, infra)));
  keys
    .command("rotate")
    .description("re-encrypt everything with the newest key, while the server runs")
    .addHelpText(
      "after",
      `
Put the new key first in CREDENTIAL_KEYS, keep the old ones after it, restart the server, then run this. You can
interrupt it at any time and run it again. It says when an old key is no longer needed.

Example:
  CREDENTIAL_KEYS=k2:…,k1:… patchbay keys rotate`,
    )
    .action(async () => withInfrastructure(deps, { create: false }, async (infra) => rotate(deps, infra)));
}

async function status({ out }: CliDeps, { secrets }: CliInfrastructure): Promise<void> {
  const use = await secrets.use();
  out.out(
    table(
      ["key", "secrets", "state"],
      use.map(({ keyId, secrets: count, state }) => [keyId, String(count), stateWords[state]]),
    ),
  );
  out.out(`${verdict(use)}\n`);
}

async function rotate(deps: CliDeps, { secrets, newId }: CliInfrastructure): Promise<void> {
  const { out } = deps;
  const actor = { kind: "cli", osUser: deps.osUser() } as const;
  const counts = new Map<string, number>();
  let closed = 0;
  for await (const { what, from, outcome } of secrets.reseal({ actor, requestId: newId("req") })) {
    if (outcome === "resealed") counts.set(from, (counts.get(from) ?? 0) + 1);
    else if (outcome === "changed meanwhile")
      out.out(sanitize(`the server changed ${what} meanwhile`) + "\n");
    else {
      closed += 1;
      out.err(sanitize(`${what} cannot be decrypted: its key ${from} is missing or different`) + "\n");
    }
  }
  const use = await secrets.use();
  const newest = use.find(({ state }) => state === "newest");
  for (const [from, count] of counts)
    out.out(sanitize(`${count} re-encrypted from ${from} to ${newest?.keyId}`) + "\n");
  out.out(`${verdict(use)}\n`);
  if (closed > 0) throw ended(1);
}

/** What to do about the keys: one sentence for each key that needs attention. */
export function verdict(use: readonly KeyUse[]): string {
  const words = use.flatMap(({ keyId, secrets, state }) => {
    if (state === "newest") return [`${secrets} encrypted with ${keyId}, the newest.`];
    if (state === "missing") {
      const remedy = `put ${keyId} back into CREDENTIAL_KEYS, or enter these secrets again`;
      return [`${secrets} encrypted with ${keyId}, which is missing: ${remedy}.`];
    }
    if (secrets > 0) return [`${secrets} encrypted with ${keyId}: run \`patchbay keys rotate\`.`];
    return [`${keyId} is no longer needed here; only older backups need it. Remove it from CREDENTIAL_KEYS.`];
  });
  return sanitize(words.join(" "));
}

const stateWords = { newest: "newest, encrypts", older: "decrypts", missing: "MISSING" } as const;

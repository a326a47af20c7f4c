import type { Command } from "commander";
import type { KeyUse } from "../domain/sealed-secrets.ts";
import { onGround } from "./with-infrastructure.ts";
import { ended } from "./exit-error.ts";
import type { Given, Ground } from "./cli-context.ts";
import { table } from "./table.ts";
import { visible } from "./sanitize.ts";

/** `patchbay keys`: which keys of CREDENTIAL_KEYS are in use, and `rotate` under it. */
export function addKeys(patchbay: Command, given: Given): void {
  const keys = patchbay
    .command("keys")
    .description("the keys that seal credentials and tokens: which are in use; seal all under the newest")
    .enablePositionalOptions();
  keys
    .command("status", { isDefault: true })
    .description("how many secrets each key has sealed")
    .addHelpText("after", "\nExample:\n  patchbay keys status")
    .action(async () => onGround(given, { create: false }, async (ground) => status(given, ground)));
  keys
    .command("rotate")
    .description("seal everything under the newest key, beside the running server")
    .addHelpText(
      "after",
      `
Put the new key first in CREDENTIAL_KEYS, keep the old ones behind it, restart the server, and then run this. It may be
broken off at any point and run again. It says when an old key is no longer needed.

Example:
  CREDENTIAL_KEYS=k2:…,k1:… patchbay keys rotate`,
    )
    .action(async () => onGround(given, { create: false }, async (ground) => rotate(given, ground)));
}

async function status({ out }: Given, { secrets }: Ground): Promise<void> {
  const use = await secrets.use();
  out.out(
    table(
      ["key", "secrets", "state"],
      use.map(({ keyId, secrets: count, state }) => [keyId, String(count), stateWords[state]]),
    ),
  );
  out.out(`${verdict(use)}\n`);
}

async function rotate(given: Given, { secrets, newId }: Ground): Promise<void> {
  const { out } = given;
  const actor = { kind: "cli", osUser: given.osUser() } as const;
  const counts = new Map<string, number>();
  let closed = 0;
  for await (const { what, from, outcome } of secrets.reseal({ actor, requestId: newId("req") })) {
    if (outcome === "resealed") counts.set(from, (counts.get(from) ?? 0) + 1);
    else if (outcome === "changed meanwhile")
      out.out(visible(`${what} was changed by the server meanwhile`) + "\n");
    else {
      closed += 1;
      out.err(visible(`${what} cannot be opened: its key ${from} is missing, or another one`) + "\n");
    }
  }
  const use = await secrets.use();
  const newest = use.find(({ state }) => state === "newest");
  for (const [from, count] of counts)
    out.out(visible(`${count} under ${from} are now under ${newest?.keyId}`) + "\n");
  out.out(`${verdict(use)}\n`);
  if (closed > 0) throw ended(1);
}

/** What is to be done about the keys, in one sentence for each that is not as it should be. */
export function verdict(use: readonly KeyUse[]): string {
  const words = use.flatMap(({ keyId, secrets, state }) => {
    if (state === "newest") return [`${secrets} sealed under ${keyId}, the newest.`];
    if (state === "missing") {
      const remedy = `put ${keyId} back into CREDENTIAL_KEYS, or enter these secrets again`;
      return [`${secrets} sealed under ${keyId}, which is missing: ${remedy}.`];
    }
    if (secrets > 0) return [`${secrets} sealed under ${keyId}: run \`patchbay keys rotate\`.`];
    return [
      `${keyId} is no longer needed here; only backups from before still need it. Take it out of CREDENTIAL_KEYS.`,
    ];
  });
  return visible(words.join(" "));
}

const stateWords = { newest: "newest, seals", older: "opens", missing: "MISSING" } as const;

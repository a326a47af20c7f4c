import { Option, type Command } from "commander";
import { Problem } from "../domain/problem/problem.ts";
import type { Credentials, Vendor, VendorId } from "../domain/vendor/vendor.ts";
import { connectVendor } from "../operations/connections/connect-vendor.ts";
import { asRequest, withInfrastructure, readWorkspaceId } from "./with-infrastructure.ts";
import type { CliDeps, Input } from "./cli-context.ts";
import { sanitize } from "./sanitize.ts";

interface ConnectOptions {
  readonly workspace: string;
  readonly vendor: VendorId;
  readonly name: string;
}

/** `patchbay connect`: adds a connection without sending its key through a chat or a command line. */
export function addConnect(patchbay: Command, deps: CliDeps): void {
  patchbay
    .command("connect")
    .description("add a connection; reads the API key from standard input, tests it and stores it encrypted")
    .requiredOption("-w, --workspace <id>", "Slack workspace (T…), or org-wide install (E…)", readWorkspaceId)
    .addOption(new Option("--vendor <id>", "the vendor").choices(deps.vendorIds).makeOptionMandatory())
    .requiredOption("--name <name>", 'what people will call it, e.g. "Cartesia prod"')
    .addHelpText(
      "after",
      `
On a terminal, Patchbay asks for the key and does not show it. Otherwise the key is the first line of standard input.

Examples:
  patchbay connect --workspace T0123ABCD --vendor cartesia --name "Cartesia prod"
  patchbay connect -w T0123ABCD --vendor oneinbox --name "OneInbox" < key.txt`,
    )
    .action(async (options: ConnectOptions) => connect(deps, options));
}

async function connect(deps: CliDeps, { workspace, vendor, name }: ConnectOptions): Promise<void> {
  await withInfrastructure(deps, { create: true }, async (infra) => {
    const known = (await infra.store.workspaceIds()).includes(workspace);
    const credentials = await readCredentials(deps.input, infra.accounts.vendor(vendor));
    const connection = await asRequest(deps, infra, workspace, async (ctx) =>
      connectVendor(ctx, { vendor, name, credentials }),
    );
    deps.out.out(
      `Connected ${sanitize(connection.name)} (${connection.vendor}) in ${workspace}: fingerprint ${connection.fingerprint}, id ${connection.id}\n`,
    );
    if (known) return;
    deps.out.err(`Note: Patchbay did not know the workspace ${workspace} before. Check its id.\n`);
  });
}

/** Asks for each credentials field of a vendor, in order, one line each. Throws invalid_input if one is missing. */
async function readCredentials(input: Input, vendor: Vendor): Promise<Credentials> {
  const credentials = new Map<string, string>();
  for (const [id, field] of Object.entries(vendor.credentials.shape)) {
    const label = field.description ?? id;
    const typed = (await input.secret(`${vendor.title}, ${label}: `))?.trim();
    if (!typed)
      throw new Problem("invalid_input", `Standard input was empty. Patchbay needs: ${label}.`, {
        field: id,
      });
    credentials.set(id, typed);
  }
  return Object.fromEntries(credentials);
}

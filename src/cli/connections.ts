import type { Command } from "commander";
import { Problem } from "../domain/problem/problem.ts";
import type { WorkspaceStore } from "../domain/ports/store.ts";
import type { Connection } from "../domain/connections/connections.ts";
import { disconnectVendor, testConnection } from "../operations/connections/connect-vendor.ts";
import { namedConnection } from "../operations/shared/named-connection.ts";
import { nearest } from "../operations/shared/nearest.ts";
import { asRequest, withInfrastructure, readWorkspaceId, workspacesOf } from "./with-infrastructure.ts";
import type { CliDeps } from "./cli-context.ts";
import { tableFor } from "./table.ts";
import { jsonLine, sanitize } from "./sanitize.ts";

/** `patchbay connections`, with the subcommands `test` and `remove`. */
export function addConnections(patchbay: Command, deps: CliDeps): void {
  const connections = patchbay
    .command("connections")
    .description("list connections; test or remove one")
    .option("-w, --workspace <id>", "one workspace (all when not given)", readWorkspaceId)
    .option("--json", "JSON lines, also on a terminal")
    .enablePositionalOptions()
    .addHelpText(
      "after",
      `
Examples:
  patchbay connections
  patchbay connections --workspace T0123ABCD --json
  patchbay connections test "Cartesia prod" --workspace T0123ABCD
  patchbay connections remove con_0123 --workspace T0123ABCD --yes`,
    )
    .action(async (options: ListOptions) => list(deps, options));

  connections
    .command("test <connection>")
    .description("test a connection, by id or name, with one read; this is recorded")
    .requiredOption("-w, --workspace <id>", "its workspace", readWorkspaceId)
    .addHelpText("after", '\nExample:\n  patchbay connections test "Cartesia prod" --workspace T0123ABCD')
    .action(async (typed: string, options: OneOptions) => test(deps, typed, options));

  connections
    .command("remove <connection>")
    .description("remove a connection and its key, by id or name; nothing changes at the vendor")
    .requiredOption("-w, --workspace <id>", "its workspace", readWorkspaceId)
    .option("--yes", "do not ask")
    .addHelpText("after", '\nExample:\n  patchbay connections remove "Cartesia prod" --workspace T0123ABCD')
    .action(async (typed: string, options: OneOptions) => remove(deps, typed, options));
}

interface ListOptions {
  readonly workspace?: string;
  readonly json?: true;
}

interface OneOptions {
  readonly workspace: string;
  readonly yes?: true;
}

async function list(deps: CliDeps, { workspace, json }: ListOptions): Promise<void> {
  const found = await withInfrastructure(deps, { create: false }, async (infra) => {
    const each = (await workspacesOf(infra, workspace)).map(async (id) =>
      (await infra.store.workspace(id).connections.list()).map((connection) => ({
        workspace: id,
        ...connection,
      })),
    );
    return (await Promise.all(each)).flat();
  });
  const { out } = deps;
  if (json || !out.isTTY) {
    for (const connection of found) out.out(jsonLine(connection));
  } else if (found.length === 0) {
    out.err("There are no connections. To add one: `patchbay connect --help`.\n");
  } else {
    const rows = found.map((one) => [
      one.workspace,
      one.id,
      one.vendor,
      one.name,
      one.fingerprint,
      one.createdAt,
    ]);
    out.out(tableFor(out, ["WORKSPACE", "ID", "VENDOR", "NAME", "FINGERPRINT", "CREATED"], rows, 60));
  }
}

async function test(deps: CliDeps, typed: string, { workspace }: OneOptions): Promise<void> {
  await withInfrastructure(deps, { create: false }, async (infra) => {
    const { id } = await findConnection(infra.store.workspace(workspace), typed);
    const tested = await asRequest(deps, infra, workspace, async (ctx) => testConnection(ctx, id));
    deps.out.out(`${title(tested)} is healthy, and its key works.\n`);
  });
}

async function remove(deps: CliDeps, typed: string, { workspace, yes }: OneOptions): Promise<void> {
  await withInfrastructure(deps, { create: false }, async (infra) => {
    const connection = await findConnection(infra.store.workspace(workspace), typed);
    if (!yes) await confirm(deps, connection);
    await asRequest(deps, infra, workspace, async (ctx) => disconnectVendor(ctx, connection.id));
    deps.out.out(`Removed ${title(connection)} and its key. Nothing changed at the vendor.\n`);
  });
}

async function confirm({ input }: CliDeps, connection: Connection): Promise<void> {
  if (!input.isTTY)
    throw new Problem("invalid_input", "Patchbay cannot ask for confirmation here.", {
      field: "yes",
    });
  const answer = await input.line(`Remove ${title(connection)} and its key? [y/N] `);
  if (/^y(es)?$/iu.test(answer?.trim() ?? "")) return;
  throw new Problem("invalid_input", "You did not confirm it. Nothing was removed.", { field: "yes" });
}

async function findConnection(
  { id: workspaceId, connections: vault }: WorkspaceStore,
  typed: string,
): Promise<Connection> {
  const all = await vault.list();
  const found = namedConnection(all, typed);
  if (found) return found;
  const near = (await nearest(typed, all, ({ name }) => name)).map(({ name }) => name);
  const message = `Workspace ${workspaceId} has no connection “${typed}”; it has ${all.map(({ name }) => name).join(", ") || "none"}.`;
  throw new Problem("not_found", message, { nearest: near });
}

function title({ name, vendor, fingerprint }: Connection): string {
  return `${sanitize(name)} (${vendor}, ${fingerprint})`;
}

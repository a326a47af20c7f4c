import { ConfigError } from "../config.ts";
import type { AuditArchive } from "../domain/audit/audit-archive.ts";
import type { KeyUse } from "../domain/ports/sealed-secrets.ts";
import { testConnection } from "../operations/connections/connect-vendor.ts";
import { formatReplica } from "../domain/ports/replicas.ts";
import { isUnsupported } from "../domain/vendor/unsupported.ts";
import { lanes } from "../operations/shared/lanes.ts";
import { asRequest } from "./with-infrastructure.ts";
import { verdict } from "./keys.ts";
import { exitErrorLine } from "./exit-error.ts";
import type { CliDeps, CliInfrastructure } from "./cli-context.ts";
import { manifestFaults } from "./manifest.ts";
import { openFiles } from "./open-files.ts";

/** One line of `patchbay doctor`: what was checked, the result, and what to do about a fault. */
export interface Finding {
  readonly state: "ok" | "warn" | "FAIL" | "skip";
  readonly about: string;
  readonly words: string;
}

const ok = (about: string, words: string): Finding => ({ state: "ok", about, words });
const fail = (about: string, words: string): Finding => ({ state: "FAIL", about, words });
const skip = (about: string, words: string): Finding => ({ state: "skip", about, words });
const mendFirst = "fix the settings first";

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

/** Whether the database can be opened and written; then checks everything in it. */
export async function checkDatabase(deps: CliDeps): Promise<readonly Finding[]> {
  let infra: CliInfrastructure;
  try {
    infra = await deps.openInfrastructure({ create: false });
  } catch (error) {
    const about = ["database", "credential keys", "connections"];
    if (error instanceof ConfigError) return about.map((one) => skip(one, mendFirst));
    return [
      fail("database", exitErrorLine(error)),
      ...about.slice(1).map((one) => skip(one, "there is no database yet")),
    ];
  }
  try {
    const written = await attempt("database", "opens, schema is up to date, is writable", async () =>
      infra.store.checkWritable(),
    );
    const sealed = await sealedThings(infra);
    const use = await infra.secrets.use();
    return [
      written,
      ...(await serverFindings(infra)),
      ...keyFindings(sealed, use),
      ...(await checkConnections(deps, infra, sealed)),
    ];
  } finally {
    await infra.close();
  }
}

/** The servers that run on the database, if there can be several. */
async function serverFindings({ replicas }: CliInfrastructure): Promise<readonly Finding[]> {
  if (!replicas) return [];
  try {
    const live = await replicas.live();
    if (live.length === 0) return [skip("servers", "none is running")];
    return live.map((replica) => ok("server", formatReplica(replica)));
  } catch (error) {
    return [fail("servers", exitErrorLine(error))];
  }
}

/** An encrypted secret, and whether the server's keys can decrypt it. */
interface SealedThing {
  readonly opens: Finding;
  /** The connection that it belongs to, if any. */
  readonly connection?: { readonly workspaceId: string; readonly id: string; readonly title: string };
}

async function sealedThings({ store, installations }: CliInfrastructure): Promise<readonly SealedThing[]> {
  const things: SealedThing[] = [];
  for (const { key } of await installations.list()) {
    things.push({
      opens: await attempt(`credential keys, installation ${key}`, "", async () => installations.find(key)),
    });
  }
  for (const workspaceId of await store.workspaceIds()) {
    const { connections: vault } = store.workspace(workspaceId);
    for (const { id, name, vendor } of await vault.list()) {
      const title = `${workspaceId} ${name} (${vendor})`;
      const opens = await attempt(`credential keys, ${title}`, "", async () => vault.credentials(id));
      things.push({ opens, connection: { workspaceId, id, title } });
    }
  }
  return things;
}

function keyFindings(sealed: readonly SealedThing[], use: readonly KeyUse[]): readonly Finding[] {
  if (sealed.length === 0) return [skip("credential keys", "nothing is encrypted yet")];
  const closed = sealed.map(({ opens }) => opens).filter(({ state }) => state !== "ok");
  if (closed.length > 0) return closed;
  return [ok("credential keys", `all can be decrypted: ${verdict(use)}`)];
}

/**
 * Whether the database returns everything that it stores, and whether the audit log matches its checkpoints, with a
 * line for each fault. Takes seconds for a million entries.
 */
export async function checkArchive(deps: CliDeps): Promise<readonly Finding[]> {
  let archive: AuditArchive;
  try {
    archive = deps.archive();
  } catch (error) {
    // Otherwise the line about the database says why.
    return isUnsupported(error) ? [skip("audit log", error.message)] : [];
  }
  const verify = "run `patchbay audit verify`";
  try {
    return [
      ...archive.databaseFaults().map((fault) => fail("database", `may hide rows: ${fault}; ${verify}`)),
      ...archive
        .checkpointFaults()
        .map((fault) => fail("audit log", `${fault}; ${verify}, then see \`patchbay audit accept --help\``)),
    ];
  } catch (error) {
    return [fail("audit log", exitErrorLine(error))];
  } finally {
    await archive.close();
  }
}

/** The number of connections to test concurrently. */
const atOnce = 10;

/**
 * Whether every connection responds and accepts its key. Connections whose key cannot be decrypted were reported
 * already.
 */
async function checkConnections(
  deps: CliDeps,
  infra: CliInfrastructure,
  sealed: readonly SealedThing[],
): Promise<readonly Finding[]> {
  const places = lanes(atOnce);
  const checks = sealed.flatMap(({ connection, opens }) => {
    if (!connection) return [];
    const { workspaceId, id, title } = connection;
    const about = `connection, ${title}`;
    if (opens.state !== "ok") return [Promise.resolve(skip(about, "its key cannot be decrypted"))];
    return [
      attempt(about, "healthy, and its key works", async () =>
        places.run("all", async () =>
          asRequest(deps, infra, workspaceId, async (ctx) => testConnection(ctx, id)),
        ),
      ),
    ];
  });
  if (checks.length > 0) return Promise.all(checks);
  return [skip("connections", "none yet; to add one: `patchbay connect --help`")];
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
    return [error instanceof ConfigError ? skip(about, mendFirst) : fail(about, exitErrorLine(error))];
  }
}

async function attempt(about: string, words: string, act: () => Promise<unknown>): Promise<Finding> {
  try {
    await act();
    return ok(about, words);
  } catch (error) {
    return fail(about, exitErrorLine(error));
  }
}

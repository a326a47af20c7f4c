import { ConfigError } from "../../config.ts";
import type { KeyUse } from "../../domain/ports/sealed-secrets.ts";
import { testConnection } from "../../operations/connections/connect-vendor.ts";
import { hasNewerApi } from "../../operations/connections/newer-api.ts";
import type { Context } from "../../operations/shared/context.ts";
import { formatReplica } from "../../domain/ports/replicas.ts";
import { lanes } from "../../operations/shared/work/lanes.ts";
import { asRequest } from "../with-infrastructure.ts";
import { verdict } from "../keys.ts";
import { exitErrorLine } from "../exit-error.ts";
import type { CliDeps, CliInfrastructure } from "../cli-context.ts";
import { type Finding, ok, fail, skip, fixFirst, attempt } from "./finding.ts";

/** Whether the database can be opened and written; then checks everything in it. */
export async function checkDatabase(deps: CliDeps): Promise<readonly Finding[]> {
  let infra: CliInfrastructure;
  try {
    infra = await deps.openInfrastructure({ create: false });
  } catch (error) {
    const about = ["database", "credential keys", "connections"];
    if (error instanceof ConfigError) return about.map((one) => skip(one, fixFirst));
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
      ...(await holdFindings(infra)),
      ...keyFindings(sealed, use),
      ...(await checkConnections(deps, infra, sealed)),
    ];
  } finally {
    await infra.close();
  }
}

/** The servers that run on the database, if there can be several. */
export async function serverFindings({ replicas }: CliInfrastructure): Promise<readonly Finding[]> {
  if (!replicas) return [];
  try {
    const live = await replicas.live();
    if (live.length === 0) return [skip("servers", "none is running")];
    return live.map((replica) => ok("server", formatReplica(replica)));
  } catch (error) {
    return [fail("servers", exitErrorLine(error))];
  }
}

/** The workspaces under a legal hold. */
export async function holdFindings({ store, retention }: CliInfrastructure): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const id of await store.workspaceIds()) {
    const hold = await retention.hold(id);
    if (hold) found.push(ok(`legal hold, ${id}`, `since ${hold.at}: ${hold.reason}`));
  }
  return found;
}

/** An encrypted secret, and whether the server's keys can decrypt it. */
export interface SealedThing {
  readonly opens: Finding;
  /** The connection that it belongs to, if any. */
  readonly connection?: { readonly workspaceId: string; readonly id: string; readonly title: string };
}

export async function sealedThings({
  store,
  installations,
}: CliInfrastructure): Promise<readonly SealedThing[]> {
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

export function keyFindings(sealed: readonly SealedThing[], use: readonly KeyUse[]): readonly Finding[] {
  if (sealed.length === 0) return [skip("credential keys", "nothing is encrypted yet")];
  const closed = sealed.map(({ opens }) => opens).filter(({ state }) => state !== "ok");
  if (closed.length > 0) return closed;
  return [ok("credential keys", `all can be decrypted: ${verdict(use)}`)];
}

/** The number of connections to test concurrently. */
export const atOnce = 10;

/**
 * Whether every connection responds and accepts its key. Connections whose key cannot be decrypted were reported
 * already.
 */
export async function checkConnections(
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
      places.run("all", async () =>
        asRequest(deps, infra, workspaceId, async (ctx) => checkConnection(ctx, about, id)),
      ),
    ];
  });
  if (checks.length > 0) return Promise.all(checks);
  return [skip("connections", "none yet; to add one: `patchbay connect --help`")];
}

async function checkConnection(ctx: Context, about: string, id: string): Promise<Finding> {
  const tested = await attempt(about, "healthy, and its key works", async () => testConnection(ctx, id));
  if (tested.state !== "ok" || !(await hasNewerApi(ctx, id))) return tested;
  return ok(about, `${tested.words}; the account has the vendor's newer API`);
}

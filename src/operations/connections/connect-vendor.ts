import { connectionName, connectionNameKey } from "../../domain/connections/connection-name.ts";
import { isProblem, Problem } from "../../domain/problem/problem.ts";
import { maxConnections, tooManyConnections } from "../../domain/connections/connections.ts";
import type { Connection, ConnectionRecord } from "../../domain/connections/connections.ts";
import type { Credentials, VendorId } from "../../domain/vendor/vendor.ts";
import { scopeStatus } from "../history/subject-status.ts";
import { requestMetaOf, auditConnection, deadline, openConnection, type Context } from "../shared/context.ts";
import { recordRefusal, requireRoleAudited } from "../access/permissions.ts";

/** A connection to add. */
export interface NewConnection {
  readonly vendor: VendorId;
  readonly name: string;
  readonly credentials: Credentials;
}

/**
 * Adds a connection: tests the key with one read, then stores it encrypted, with an entry. Throws not_allowed,
 * invalid_input, credentials_rejected and what the vendor's read throws; then nothing was stored.
 */
export async function connectVendor(ctx: Context, wanted: NewConnection): Promise<Connection> {
  await requireRoleAudited(ctx, "admin", "add connections");
  const name = await checkNewName(ctx, wanted.name);
  const credentials = readCredentials(ctx, wanted.vendor, wanted.credentials);
  try {
    await ctx.accounts.trial(wanted.vendor, credentials, requestMetaOf(ctx)).check(deadline("form"));
  } catch (error) {
    await recordRefusal(ctx, { kind: "connection.added", reason: `${wanted.vendor}: ${name}` }, error);
    throw error;
  }
  return ctx.workspace.connections.add(
    { vendor: wanted.vendor, name, credentials },
    record(ctx, "connection.added"),
  );
}

/**
 * Tests other credentials and, if they are valid, replaces those of the connection. Throws what `connectVendor`
 * throws.
 */
export async function replaceKey(
  ctx: Context,
  connectionId: string,
  offered: Credentials,
): Promise<Connection> {
  await requireRoleAudited(ctx, "admin", "replace keys");
  const before = await ctx.workspace.connections.get(connectionId);
  const credentials = readCredentials(ctx, before.vendor, offered);
  try {
    await ctx.accounts.trial(before.vendor, credentials, requestMetaOf(ctx)).check(deadline("form"));
  } catch (error) {
    await recordRefusal(ctx, { kind: "connection.replaced", connection: auditConnection(before) }, error);
    throw error;
  }
  return ctx.workspace.connections.replace(connectionId, credentials, record(ctx, "connection.replaced"));
}

/** Tests a connection with one read, with an entry. Throws what the read throws. */
export async function testConnection(ctx: Context, connectionId: string): Promise<Connection> {
  await requireRoleAudited(ctx, "admin", "test connections");
  const connection = await ctx.workspace.connections.get(connectionId);
  const event = { kind: "connection.tested", connection: auditConnection(connection) } as const;
  try {
    const { account } = await openConnection(ctx, connectionId);
    await account.check(deadline("form"));
  } catch (error) {
    await recordRefusal(ctx, event, error);
    throw error;
  }
  await ctx.workspace.audit.append({
    ...event,
    actor: ctx.actor,
    requestId: ctx.requestId,
    outcome: "applied",
  });
  return connection;
}

/** Removes a connection and its credentials. Its numbers stay unchanged at the vendor. */
export async function disconnectVendor(ctx: Context, connectionId: string): Promise<Connection> {
  await requireRoleAudited(ctx, "admin", "remove connections");
  try {
    const connection = await ctx.workspace.connections.get(connectionId);
    await ctx.workspace.connections.remove(connectionId, record(ctx, "connection.removed"));
    ctx.accounts.forget(connectionId);
    return connection;
  } catch (error) {
    if (!isProblem(error, "not_found")) throw error;
    const ended = await scopeStatus(ctx, { connectionId }, { "connection.removed": "disconnected" });
    throw ended ? new Problem("not_found", error.message, { ended }, error) : error;
  }
}

function record(
  ctx: Context,
  kind: "connection.added" | "connection.replaced" | "connection.removed",
): ConnectionRecord {
  return (connection) => ({
    kind,
    connection: auditConnection(connection),
    actor: ctx.actor,
    requestId: ctx.requestId,
    outcome: "applied",
  });
}

/** The normalized name of a new connection. Reads only the store. Throws invalid_input, field `name`. */
export async function checkNewName({ workspace }: Context, typed: string): Promise<string> {
  const name = connectionName(typed);
  const connections = await workspace.connections.list();
  if (connections.length >= maxConnections) throw tooManyConnections();
  const isTaken = connections.some((other) => connectionNameKey(other.name) === connectionNameKey(name));
  if (!isTaken) return name;
  throw new Problem("invalid_input", `A connection called ${name} already exists.`, { field: "name" });
}

function readCredentials(ctx: Context, vendorId: VendorId, offered: Credentials): Credentials {
  const vendor = ctx.accounts.vendor(vendorId);
  const read = vendor.credentials.safeParse(offered);
  if (read.success) return read.data;
  const field = String(read.error.issues[0]?.path[0] ?? "api_key");
  throw new Problem("invalid_input", `That does not look like a key for ${vendor.title}.`, { field });
}

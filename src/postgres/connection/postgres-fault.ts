import { isPostgresError, isTlsCode, isWithoutTls, postgresErrorCode, reasonOf } from "./postgres-error.ts";
import type { PostgresUrl } from "./postgres-url.ts";

/** An error with a readable message about a database that cannot be used, for the person who runs Patchbay. */
export function unusable({ title }: PostgresUrl, fault: string, remedy: string, cause?: unknown): Error {
  const error = new Error(`The database ${title} cannot be used: ${fault}. ${remedy}`, { cause });
  error.name = "DatabaseError";
  return error;
}

/** The error with a readable message for what failed while opening; an error of Patchbay's own comes back unchanged. */
export function postgresFault(url: PostgresUrl, error: unknown): unknown {
  if (!isPostgresError(error) || (error instanceof Error && error.name === "DatabaseError")) return error;
  return unusable(url, reasonOf(error), remedyFor(error), error);
}

function remedyFor(error: unknown): string {
  const code = postgresErrorCode(error);
  if (code === "42501")
    return "Run `patchbay migrate --grant-to` with this role's name, as the role that owns the tables.";
  if (code.startsWith("28") || code === "3D000") return "Correct DATABASE_URL.";
  if (code === "53300") return "Give it more connections, or stop other programs that use it.";
  if (isWithoutTls(error)) return "Turn TLS on there, or add ?sslmode=disable to DATABASE_URL.";
  if (isTlsCode(code))
    return "Trust its certificate with NODE_EXTRA_CA_CERTS, or add ?sslmode=no-verify to DATABASE_URL.";
  return "Check that it runs and that DATABASE_URL is right.";
}

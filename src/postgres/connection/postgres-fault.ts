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
  if (code === "25006")
    return "Use the primary, not a standby, and check default_transaction_read_only of the database and the role.";
  if (code === "53300") return "Give it more connections, or stop other programs that use it.";
  if (isWithoutTls(error)) return "Turn TLS on there, or add ?sslmode=disable to DATABASE_URL.";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return "Use the host name in its certificate.";
  if (isTlsCode(code))
    return "Name its authority's certificate with ?sslrootcert=/path/ca.pem in DATABASE_URL or with NODE_EXTRA_CA_CERTS.";
  return "Check that it runs and that DATABASE_URL is right.";
}

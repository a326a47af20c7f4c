import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";

/** Where a PostgreSQL database is. It contains the password, so it is a secret. */
export interface PostgresUrl {
  /** Its address without user and password, for people. */
  readonly title: string;
  readonly config: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string | undefined;
    readonly password: string | undefined;
    readonly options: string | undefined;
  };
  readonly tls: ConnectionOptions | false;
}

/**
 * Reads a `postgres://…` URL. Connections to other machines use TLS and check the server's certificate, unless
 * `sslmode` says otherwise: `no-verify` for a certificate that nobody vouches for, `disable` for none at all.
 * `sslrootcert` names a file with the only authorities that are trusted, as in PostgreSQL's own programs.
 * Throws an error with a readable message, without the password.
 */
export function readPostgresUrl(text: string): PostgresUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^postgres(?:ql)?:$/u.test(url.protocol))
    throw new Error("is no PostgreSQL URL: it begins with postgres://");
  const host = decoded(url.hostname).replace(/^\[(.+)\]$/u, "$1");
  const database = decoded(url.pathname.slice(1));
  if (host === "" || database === "")
    throw new Error("must name a host and a database: postgres://user:password@host:5432/database");
  const port = Number(url.port || "5432");
  return {
    title: `postgres://${url.host}/${database}`,
    config: {
      host,
      port,
      database,
      user: decoded(url.username) || undefined,
      password: decoded(url.password) || undefined,
      options: url.searchParams.get("options") ?? undefined,
    },
    tls: tlsOf(url.searchParams, host),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error("has an invalid % escape: write %25 for a % in a password");
  }
}

function tlsOf(parameters: URLSearchParams, host: string): ConnectionOptions | false {
  const mode = parameters.get("sslmode");
  const authorities = parameters.get("sslrootcert");
  if (mode !== null && !["verify-full", "no-verify", "disable"].includes(mode))
    throw new Error("has an unknown sslmode: it takes verify-full (the default), no-verify or disable");
  if (authorities !== null && mode !== null && mode !== "verify-full")
    throw new Error(`has an sslrootcert that sslmode=${mode} does not check: remove one of them`);
  if (mode === "disable" || (mode === null && authorities === null && isLoopback(host))) return false;
  if (mode === "no-verify") return { rejectUnauthorized: false };
  return { rejectUnauthorized: true, ...(authorities === null ? {} : { ca: authoritiesIn(authorities) }) };
}

function authoritiesIn(path: string): string {
  let pem = "";
  try {
    pem = readFileSync(path, "utf8");
  } catch {
    throw new Error("has an sslrootcert that cannot be read");
  }
  if (!pem.includes("-----BEGIN CERTIFICATE-----"))
    throw new Error("has an sslrootcert that contains no certificate: it names a PEM file");
  return pem;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

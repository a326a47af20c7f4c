/** The code of a PostgreSQL, network or TLS error (`53100`, `ECONNREFUSED`, `CERT_HAS_EXPIRED`), or an empty text. */
export function postgresErrorCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && (/^(?:[0-9A-Z]{5}|E[A-Z_]+)$/u.test(code) || isTlsCode(code))
    ? code
    : "";
}

/** Whether a code says that a server's certificate is not accepted. */
export function isTlsCode(code: string): boolean {
  return /^(?:ERR_TLS_|UNABLE_TO_|CERT_|DEPTH_ZERO_|SELF_SIGNED_)/u.test(code);
}

// By the beginning of the code: the first two characters are its class.
const reasons: readonly (readonly [code: string, reason: string])[] = [
  ["53100", "its disk is full"],
  ["53200", "it is out of memory"],
  ["53300", "it has no connections left"],
  ["25006", "it may only be read"],
  ["42501", "Patchbay's role may not write to it"],
  ["55P03", "another process holds it"],
  ["57014", "it took too long"],
  ["57P", "it is being restarted"],
  ["40", "other writes came in between"],
  ["58", "its disk reports an error"],
  ["XX001", "it is damaged"],
  ["XX002", "it is damaged"],
  ["28", "it refuses Patchbay's user or password"],
  ["3D000", "there is no such database"],
  ["42P01", "its tables are missing"],
  ["22012", "the entry was not taken"],
  ["23", "it does not accept the entry"],
  ["ECONNREFUSED", "it does not answer at its address"],
  ["ENOTFOUND", "its host is unknown"],
  ["EAI_AGAIN", "its host is unknown"],
  ["ECONNRESET", "its connection broke"],
  ["EPIPE", "its connection broke"],
  ["ETIMEDOUT", "it does not answer"],
  ["EHOSTUNREACH", "it does not answer"],
];

/** Why the database could not be used, as the middle of a sentence. It contains no password. */
export function reasonOf(error: unknown): string {
  const code = postgresErrorCode(error);
  const known = reasons.find(([start]) => code.startsWith(start));
  if (known) return known[1];
  if (isTlsCode(code)) return "its certificate is not accepted";
  if (isWithoutTls(error)) return "it does not offer TLS";
  if (code === "")
    return isBroken(error) ? "its connection broke or it does not answer" : "it reports an error";
  return `PostgreSQL says ${code}`;
}

/** Whether the server has no TLS, and Patchbay wants it. */
export function isWithoutTls(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("The server does not support SSL");
}

/** Whether an error is one of the database or the way there, and not one of Patchbay's own. */
export function isPostgresError(error: unknown): boolean {
  return isBroken(error) || postgresErrorCode(error) !== "";
}

/** Whether the connection is lost, so that the same may succeed on another one. */
export function isBroken(error: unknown): boolean {
  const code = postgresErrorCode(error);
  if (code !== "") return /^(?:57P|08|ECONN|EPIPE|ETIMEDOUT)/u.test(code);
  // The driver's own errors have no code.
  return (
    error instanceof Error &&
    /^(?:Connection terminated|Client has encountered|Query read timeout|timeout (?:exceeded|expired)|Client was closed|The server does not support)/u.test(
      error.message,
    )
  );
}

/** Whether a transaction failed because of others of the same moment, so that it may succeed now. */
export function isConflict(error: unknown): boolean {
  return ["40001", "40P01"].includes(postgresErrorCode(error));
}

/** Whether a write failed because a row with the same key exists. */
export function isUniqueViolation(error: unknown): boolean {
  return postgresErrorCode(error) === "23505";
}

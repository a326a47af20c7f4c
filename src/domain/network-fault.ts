import { ownValue } from "./own-value.ts";
/** What keeps a connection from coming about, as Node and OpenSSL call it, and in words. */
const words: Readonly<Record<string, string>> = {
  ENOTFOUND: "its name does not resolve",
  EAI_AGAIN: "the name server does not answer",
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was reset",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no route to it",
  ETIMEDOUT: "it did not pick up in time",
  UND_ERR_CONNECT_TIMEOUT: "it did not pick up in time",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "a certificate in its chain is self-signed",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate was issued by nobody whom this machine trusts",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate was issued by nobody whom this machine trusts",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate was issued by nobody whom this machine trusts",
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  CERT_REVOKED: "its certificate was revoked",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

/** The code of what was wrong with the network, looked for in everything that an error was caused by. */
export function networkFault(error: unknown): string | undefined {
  return codesOf(error).find((code) => isCode(code));
}

/** The same for people: `its certificate is self-signed, DEPTH_ZERO_SELF_SIGNED_CERT`. */
export function networkFaultText(code: string): string {
  const known = ownValue(words, code);
  if (known !== undefined) return `${known}, ${code}`;
  return /^ERR_SSL|^ERR_TLS|^EPROTO/.test(code) ? `no secure connection came about, ${code}` : code;
}

// Named by the outermost error that knows: what undici wraps, several attempts, or OpenSSL's own reason.
function codesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 5) return [];
  const own = "code" in error && typeof error.code === "string" ? [error.code] : [];
  const several = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return [
    ...own,
    ...[error.cause, "original" in error ? error.original : undefined, ...several].flatMap((one) =>
      codesOf(one, depth + 1),
    ),
  ];
}

const isCode = (code: string): boolean =>
  Object.hasOwn(words, code) || /CERT|^UNABLE_TO_|^ERR_SSL|^ERR_TLS|^EPROTO$/.test(code);

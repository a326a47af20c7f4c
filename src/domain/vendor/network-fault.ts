import { ownValue } from "../shared/own-value.ts";
/** Why a connection failed, by the error codes of Node and OpenSSL. */
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

/** The code of the network fault behind an error, searched for in all its causes. */
export function networkFault(error: unknown): string | undefined {
  return codesOf(error).find((code) => isCode(code));
}

/** Formats a fault for people: `its certificate is self-signed, DEPTH_ZERO_SELF_SIGNED_CERT`. */
export function networkFaultText(code: string): string {
  const known = ownValue(words, code);
  if (known !== undefined) return `${known}, ${code}`;
  return /^ERR_SSL|^ERR_TLS|^EPROTO/.test(code) ? `no secure connection could be made, ${code}` : code;
}

// The outermost error with a known code wins. The cause may be wrapped by undici, be one of several attempts, or be
// OpenSSL's own reason.
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

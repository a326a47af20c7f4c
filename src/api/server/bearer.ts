import type { IncomingMessage } from "node:http";
import { tokenPrefix } from "../../domain/access/api-token.ts";
import { HttpProblemError } from "./http-problem.ts";

const realm = 'Bearer realm="patchbay"';

/** The secret in the Authorization header (RFC 6750). Throws HttpProblemError without one, and for one in the URL. */
export function bearerOf({ url = "", headers }: IncomingMessage): string {
  // Proxies log URLs, so a secret there is no longer one.
  if (url.includes(tokenPrefix) || /[?&](?:access_)?token=/iu.test(url))
    throw new HttpProblemError(
      400,
      "token_in_url",
      "A token never belongs in the URL, because URLs are logged. Send it in the Authorization header. Revoke this one, and make another.",
    );
  const [, secret] = /^Bearer +(\S+) *$/iu.exec(headers.authorization ?? "") ?? [];
  if (secret !== undefined) return secret;
  throw new HttpProblemError(401, "unauthorized", "Send a token: Authorization: Bearer pbt_…", {
    headers: { "www-authenticate": realm },
  });
}

/** The answer to a token that is none, or no longer one. It does not say which. */
export function unauthorized(): HttpProblemError {
  return new HttpProblemError(401, "unauthorized", "This token is unknown, revoked or expired.", {
    headers: { "www-authenticate": `${realm}, error="invalid_token"` },
  });
}

import type { IncomingHttpHeaders } from "node:http";
import { HttpProblemError } from "../server/http-problem.ts";

const strongEtag = /^"[\x21\x23-\x7e]{1,200}"$/u;

/** The one strong ETag of If-Match. Throws HttpProblemError. */
export function requiredEtag({ "if-match": given }: IncomingHttpHeaders): string {
  if (given === undefined)
    throw new HttpProblemError(
      428,
      "precondition_required",
      "Send If-Match with the ETag of the number as you read it, so that you never overwrite a change that you have not seen.",
    );
  const etag = given.trim();
  if (strongEtag.test(etag)) return etag;
  throw new HttpProblemError(
    400,
    "malformed",
    "If-Match takes one strong ETag in its quotes, as GET returned it.",
  );
}

/** The idempotency key, with or without quotes (draft-ietf-httpapi-idempotency-key-header). Throws HttpProblemError. */
export function requiredKey({ "idempotency-key": given }: IncomingHttpHeaders): string {
  const typed = typeof given === "string" ? given.trim() : "";
  const [, quoted = typed] = /^"(.*)"$/u.exec(typed) ?? [];
  if (/^[\x21\x23-\x7e]{1,255}$/u.test(quoted)) return quoted;
  throw new HttpProblemError(
    400,
    "malformed",
    "Send an Idempotency-Key of 1 to 255 visible characters, such as a UUID: one for each change, and the same one if you repeat it.",
  );
}

import { z } from "zod";
import { Problem } from "../domain/problem/problem.ts";
import type { Credentials } from "../domain/vendor/vendor.ts";

/** Credentials of a vendor that needs one API key. The hint says how to recognize it; it is not enforced. */
export const apiKeyCredentials = (hint: string) =>
  z.object({
    // Only printable ASCII can be sent in a header, and a key with a line break in it is a paste gone wrong.
    api_key: z
      .string()
      .trim()
      .min(8, "An API key has at least 8 characters.")
      .max(500, "An API key has at most 500 characters.")
      .regex(/^[\x21-\x7e]*$/, "An API key has no blanks, line breaks or letters with accents.")
      .describe(`API key${hint === "" ? "" : ` (${hint})`}`),
  });

/** The API key. Throws not_connected if there is none. */
export function apiKeyOf(credentials: Credentials): string {
  const key = credentials["api_key"];
  if (!key) throw new Problem("not_connected", "This connection has no API key.");
  return key;
}

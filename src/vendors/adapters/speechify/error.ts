import { z } from "zod";
import { withRequestId } from "../../request-id.ts";

const text = z.string().nullish();

const errorSchema = z.object({
  error: z.object({ code: text, message: z.string(), fields: z.record(z.string(), z.unknown()).nullish() }),
  request_id: text,
});

/** What codes mean for a person who moves a number. */
const meanings: ReadonlyMap<string, string> = new Map([
  [
    "relay_displaces_agent",
    "a number is answered by an agent or by a relay, never by both; remove one of them in the Speechify console first",
  ],
]);

/** The vendor's message in an error body, with the id of the request for its support. */
export function readError(json: unknown): string | undefined {
  const { data } = errorSchema.safeParse(json);
  if (!data) return undefined;
  const { code, message, fields } = data.error;
  const rules = Object.entries(fields ?? {}).flatMap(([field, rule]) =>
    typeof rule === "string" ? [`${field} ${rule}`] : [],
  );
  return withRequestId([meanings.get(code ?? "") ?? message, ...rules].join("; "), data.request_id);
}

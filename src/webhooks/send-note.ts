import { request } from "undici";
import type { NoteSender } from "../domain/alerts/note-sender.ts";

/** The time limit of an attempt, in milliseconds. */
const timeoutMs = 10_000;
/** How much of a response is read, in bytes. Nobody uses it. */
const mostAnswer = 64 * 1024;

/**
 * Writes notes to incidents of PagerDuty. The host is the operator's to set, and the id is all that comes from an alert.
 * https://developer.pagerduty.com/api-reference/a1ac30885eb7a-create-a-note-on-an-incident
 */
export function noteSender({ pagerDutyUrl }: { readonly pagerDutyUrl: string }): NoteSender {
  return {
    send: async ({ source, token, from, alertId, text }) => {
      if (source !== "pagerduty") return { why: "Only PagerDuty takes notes.", isFinal: true };
      try {
        const url = `${pagerDutyUrl}/incidents/${encodeURIComponent(alertId)}/notes`;
        const { statusCode, body } = await request(url, {
          method: "POST",
          headers: {
            authorization: `Token token=${token}`,
            accept: "application/vnd.pagerduty+json;version=2",
            "content-type": "application/json",
            "user-agent": "Patchbay",
            ...(from === undefined ? {} : { from }),
          },
          body: JSON.stringify({ note: { content: text } }),
          signal: AbortSignal.timeout(timeoutMs),
        });
        await body.dump({ limit: mostAnswer }).catch(() => undefined);
        if (statusCode >= 200 && statusCode < 300) return undefined;
        const isFinal = statusCode !== 429 && statusCode < 500;
        return { why: `PagerDuty answered ${statusCode}.`, isFinal };
      } catch (error) {
        const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
        return { why: `PagerDuty cannot be reached${code}.`, isFinal: false };
      }
    },
  };
}

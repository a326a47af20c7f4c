import { WebAPIPlatformError } from "@slack/web-api";

/** Slack's error code, or a word for a missing response. */
export function slackError(error: unknown): string {
  return error instanceof WebAPIPlatformError ? error.data.error : "Slack did not answer";
}

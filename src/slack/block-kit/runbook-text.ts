/**
 * The link to a runbook, in mrkdwn. Its text is where it leads, since people look at that before they press it. The
 * address has passed `runbookUrlFault`, so only its ampersands mean something to Slack.
 */
export function runbookText(url: string): string {
  return `Runbook: <${url.replaceAll("&", "&amp;")}|${new URL(url).host}>`;
}

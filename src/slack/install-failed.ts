import type { CallbackOptions } from "@slack/oauth";
import { isProblem } from "../domain/problem.ts";
import type { Services } from "./services.ts";

/** What a browser shows after an installation that did not happen: why, that nothing was kept, and what to do. */
export function installFailed({ log, newId }: Services): NonNullable<CallbackOptions["failure"]> {
  return (error, _options, _request, response) => {
    const id = newId("req");
    log.error({ requestId: id, err: error }, "not installed");
    const theirs = theirFaults.has(error.code);
    const why = theirs
      ? "This page was not reached from Slack in the way that it should be, or too late, or the installation was declined."
      : isProblem(error)
        ? error.message
        : "Slack or Patchbay failed on the way.";
    const next = theirs ? "Begin again at" : "Try again in a while at";
    response.writeHead(theirs ? 400 : 500, { "content-type": "text/html; charset=utf-8" });
    response.end(
      page([
        why.replaceAll("&", "&amp;").replaceAll("<", "&lt;"),
        "Nothing was kept here.",
        `${next} <a href="/slack/install">/slack/install</a>; if it fails again, tell whoever runs Patchbay this id: <code>${id}</code>`,
      ]),
    );
  };
}

const theirFaults = new Set([
  "slack_oauth_missing_state",
  "slack_oauth_invalid_state",
  "slack_oauth_missing_code",
  "slack_oauth_installer_authorization_error",
]);

function page(words: readonly string[]): string {
  const paragraphs = words.map((each) => `<p>${each}</p>`).join("\n");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Patchbay was not installed</title>
<h1>Patchbay was not installed</h1>
${paragraphs}
</html>
`;
}

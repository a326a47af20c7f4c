import type { ServerResponse } from "node:http";
import type { CallbackOptions, InstallPathOptions } from "@slack/oauth";
import { ownValue } from "../../domain/shared/own-value.ts";
import { isProblem, type Problem } from "../../domain/problem/problem.ts";
import type { SlackDeps } from "../context/services.ts";
import { answerPage, escapeHtml, harden, page } from "./security-headers.ts";

/** What each scope of the manifest is for, for the install page. A test compares it with the manifest. */
export const scopeWords: Readonly<Record<string, string>> = {
  commands: "Adds /number and the shortcuts. Patchbay reads what you type there, and no other message.",
  "chat:write":
    "Lets Patchbay report the outcome of a change, in the conversation or to the person who asked.",
  "users:read":
    "Lets Patchbay check whether a person is a guest, a member or an admin. Permissions depend on it.",
  "files:write":
    "Optional. Lets Patchbay post the summary of an incident as a file. Without it, the summary is a message.",
  "usergroups:read":
    "Optional. Lets admins give a role to a Slack user group. Without it, the settings offer no groups.",
  "app_mentions:read":
    "Optional. Lets Patchbay answer where people mention it in a channel or a thread. It reads no other message.",
};

export function installPage(authorizeUrl: string, scopes: readonly string[]): string {
  const each = scopes
    .map((scope) => `<dt>${escapeHtml(scope)}</dt><dd>${escapeHtml(ownValue(scopeWords, scope) ?? "")}</dd>`)
    .join("");
  return page(
    "Install Patchbay",
    `<p>Patchbay lets on-call engineers re-route voice-agent phone numbers from Slack, on the record. It asks Slack for these permissions:</p><dl>${each}</dl><p>It reads no messages and no files. Removing the app wipes its token and every vendor key of your workspace; the audit log stays on the server.</p><p><a class="go" href="${escapeHtml(authorizeUrl)}">Add to Slack</a></p><p>This link is good for ten minutes, once, in this browser.</p>`,
  );
}

/** Restricts the installation's cookie to requests from Slack's page, not other cross-site requests. */
export const installPathOptions: InstallPathOptions = {
  beforeRedirection: async (_request, response) => {
    harden(response);
    sameSite(response);
    return true;
  },
};

/** The page after Slack's. The reason of a failure is in the log, with the id that the page shows. */
export const callbackOptions = ({ log, newId }: Pick<SlackDeps, "log" | "newId">): CallbackOptions => ({
  success: ({ team, enterprise, appId, isEnterpriseInstall }, _options, _request, response) => {
    const where = new URLSearchParams({ app: appId ?? "" });
    if (team && !isEnterpriseInstall) where.set("team", team.id);
    const whole = isEnterpriseInstall ? `the organization ${enterprise?.name ?? ""}` : (team?.name ?? "");
    const link = escapeHtml(`https://slack.com/app_redirect?${where.toString()}`);
    answerPage(
      response,
      200,
      "Patchbay is installed",
      `<p>It is now in ${escapeHtml(whole || "your workspace")}. Type <code>/number</code> in Slack; an admin connects a vendor with <code>/number connect</code>.</p><p><a class="go" href="${link}">Open Slack</a></p>`,
    );
  },
  failure: (error, _options, _request, response) => {
    const id = newId("req");
    log.error({ requestId: id, err: error }, "not installed");
    const { status, words } = isProblem(error)
      ? notKept(error)
      : (ownValue(failureWords, error.code) ?? unexpected);
    const next = `<p><a href="/slack/install">Start again</a>. If it fails again, give this id to the person who runs Patchbay: <code>${id}</code></p>`;
    answerPage(response, status, "Patchbay was not installed", `<p>${escapeHtml(words)}</p>${next}`);
  },
});

interface FailureWords {
  readonly status: number;
  readonly words: string;
}

const begunElsewhere: FailureWords = {
  status: 400,
  words:
    "This installation started in another browser, is older than ten minutes, or is already finished. This visit installed nothing.",
};
const unexpected: FailureWords = {
  status: 500,
  words: "Slack or this server failed during the installation. Nothing was stored here.",
};

const failureWords: Readonly<Record<string, FailureWords>> = {
  slack_oauth_invalid_state: begunElsewhere,
  slack_oauth_missing_state: begunElsewhere,
  slack_oauth_missing_code: { status: 400, words: "Slack's answer was incomplete. Nothing was installed." },
  slack_oauth_installer_authorization_error: {
    status: 400,
    words: "Someone cancelled the installation on Slack's page. Nothing was installed.",
  },
};

function notKept({ message }: Problem): FailureWords {
  return { status: 503, words: `${message} Nothing was stored here. Try again later.` };
}

/** Bolt's cookie is HttpOnly and Secure but has no SameSite, so each browser would decide. */
function sameSite(response: ServerResponse): void {
  const set = response.setHeader.bind(response);
  const strict = (cookie: string): string =>
    /;\s*samesite=/iu.test(cookie) ? cookie : `${cookie}; SameSite=Lax`;
  response.setHeader = (name, value) => {
    if (name.toLowerCase() !== "set-cookie") return set(name, value);
    return set(
      name,
      [value].flat().map((cookie) => strict(String(cookie))),
    );
  };
}

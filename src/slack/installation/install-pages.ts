import type { ServerResponse } from "node:http";
import type { CallbackOptions, InstallPathOptions } from "@slack/oauth";
import { ownValue } from "../../domain/own-value.ts";
import { isProblem, type Problem } from "../../domain/problem.ts";
import type { SlackDeps } from "../context/services.ts";
import { answerPage, escapeHtml, harden, page } from "./security-headers.ts";

/** What each scope of the manifest is for, in the words of the install page. A test holds them against the manifest. */
export const scopeWords: Readonly<Record<string, string>> = {
  commands:
    "So that /number and the shortcuts exist. Patchbay reads what you type there, and no other message.",
  "chat:write":
    "So that Patchbay can say what came of a change, in the conversation that asked or to the person.",
  "users:read":
    "So that Patchbay can ask whether somebody is a guest, a member or an admin: who may do what hangs on it.",
  "files:write":
    "Optional: so that the summary of an incident comes as a file. Without it it comes as a message.",
  "usergroups:read":
    "Optional: so that admins can give a role to a Slack user group. Without it groups are not offered.",
};

/** The page from which a workspace installs Patchbay. */
export function installPage(authorizeUrl: string, scopes: readonly string[]): string {
  const each = scopes
    .map((scope) => `<dt>${escapeHtml(scope)}</dt><dd>${escapeHtml(ownValue(scopeWords, scope) ?? "")}</dd>`)
    .join("");
  return page(
    "Install Patchbay",
    `<p>With Patchbay people on call re-route voice-agent phone numbers from Slack, on the record. It asks Slack for this:</p><dl>${each}</dl><p>It reads no messages and no files. Removing the app wipes its token and every vendor key of your workspace; the audit log stays on the server.</p><p><a class="go" href="${escapeHtml(authorizeUrl)}">Add to Slack</a></p><p>This link is good for ten minutes, once, in this browser.</p>`,
  );
}

/** Makes the cookie of an installation one that comes along from Slack's page and from no other request across sites. */
export const installPathOptions: InstallPathOptions = {
  beforeRedirection: async (_request, response) => {
    harden(response);
    sameSite(response);
    return true;
  },
};

/** What the person reads after Slack's page; why it failed is in the log, with the id that the page names. */
export const callbackOptions = ({ log, newId }: Pick<SlackDeps, "log" | "newId">): CallbackOptions => ({
  success: ({ team, enterprise, appId, isEnterpriseInstall }, _options, _request, response) => {
    const where = new URLSearchParams({ app: appId ?? "" });
    if (team && !isEnterpriseInstall) where.set("team", team.id);
    const whole = isEnterpriseInstall ? `the organisation ${enterprise?.name ?? ""}` : (team?.name ?? "");
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
    const next = `<p><a href="/slack/install">Start again</a>. If it fails again, tell whoever runs Patchbay this id: <code>${id}</code></p>`;
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
    "This installation was begun in another browser, is older than ten minutes, was finished already, or the server was restarted meanwhile. Nothing was installed by this visit.",
};
const unexpected: FailureWords = {
  status: 500,
  words: "Slack or this server failed in the middle. Nothing was kept here.",
};

const failureWords: Readonly<Record<string, FailureWords>> = {
  slack_oauth_invalid_state: begunElsewhere,
  slack_oauth_missing_state: begunElsewhere,
  slack_oauth_missing_code: { status: 400, words: "Slack's answer was not complete. Nothing was installed." },
  slack_oauth_installer_authorization_error: {
    status: 400,
    words: "The installation was cancelled on Slack's page. Nothing was installed.",
  },
};

function notKept({ message }: Problem): FailureWords {
  return { status: 503, words: `${message} Nothing was kept here. Wait a while.` };
}

/** Bolt's cookie is HttpOnly and Secure, and leaves SameSite to each browser. */
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

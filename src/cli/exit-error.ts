import { CommanderError } from "commander";
import { ConfigError } from "../config.ts";
import { ownValue } from "../domain/shared/own-value.ts";
import { isProblem, type Problem } from "../domain/problem/problem.ts";
import { problemWords } from "../domain/problem/problem-words.ts";
import { sanitize } from "./sanitize.ts";

/** The message of a failed command, and its exit code: 2 for settings, 1 for everything else. */
export interface ExitError {
  readonly text: string;
  readonly exitCode: number;
}

/** Ends a command that has already printed the reason. */
export function ended(exitCode: number): CommanderError {
  return new CommanderError(exitCode, "patchbay.ended", "");
}

/** The message for anything that a command threw. Only bugs show their stack. */
export function exitErrorOf(error: unknown): ExitError {
  if (error instanceof CommanderError) return { text: "", exitCode: error.exitCode };
  if (error instanceof ConfigError) return { text: `${error.message}\n`, exitCode: 2 };
  if (isProblem(error)) return { text: problemText(error), exitCode: 1 };
  if (hasReadableMessage(error)) return { text: `patchbay: ${exitErrorLine(error)}\n`, exitCode: 1 };
  const what =
    error instanceof Error ? (error.stack ?? error.message) : "something that is not an error was thrown";
  return { text: `patchbay: this is a bug, please report it.\n${what}\n`, exitCode: 1 };
}

/** Any failure in one line: what happened, and what to do. */
export function exitErrorLine(error: unknown): string {
  if (isProblem(error)) {
    const { happened, next } = problemWords(error);
    return sanitize(forTerminal(`${happened} ${nextHere(error, next)}`));
  }
  if (!(error instanceof Error)) return "something that is not an error was thrown";
  const next = ownValue(remedies, codeOf(error));
  return sanitize(next ? `${error.message}. ${next}` : error.message);
}

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full. Free some space and try again. The file is incomplete.",
  EDQUOT: "The disk quota is used up. Free some space and try again. The file is incomplete.",
  EFBIG: "The file would exceed the allowed size. The file is incomplete.",
  EIO: "The disk reports an error. The file is incomplete.",
  EADDRINUSE: "Stop the process that listens there, or set another PORT.",
  EADDRNOTAVAIL: "Set HOST to an address of this machine.",
  EACCES: "Give the user that runs Patchbay permission for it. A PORT below 1024 needs permission too.",
  slack_webapi_platform_error: "Set the Bot User OAuth Token from the app's Install App page.",
  slack_webapi_request_error: "Patchbay cannot reach Slack. Check the network, a proxy, or SLACK_API_URL.",
};

/** The commands that the command line has too, by their verb in Slack. */
const commandsHere: ReadonlyMap<string, string> = new Map([
  ["list", "patchbay number list"],
  ["show", "patchbay number show"],
  ["status", "patchbay number status"],
  ["history", "patchbay number history"],
  ["reassign", "patchbay number reassign"],
  ["detach", "patchbay number detach"],
  ["rename", "patchbay number rename"],
  ["edit", "patchbay number edit"],
  ["undo", "patchbay number undo"],
  ["connections", "patchbay connections"],
  ["freeze", "patchbay freeze"],
  ["unfreeze", "patchbay unfreeze"],
  ["incident", "patchbay incident"],
  ["failover", "patchbay failover"],
]);

/** Where a command line looks up what was not found, where that differs from Slack. */
const lookUpHere: ReadonlyMap<string, string> = new Map([
  ["agent", "`patchbay number agents` lists the agents."],
  ["request", "`patchbay approve` lists the requests."],
  ["token", "`patchbay tokens list` lists the tokens."],
  ["webhook", "`patchbay webhooks list` lists the webhooks."],
]);

/** Names commands as they are typed here, and says of the others that they are Slack's. */
function forTerminal(text: string): string {
  const here = text
    .replaceAll("`because …`", "`--because …`")
    .replace(/\/number failover (\S+) because …/gu, 'patchbay failover $1 --because "…"')
    .replace(/\/number failover (\S+) (back|pause|resume|stop)/gu, "patchbay failover $2 $1");
  return here.replace(/`\/number (\w+)([^`]*)`/gu, (inSlack, verb: string, rest: string) => {
    const command = commandsHere.get(verb);
    return command === undefined ? `${inSlack} in Slack` : `\`${command}${rest}\``;
  });
}

/** What to do next, where that differs from Slack: there are no forms and buttons here. */
function nextHere({ code, message, details }: Problem, inSlack: string): string {
  if (details.next) return details.next.onCommandLine ?? details.next.words;
  if (details.field === "yes") return "Run it again and answer y, or add --yes.";
  if (code === "invalid_input" && details.field === "reason" && !message.includes("because"))
    return 'Give the reason with --because "…", and run it again.';
  if (code === "invalid_input") return "Correct it and run it again.";
  if (code === "outcome_unknown" && details.field === "command")
    return "Do not run it again until you have looked.";
  if (code === "not_found" && !details.nearest?.length) return lookUpHere.get(details.field ?? "") ?? inSlack;
  if (code === "ruled_out" && details.field === "override")
    return 'Override each with --override "…", if you may, and say why with --because.';
  return code === "approval_required"
    ? "Run it again with --as and the id of a person in Slack (U…): that person then asks for approval."
    : inSlack;
}

function problemText(problem: Problem): string {
  return `patchbay: ${sanitize(forTerminal(problem.message))}\n${restOf(problem)}`;
}

/** What a Problem left as it was, and what to do, without what happened: a preview has said that. */
export function remedyText(problem: Problem): string {
  return `patchbay: ${restOf(problem)}`;
}

function restOf(problem: Problem): string {
  const { unchanged, next } = problemWords(problem);
  const rest = forTerminal(`${unchanged} ${nextHere(problem, next)}`);
  const id = problem.details.id ? `(${problem.details.id})\n` : "";
  return `${sanitize(rest)}\n${id}`;
}

/**
 * Whether an error has a readable message for the operator of the server: our own ordinary errors, and those of the
 * system and of Slack's library, which have a code. Errors such as TypeError are bugs.
 */
function hasReadableMessage(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return ["Error", "DatabaseError", "UnsupportedError"].includes(error.name) || codeOf(error) !== "";
}

function codeOf(error: Error): string {
  const code = "code" in error ? error.code : undefined;
  return typeof code === "string" && !code.startsWith("ERR_") ? code : "";
}

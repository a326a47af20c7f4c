import type { Problem } from "./problem.ts";

/** The text for a person when something went wrong: what happened, what was not changed, and what to do next. */
export interface ProblemWords {
  readonly happened: string;
  readonly unchanged: string;
  readonly next: string;
}

const nothing = "Nothing was changed.";

/**
 * The plain text for a Problem. The Slack server and the command line escape and format it. The compiler demands a text
 * for each new code.
 */
export function problemWords(problem: Problem): ProblemWords {
  const happened = problem.message;
  const words = (next: string, unchanged = nothing): ProblemWords => ({ happened, unchanged, next });
  if (problem.details.next) return words(problem.details.next.words);
  switch (problem.code) {
    case "invalid_input":
      return words(
        problem.details.field === "form"
          ? "Copy what you typed, and open the form again."
          : "Correct it and send it again.",
      );
    case "nothing_to_change":
      return words("There is nothing to do.", "No request was sent to the vendor.");
    case "already_requested":
      return words(
        "Check the first result. Send it again only if you want it twice.",
        "It was not done twice.",
      );
    case "conflict":
      return words("Check what it is now, then decide again.");
    case "not_found":
      return words(nearestText(problem));
    case "not_allowed":
      return words("Ask someone who has the right, or an admin of this workspace.");
    case "not_connected":
      return words("An admin can fix this: `/number connections`.");
    case "credentials_rejected":
      return words("An admin can enter a new key: `/number connections`.");
    case "unsupported":
      return words("Use the vendor's dashboard, or choose something this vendor supports.");
    case "vendor_refused":
      return words(
        "Read the vendor's message, choose something else, or use the vendor's dashboard.",
        notChanged,
      );
    case "vendor_ignored":
      return words("Try again, or use the vendor's dashboard.", notChanged);
    case "rate_limited":
      return words(waitText(problem.details.retryAfterMs));
    case "vendor_unavailable":
      return words("Try again in a moment. If it keeps failing, use the vendor's dashboard.");
    case "vendor_response_unreadable":
      return words(
        "Try again in a moment. If it keeps failing, the vendor may have changed its API: tell an admin.",
      );
    case "frozen":
      return words(
        "The person who froze it, or an admin, can unfreeze it: `/number unfreeze`. An admin can also break glass.",
      );
    case "approval_required":
      return words("Open the form again, or press Undo, to ask for approval.");
    case "ruled_out":
      return words(
        problem.details.rules === undefined
          ? "An admin can turn automation on again: `/number gate`."
          : "Choose something that the rules allow, or override them with a reason: `/number rules`.",
      );
    case "outcome_unknown":
      return words(
        "Check the number first. Do not send the change again until you have.",
        "Nobody can tell yet whether it took effect. Patchbay sent it once and does not send it again.",
      );
    case "not_recorded":
      return words(
        problem.details.field === "lock"
          ? "Try again in a moment."
          : "Tell the person who runs Patchbay: it cannot write its audit log (disk full, or no permission).",
      );
  }
}

const notChanged = "The number was not changed, as far as the vendor shows.";

/** Where people can look up what was not found, by its field. */
const lists: ReadonlyMap<string, string> = new Map([
  [
    "agent",
    "The form of `/number reassign` lists the agents of a number. On the command line, `patchbay number agents` lists them all.",
  ],
  ["incident", "`/number incident start INC-123` starts one."],
  ["change", "Check it with `/number history`."],
  ["connection", "Check it with `/number connections`."],
  ["freeze", "`/number freeze` lists what is frozen."],
  ["protection", "`/number protect` lists what is protected."],
  ["rule", "`/number rules` lists the rules."],
  ["plan", "`/number failover` lists the plans."],
  ["request", "Open it again, and decide there."],
]);

function nearestText({ details }: Problem): string {
  if (!details.nearest?.length) return lists.get(details.field ?? "") ?? "Check it with `/number list`.";
  return `Did you mean ${details.nearest.join(" or ")}?`;
}

function waitText(retryAfterMs: number | undefined): string {
  if (retryAfterMs === undefined) return "Wait a moment and try again.";
  return `Wait ${Math.max(1, Math.ceil(retryAfterMs / 1000))} s and try again.`;
}

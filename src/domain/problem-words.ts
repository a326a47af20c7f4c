import type { Problem } from "./problem.ts";

/** What people read when something went wrong: what happened, what was not changed, and what to do next. */
export interface ProblemWords {
  readonly happened: string;
  readonly unchanged: string;
  readonly next: string;
}

const nothing = "Nothing was changed.";

/** The words for a Problem, in plain text; the doors escape and lay them out. A new code does not compile without its own. */
export function problemWords(problem: Problem): ProblemWords {
  const happened = problem.message;
  const words = (next: string, unchanged = nothing): ProblemWords => ({ happened, unchanged, next });
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
        "Look at the first one's result, or ask again if you want it once more.",
        "It was not done twice.",
      );
    case "conflict":
      return words("Look at it as it is now and decide again.");
    case "not_found":
      return words(nearestText(problem));
    case "not_allowed":
      return words("Ask somebody who may, or an admin of this workspace.");
    case "not_connected":
      return words("An admin can mend this: `/number connections`.");
    case "credentials_rejected":
      return words("An admin can put in a new key: `/number connections`.");
    case "unsupported":
      return words("Do it in the vendor's dashboard, or choose something this vendor can do.");
    case "vendor_refused":
      return words(
        "Look at what the vendor says, choose differently, or do it in the vendor's dashboard.",
        notChanged,
      );
    case "vendor_ignored":
      return words("Try again, or do it in the vendor's dashboard.", notChanged);
    case "rate_limited":
      return words(waitText(problem.details.retryAfterMs));
    case "vendor_unavailable":
      return words("Try again in a moment. If it stays like this, use the vendor's dashboard.");
    case "vendor_response_unreadable":
      return words(
        "Try again in a moment. If it stays like this, the vendor may have changed its API: tell an admin.",
      );
    case "frozen":
      return words(
        "Who froze it, or an admin, can lift that: `/number unfreeze`. An admin can also change it by break-glass.",
      );
    case "approval_required":
      return words("Open its form again, or press Undo: that asks somebody who may approve it.");
    case "outcome_unknown":
      return words(
        "Look at the number before anything else. Do not send the change again before you have looked.",
        "Nobody can tell yet whether it took effect. It was sent once and will not be sent again by itself.",
      );
    case "not_recorded":
      return words(
        "Tell whoever runs Patchbay: it cannot write its audit log (disk full, or no right to write).",
      );
  }
}

const notChanged = "The number was not changed, as far as the vendor shows.";

function nearestText({ details }: Problem): string {
  if (!details.nearest?.length) return "Check it with `/number list`.";
  return `Did you mean ${details.nearest.join(" or ")}?`;
}

function waitText(retryAfterMs: number | undefined): string {
  if (retryAfterMs === undefined) return "Wait a moment and try again.";
  return `Wait ${Math.max(1, Math.ceil(retryAfterMs / 1000))} s and try again.`;
}

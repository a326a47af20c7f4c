import { formatDuration } from "../shared/duration.ts";
import type { Pause, PauseReason } from "./pause.ts";
import type { Run } from "./run.ts";

/** Reasons whose words depend on the run. */
type OfItsOwn =
  | "asked"
  | "gate"
  | "none_changed"
  | "call_contradicted"
  | "calls_failing"
  | "no_call"
  | "interrupted";

/** Why nothing more is changed in the name of a run's person. */
export const mayNotText =
  "The person it runs for may not change numbers now: a shift may have ended, or Slack or the on-call tool does not answer.";
/** The same of a paused run, and who can continue it. */
export const requesterText = `${mayNotText} Any operator can continue it.`;

const reasons: Readonly<Record<Exclude<PauseReason, OfItsOwn>, string>> = {
  canary: "A number of the first tier failed.",
  in_a_row: "Several numbers in a row failed.",
  of_a_tier: "Too many numbers failed.",
  connections: "The rest belongs to connections that cannot be reached now.",
  requester: requesterText,
  automation_off:
    "It began by itself, and somebody has turned automation off since (`/number gate`). If a person continues it, it goes on.",
  not_recorded: "Patchbay could not record its progress for a while.",
};

/** How people and names are written where a text is shown. */
interface Wording {
  person(userId: string): string;
  name(text: string): string;
}

/** Why a run is paused, as a sentence; empty if it is not. */
export function pauseText(
  { status, terms }: Pick<Run, "status" | "terms">,
  { person, name }: Wording,
): string {
  const { paused } = status;
  const tier = name(terms.tiers[paused?.tier ?? 0]?.name ?? "");
  switch (paused?.why) {
    case undefined:
      return "";
    case "asked":
      return `${paused.by === undefined ? "Someone" : person(paused.by)} paused it.`;
    case "gate":
      return `Tier ${tier} is through: check its numbers before you continue.`;
    case "none_changed":
      return `No call can prove tier ${tier}: as far as Patchbay knows, none of its numbers whose calls it can see was changed. Check it before you continue.`;
    case "call_contradicted":
      return `A call to tier ${tier} was still answered by the former agent. Check it before you continue.`;
    case "calls_failing":
      return `Too many of the first calls to tier ${tier} failed. Check it before you continue.`;
    case "no_call":
      return `Within ${sinceText(paused)}, the vendors' logs showed no call to tier ${tier} that a new agent answered to its end, or could not be read. Check it before you continue.`;
    case "interrupted":
      return `Patchbay did not run for ${sinceText(paused)}. Check before you continue.`;
    case "canary":
    case "in_a_row":
    case "of_a_tier":
    case "connections":
    case "requester":
    case "automation_off":
    case "not_recorded":
      return reasons[paused.why];
  }
}

function sinceText({ at, since = at }: Pause): string {
  return formatDuration(Date.parse(at) - Date.parse(since));
}

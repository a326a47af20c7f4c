import { formatDuration } from "../shared/duration.ts";
import type { PauseReason, Run } from "./run.ts";

const reasons: Readonly<Record<Exclude<PauseReason, "asked" | "gate" | "interrupted">, string>> = {
  canary: "A number of the first tier failed.",
  in_a_row: "Several numbers in a row failed.",
  of_a_tier: "Too many numbers failed.",
  connections: "The rest belongs to connections that cannot be reached now.",
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
  switch (paused?.why) {
    case undefined:
      return "";
    case "asked":
      return `${paused.by === undefined ? "Someone" : person(paused.by)} paused it.`;
    case "gate":
      return `Tier ${name(terms.tiers[paused.tier ?? 0]?.name ?? "")} is through: check it before the next one.`;
    case "interrupted": {
      const gapMs = Date.parse(paused.at) - Date.parse(paused.since ?? paused.at);
      return `Patchbay did not run for ${formatDuration(gapMs)}. Check before you continue.`;
    }
    case "canary":
    case "in_a_row":
    case "of_a_tier":
    case "connections":
    case "not_recorded":
      return reasons[paused.why];
  }
}

import type { StaticSelect } from "@slack/types";
import { Problem } from "../../domain/problem/problem.ts";
import { limits, menu } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { findText, keepText } from "../forms/stored-state.ts";

/** The states that the menu of a list offers, each as the word that filters by it. */
const states = [
  { word: "all", text: "All numbers" },
  { word: "nobody", text: "No agent" },
  { word: "protected", text: "Protected" },
  { word: "frozen", text: "Frozen" },
  { word: "temporary", text: "Temporary change" },
  { word: "drifted", text: "Changed elsewhere" },
] as const;
type State = (typeof states)[number]["word"];

const keptMark = "kept:";
const longestState = Math.max(...states.map(({ word }) => word.length));

/** A menu that filters a list by state and keeps the other words of its filter. */
export async function filterMenu(req: RequestContext, text: string): Promise<StaticSelect> {
  const { state, rest } = splitFilter(text);
  const fits = longestState + 1 + rest.length <= limits.optionValue && !rest.startsWith(keptMark);
  const carried = fits ? rest : `${keptMark}${await keepText(req, rest)}`;
  const entries = states.map((each) => ({ text: each.text, value: `${each.word} ${carried}`.trim() }));
  return menu("list:filter", "Filter", entries, `${state} ${carried}`.trim());
}

/** The filter that an option of such a menu stands for. Throws invalid_input for anything else. */
export async function readFilter(req: RequestContext, value = ""): Promise<string> {
  const [first = "", ...others] = value.split(" ");
  const state = states.find(({ word }) => word === first)?.word;
  if (state === undefined)
    throw new Problem("invalid_input", "This menu belongs to another version of Patchbay.");
  const carried = others.join(" ");
  const rest = carried.startsWith(keptMark) ? await findText(req, carried.slice(keptMark.length)) : carried;
  return state === "all" ? rest : `${state} ${rest}`.trim();
}

/** The first word that is a state, and all others. */
function splitFilter(text: string): { readonly state: State; readonly rest: string } {
  const words = text.split(/\s+/u).filter((word) => word !== "");
  const at = words.findIndex((word) => states.some((each) => each.word === word.toLowerCase()));
  const state = states.find(({ word }) => word === words[at]?.toLowerCase())?.word ?? "all";
  const rest = state === "all" ? words : words.toSpliced(at, 1);
  return { state, rest: rest.join(" ") };
}

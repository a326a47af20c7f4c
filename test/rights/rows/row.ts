import { voiceOps } from "../../support/fixtures.ts";
import { alpha } from "../../support/neighbours.ts";
import type { MatrixHarness } from "../matrix-harness.ts";
import type { Target } from "../targets.ts";
import { ids, type Who } from "../people.ts";

/** Where something is asked for. */
export type Surface =
  | "command"
  | "mention"
  | "command line"
  | "API"
  | "button"
  | "form"
  | "shortcut"
  | "menu"
  | "shell"
  | "job"
  | "hook";

/**
 * What is expected: the kinds of the audit entries that come of it, `kind/code` where it is a refusal, in order; `shown`
 * where nothing is to be written down.
 */
export type Answer = string;

/** One verb on one surface and target: what those who may get, and what all others get. */
export interface Row {
  readonly verb: string;
  readonly surface: Surface;
  readonly target: Target;
  /** The button that is pressed, if it is one. */
  readonly actionId?: string;
  readonly may: readonly Who[];
  readonly yes: Answer;
  readonly no: Answer;
  /** What single roles get in place of both. */
  readonly but?: Readonly<Partial<Record<Who, Answer>>> | undefined;
  /** Makes what it takes before the act; its entries are not counted. Gives what the act needs to know. */
  prepare?(matrix: MatrixHarness, who: Who): Promise<string>;
  act(matrix: MatrixHarness, who: Who, prepared: string): Promise<unknown>;
}

export const admins = ["admin"] as const;
export const operators = ["admin", "operator"] as const;
export const anyOperator = [...operators, "narrowed"] as const;
export const approvers = ["admin", "approver"] as const;
export const members = ["admin", "operator", "narrowed", "approver", "viewer"] as const;

export const refusedAct = "action.refused/not_allowed";
export const refusedChange = "change.refused/not_allowed";
export const made = "change.requested change.outcome";

/** What a row expects, and what it takes before. */
export type Rest = Pick<Row, "may" | "yes" | "no"> & Partial<Pick<Row, "prepare">>;

export const keyboard = (matrix: MatrixHarness, who: Who) => matrix.harness.slack.as(alpha.teamId, ids[who]);

export const typed = (verb: string, line: string, rest: Rest, target: Target = "own"): Row => ({
  verb,
  surface: "command",
  target,
  ...rest,
  act: async (matrix, who) =>
    keyboard(matrix, who).command(line.replace("%", matrix.nameOf(target)), { channelId: voiceOps }),
});

export const pressed = (
  verb: string,
  actionId: string,
  value: (matrix: MatrixHarness, prepared: string) => string,
  rest: Rest,
  target: Target = "own",
): Row => ({
  verb,
  surface: "button",
  actionId,
  target,
  ...rest,
  act: async (matrix, who, prepared) => {
    const message = await matrix.poster(actionId, value(matrix, prepared));
    await keyboard(matrix, who).click(actionId, { in: message });
  },
});

/** The same by an entry of an overflow menu. */
export const chosen = (
  verb: string,
  option: (matrix: MatrixHarness, prepared: string) => string,
  rest: Rest,
  target: Target = "own",
): Row => ({
  verb,
  surface: "menu",
  target,
  ...rest,
  act: async (matrix, who, prepared) => {
    const value = option(matrix, prepared);
    const message = await matrix.menuPoster(value);
    await keyboard(matrix, who).choose("more", { text: "Try", value }, { in: message });
  },
});

/** A button that is its own verb. */
export function button(
  actionId: string,
  value: (matrix: MatrixHarness, prepared: string) => string,
  rest: Rest,
): Row {
  return pressed(actionId, actionId, value, rest);
}

export const sent = (
  verb: string,
  send: (matrix: MatrixHarness, who: Who, prepared: string) => Promise<void>,
  rest: Rest,
  target: Target = "own",
): Row => ({ verb, surface: "form", target, ...rest, act: send });

export const shown = (may: readonly Who[], no: Answer = refusedAct): Rest => ({ may, yes: "shown", no });

/** The workspace of a person. */
export function teamOf(who: Who): string {
  return who === "stranger" ? "T0ELSE001" : alpha.teamId;
}

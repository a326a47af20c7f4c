import { voiceOps } from "../../support/fixtures.ts";
import { suggestion } from "../../support/forged-requests.ts";
import { ids } from "../people.ts";
import { chosen, keyboard, members, pressed, type Row, shown, teamOf, typed } from "./row.ts";

/** Reading numbers, their lists and their history. */
export const reading: readonly Row[] = [
  typed("help", "help", shown(members, "shown")),
  typed("list", "list", shown(members)),
  typed("status", "status", shown(members)),
  typed("show", "show %", shown(members)),
  // By name there is none such here: nothing is asked of anybody else's vendor.
  typed("show", "show %", shown(members), "foreign"),
  typed("history", "history", shown(members)),
  ...(["own", "foreign"] as const).map((target) =>
    pressed("show", "show", (matrix) => matrix.keyOf(target), shown(members), target),
  ),
  ...(["own", "foreign"] as const).map((target) =>
    pressed("history", "history", (matrix) => matrix.keyOf(target), shown(members), target),
  ),
  ...(["own", "foreign"] as const).flatMap((target) => [
    chosen("show", (matrix) => `show ${matrix.keyOf(target)}`, shown(members), target),
    chosen("history", (matrix) => `history ${matrix.keyOf(target)}`, shown(members), target),
  ]),
  pressed("list", "list:all", () => '{"text":"","page":0}', shown(members)),
  pressed("list", "list:filter", () => "frozen", shown(members)),
  {
    verb: "list",
    surface: "menu",
    target: "own",
    ...shown(members),
    act: async (matrix, who) =>
      matrix.sendCrafted(suggestion({ userId: ids[who], teamId: teamOf(who) }, "number", { from: {} })),
  },
  {
    verb: "show",
    surface: "shortcut",
    target: "own",
    ...shown(members),
    act: async (matrix, who) =>
      keyboard(matrix, who).messageShortcut("numbers_in_message", {
        channelId: voiceOps,
        ts: "1.1",
        text: "call +12145550152",
      }),
  },
];

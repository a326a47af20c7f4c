import { type ChangeKind, changeKinds } from "../../../src/domain/numbers/change.ts";
import { decisionButtons } from "./expiry.ts";
import {
  admins,
  anyOperator,
  approvers,
  button,
  members,
  operators,
  refusedAct,
  type Row,
  shown,
} from "./row.ts";

/** A form of a verb in which nothing is filled in. */
function draftOf(verb: ChangeKind): string {
  return JSON.stringify({ verb, wish: {} });
}

const noMore = "9999999";

/** The buttons that no other row presses: each is its own verb. */
export const buttons: readonly Row[] = [
  button("run:0", () => "list", shown(members)),
  button("show:0", (matrix) => matrix.keyOf("own"), shown(members)),

  button("list:new", () => "all", shown(members)),
  button("list:next", () => '{"text":"","page":1}', shown(members)),
  button("list:previous", () => '{"text":"","page":0}', shown(members)),
  button("status", () => "0", shown(members)),
  button("status:again", (matrix) => matrix.connectionOf("own"), shown(members)),
  button("status:new", () => "now", shown(members)),
  button("history:0", (matrix) => matrix.keyOf("own"), shown(members)),
  button("history:older", () => `{"before":${noMore}}`, shown(members)),
  ...changeKinds.map((verb) => button(`open:${verb}`, () => draftOf(verb), shown(anyOperator))),
  button("open_form", () => draftOf("reassign"), shown(anyOperator)),
  button("open_form:0", () => draftOf("reassign"), shown(anyOperator)),
  button("undo_anyway", (_matrix, changeId) => changeId, {
    ...shown(operators),
    prepare: async (matrix) => matrix.made("own"),
  }),
  ...(
    [
      ["incident", shown(members)],
      ["incident:revert", shown(anyOperator)],
      ["incident:summary", shown(members)],
      ["incident:end", { may: anyOperator, yes: "incident.ended", no: refusedAct }],
    ] as const
  ).map(([actionId, rest]) =>
    button(actionId, (_matrix, key) => key, { ...rest, prepare: async (matrix) => matrix.incident() }),
  ),
  button("incident:older", (_matrix, key) => JSON.stringify({ key, before: Number(noMore) }), {
    ...shown(members),
    prepare: async (matrix) => matrix.incident(),
  }),
  ...(["newer", "older"] as const).map((way) =>
    button(`revert:page:${way}`, (_matrix, id) => JSON.stringify({ id, page: 0 }), {
      ...shown(members),
      prepare: async (matrix) => {
        await matrix.incident();
        return matrix.revert("operator");
      },
    }),
  ),
  ...(
    [
      ["pause", "paused", "running"],
      ["resume", "resumed", "paused"],
      ["without", "resumed", "paused"],
      ["stop", "stopped", "paused"],
      ["end", "stopped", "paused"],
    ] as const
  ).map(([verb, entry, state]) =>
    button(`run:${verb}`, (_matrix, id) => id, {
      may: anyOperator,
      yes: `failover.${entry}`,
      no: refusedAct,
      prepare: async (matrix) => {
        await matrix.incident();
        return matrix.begunRevert(state);
      },
    }),
  ),
  button("freeze_all:open", () => '{"reason":"tried"}', {
    may: operators,
    yes: "freeze.set",
    no: refusedAct,
  }),
  button("freeze_all:cancel", () => "cancel", shown(members, "shown")),
  button("decline", (_matrix, approval) => approval, {
    ...shown(approvers),
    prepare: async (matrix) => matrix.approval(),
  }),
  button("withdraw:0", (_matrix, approval) => approval, {
    may: ["operator"],
    yes: "approval.withdrawn",
    no: refusedAct,
    prepare: async (matrix) => matrix.approval(),
  }),
  button("reviews", () => "all", shown(admins)),
  button("reviewed", () => "chg_none", { may: admins, yes: "action.refused/not_found", no: refusedAct }),
  button("connect", () => "new", shown(admins)),
  button("settings", () => "open", shown(admins)),
  ...decisionButtons
    .filter(({ target }) => target === "own")
    .map(({ actionId = "", may, yes, no, but, prepare }): Row => ({
      ...button(`${actionId}:card`, (_matrix, value) => value, {
        may,
        yes,
        no,
        ...(prepare ? { prepare } : {}),
      }),
      but,
    })),
];

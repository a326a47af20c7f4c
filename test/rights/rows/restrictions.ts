import { numberValue } from "../../../src/slack/block-kit/key-values.ts";
import { commandBody } from "../../support/forged-requests.ts";
import { alpha } from "../../support/neighbours.ts";
import type { Target } from "../targets.ts";
import { ids, type Who } from "../people.ts";
import {
  admins,
  type Answer,
  anyOperator,
  approvers,
  chosen,
  keyboard,
  made,
  operators,
  pressed,
  refusedAct,
  refusedChange,
  type Row,
  sent,
  shown,
  typed,
} from "./row.ts";

const glass = (target: Target, may: readonly Who[], yes: Answer, but?: Row["but"]): Row => ({
  ...sent(
    "break glass",
    async (matrix, who) => matrix.sendChange(who, "reassign", target, true),
    { may, yes, no: refusedChange },
    target,
  ),
  but,
});

/** Breaking glass, freezes, protections and approvals. */
export const controlling: readonly Row[] = [
  {
    verb: "reassign",
    surface: "shortcut",
    target: "own",
    ...shown(anyOperator),
    act: async (matrix, who) => keyboard(matrix, who).globalShortcut("reassign_number"),
  },
  glass("protected", operators, made),
  glass("frozen", admins, made, { operator: "change.refused/frozen" }),
  glass("foreign", anyOperator, "change.refused/not_found"),
  typed("freeze", "freeze % because tried", { may: operators, yes: "freeze.set", no: refusedAct }),
  typed("freeze all", "freeze all because tried", { may: operators, yes: "shown", no: refusedAct }),
  pressed("freeze all", "freeze_all", () => '{"reason":"tried"}', {
    may: operators,
    yes: "freeze.set",
    no: refusedAct,
  }),
  chosen("freeze all", () => 'freeze_all {"reason":"tried"}', {
    may: operators,
    yes: "freeze.set",
    no: refusedAct,
  }),
  pressed(
    "unfreeze",
    "unfreeze",
    (matrix) => matrix.keyOf("frozen"),
    {
      may: admins,
      yes: "freeze.lifted",
      no: refusedAct,
    },
    "frozen",
  ),
  typed("unfreeze", "unfreeze %", { may: admins, yes: "freeze.lifted", no: refusedAct }, "frozen"),
  typed("runbook", "runbook %", shown(admins)),
  pressed("runbook", "runbook", (matrix) => matrix.keyOf("own"), shown(admins)),
  sent(
    "runbook",
    async (matrix, who) =>
      matrix.send(
        who,
        "runbook",
        { from: {}, number: numberValue.parse(matrix.keyOf("own")) },
        { url: "https://wiki/tried" },
      ),
    { may: admins, yes: "runbook.set", no: refusedAct },
  ),
  typed("protect", "protect %", { may: admins, yes: "protection.set", no: refusedAct }),
  typed("unprotect", "unprotect %", { may: admins, yes: "protection.lifted", no: refusedAct }, "protected"),
  pressed(
    "unprotect",
    "unprotect",
    (matrix) => matrix.keyOf("protected"),
    {
      may: admins,
      yes: "protection.lifted",
      no: refusedAct,
    },
    "protected",
  ),
  pressed(
    "approve",
    "approve",
    (_matrix, approval) => approval,
    {
      may: approvers,
      yes: `approval.approved ${made}`,
      no: refusedAct,
      prepare: async (matrix) => matrix.approval(),
    },
    "protected",
  ),
  sent(
    "decline",
    async (matrix, who, approvalId) => matrix.send(who, "decline", { approvalId }),
    {
      may: approvers,
      yes: "approval.declined",
      no: refusedAct,
      prepare: async (matrix) => matrix.approval(),
    },
    "protected",
  ),
  pressed(
    "withdraw",
    "withdraw",
    (_matrix, approval) => approval,
    {
      may: ["operator"],
      yes: "approval.withdrawn",
      no: refusedAct,
      prepare: async (matrix) => matrix.approval(),
    },
    "protected",
  ),
  typed("reviews", "reviews", shown(admins)),
];

/** A request that comes again, byte for byte, does nothing for anybody. */
export const replayed: readonly Row[] = [
  {
    verb: "freeze, replayed",
    surface: "command",
    target: "own",
    may: operators,
    yes: "freeze.set action.refused/already_requested",
    no: `${refusedAct} action.refused/already_requested`,
    act: async (matrix, who) => {
      const line = commandBody(
        { userId: ids[who], teamId: alpha.teamId },
        "freeze Roadside because it comes again",
      );
      for (const time of ["first", "second"]) {
        const before = matrix.finished();
        await matrix.harness.slack.rawRequest(line);
        await matrix.harness.slack.eventually(`the end of the ${time}`, () =>
          matrix.finished() > before ? true : undefined,
        );
      }
    },
  },
];

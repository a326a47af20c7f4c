import { type ChangeKind, changeKinds } from "../../../src/domain/numbers/change.ts";
import { alpha } from "../../support/neighbours.ts";
import type { MatrixHarness } from "../matrix-harness.ts";
import { ids } from "../people.ts";
import { runOnServer } from "../run-command-line.ts";
import { numbers, type Target } from "../targets.ts";
import { planFileIn, planIn } from "./failover.ts";
import {
  admins,
  anyOperator,
  approvers,
  made,
  members,
  operators,
  refusedAct,
  type Rest,
  type Row,
  shown,
} from "./row.ts";

/** A command in somebody's name. `%` is the target. */
export const ran = (
  verb: string,
  args: readonly string[] | ((matrix: MatrixHarness, prepared: string) => readonly string[]),
  rest: Rest & Pick<Row, "but">,
  target: Target = "own",
): Row => ({
  verb,
  surface: "command line",
  target,
  ...rest,
  act: async (matrix, who, prepared) => {
    const given = typeof args === "function" ? args(matrix, prepared) : args;
    const named = given.map((arg) => (arg === "%" ? numbers[target].id : arg));
    return runOnServer(matrix.harness, [...named, "--as", ids[who], "--workspace", alpha.teamId]);
  },
});

const because = ["--because", "tried"];
const ofKind: Readonly<Record<ChangeKind, readonly string[]>> = {
  reassign: ["reassign", "%", "Dispatch"],
  detach: ["detach", "%"],
  rename: ["rename", "%", "Renamed"],
  edit: ["edit", "%", "provider=ap_9dK2mQx7"],
};

const changing = changeKinds.flatMap((kind) => {
  const line = ["number", ...ofKind[kind], "--yes"];
  return [
    ran(kind, line, { may: operators, yes: made, no: refusedAct }),
    ran(kind, line, { may: operators, yes: "approval.requested", no: refusedAct }, "protected"),
    ran(kind, line, { may: operators, yes: "change.refused/frozen", no: refusedAct }, "frozen"),
    // By name there is none such here.
    ran(kind, line, shown(anyOperator), "foreign"),
    ran(
      `${kind} with break glass`,
      [...line, "--break-glass", ...because],
      { may: admins, yes: made, no: refusedAct, but: { operator: "change.refused/frozen" } },
      "frozen",
    ),
  ];
});

const approval = { prepare: async (matrix: MatrixHarness) => matrix.approval() };
const incident = { prepare: async (matrix: MatrixHarness) => matrix.incident() };
const plan = { prepare: planIn };

/** The commands that people run on the server, or that others run there in their name. */
export const onTheServer: readonly Row[] = [
  ran("number list", ["number", "list"], shown(members)),
  ran("number show", ["number", "show", "%"], shown(members)),
  ran("number show", ["number", "show", "%"], shown(members), "foreign"),
  ran("number agents", ["number", "agents"], shown(members)),
  ran("number history", ["number", "history"], shown(members)),
  ran("number status", ["number", "status"], shown(members)),
  ran("number runbook", ["number", "runbook", "%", "https://wiki/tried"], {
    may: admins,
    yes: "runbook.set",
    no: refusedAct,
  }),
  ...changing,
  ran("undo", (_matrix, id) => ["number", "undo", id, "--yes", "--over-newer"], {
    may: operators,
    yes: made,
    no: refusedAct,
    prepare: async (matrix) => matrix.made("own"),
  }),
  ran("freeze", ["freeze"], shown(members)),
  ran("freeze", ["freeze", "%", ...because], { may: operators, yes: "freeze.set", no: refusedAct }),
  ran("freeze all", ["freeze", "all", "--yes", ...because], {
    may: operators,
    yes: "freeze.set",
    no: refusedAct,
  }),
  ran("unfreeze", ["unfreeze", "%"], { may: admins, yes: "freeze.lifted", no: refusedAct }, "frozen"),
  ran("approve", ["approve"], shown(members)),
  ran(
    "approve",
    (_matrix, id) => ["approve", id, "--yes"],
    { may: approvers, yes: `approval.approved ${made}`, no: refusedAct, ...approval },
    "protected",
  ),
  ran(
    "decline",
    (_matrix, id) => ["decline", id],
    { may: approvers, yes: "approval.declined", no: refusedAct, ...approval },
    "protected",
  ),
  ran(
    "withdraw",
    (_matrix, id) => ["withdraw", id],
    { may: ["operator"], yes: "approval.withdrawn", no: refusedAct, ...approval },
    "protected",
  ),
  ran("incident list", ["incident", "list"], shown(members)),
  ran("incident start", (_matrix, key) => ["incident", "start", `${key}-NEW`], {
    may: anyOperator,
    yes: "incident.started",
    no: refusedAct,
    ...incident,
  }),
  ran("incident show", (_matrix, key) => ["incident", "show", key], { ...shown(members), ...incident }),
  ran("incident revert", (_matrix, key) => ["incident", "revert", key, "--yes"], {
    ...shown(anyOperator),
    ...incident,
  }),
  ran("incident end", (_matrix, key) => ["incident", "end", key], {
    may: anyOperator,
    yes: "incident.ended",
    no: refusedAct,
    ...incident,
  }),
  ran("failover", ["failover"], shown(members)),
  ran("failover plan", ["failover", "tried", ...because], { ...shown(anyOperator), ...plan }),
  ran("failover practice", ["failover", "practice", "tried", ...because], { ...shown(anyOperator), ...plan }),
  ran("failover drill", ["failover", "drill", "tried"], {
    may: anyOperator,
    yes: "failover.drilled",
    no: refusedAct,
    ...plan,
  }),
  ...["pause", "resume", "stop", "back"].map((verb) =>
    ran(`failover ${verb}`, ["failover", verb, "tried"], { ...shown(anyOperator), ...plan }),
  ),
  ran("failover status", ["failover", "status"], shown(members)),
  ran("failover export", ["failover", "export", "tried"], { ...shown(members), ...plan }),
  ran("failover import", (_matrix, file) => ["failover", "import", file], {
    may: admins,
    yes: "plan.saved",
    no: refusedAct,
    prepare: async (matrix) => planFileIn(matrix),
  }),
  ran("failover remove", ["failover", "remove", "tried", "--yes"], {
    may: admins,
    yes: "plan.removed",
    no: refusedAct,
    ...plan,
  }),
];

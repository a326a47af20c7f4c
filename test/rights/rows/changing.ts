import { type ChangeKind, changeKinds } from "../../../src/domain/numbers/change.ts";
import { triedJob, type Target } from "../targets.ts";
import { roles } from "../people.ts";
import {
  type Answer,
  anyOperator,
  chosen,
  made,
  operators,
  pressed,
  refusedChange,
  type Row,
  sent,
  shown,
  typed,
} from "./row.ts";

const lineOf: Readonly<Record<ChangeKind, string>> = {
  reassign: "reassign % to Dispatch",
  detach: "detach %",
  rename: 'rename % to "Other"',
  edit: "edit %",
};

/** Changes of numbers. */
export const changing: readonly Row[] = changeKinds.flatMap((verb) => {
  const form = (target: Target, yes: Answer): Row =>
    sent(
      verb,
      async (matrix, who) => matrix.sendChange(who, verb, target),
      { may: operators, yes, no: refusedChange },
      target,
    );
  return [
    typed(verb, lineOf[verb], shown(operators)),
    pressed(verb, verb, (matrix) => matrix.keyOf("own"), shown(operators)),
    pressed(verb, verb, (matrix) => matrix.keyOf("foreign"), shown(anyOperator), "foreign"),
    chosen(verb, (matrix) => `${verb} ${matrix.keyOf("own")}`, shown(operators)),
    chosen(verb, (matrix) => `${verb} ${matrix.keyOf("foreign")}`, shown(anyOperator), "foreign"),
    form("own", made),
    form("protected", "approval.requested"),
    form("frozen", "change.refused/frozen"),
    {
      ...form("foreign", "change.refused/not_found"),
      // Of a connection that is not here nobody is narrowed out.
      may: anyOperator,
    },
  ];
});

/** A number's id in upper case is another id, also for people who may change the number. */
export const upperCase: readonly Row[] = (["own", "protected", "frozen"] as const).map((target) =>
  sent(
    "reassign by another id",
    async (matrix, who) => matrix.sendUpperCase(who, target),
    { may: operators, yes: "change.refused/not_found", no: refusedChange },
    target,
  ),
);

/** What happens without a person: it is told apart by its target alone. */
export const unattended: readonly Row[] = (
  [
    ["own", made],
    ["protected", "change.refused/approval_required"],
    ["frozen", "change.refused/frozen"],
    ["foreign", "change.refused/not_found"],
  ] as const
).flatMap(([target, yes]) =>
  (["shell", "job"] as const).map((surface): Row => ({
    verb: "reassign",
    surface,
    target,
    may: roles,
    yes,
    no: yes,
    act: async (matrix) => {
      const actor =
        surface === "shell"
          ? ({ kind: "cli", osUser: "root" } as const)
          : ({ kind: "system", job: triedJob } as const);
      await matrix.changeAs(actor, "reassign", target);
    },
  })),
);

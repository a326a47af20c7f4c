import { voiceOps } from "../../support/fixtures.ts";
import { anyOperator, keyboard, members, refusedAct, type Row, sent, shown, typed } from "./row.ts";

/** Incidents. */
export const incidents: readonly Row[] = [
  {
    ...typed("incident start", "", { may: anyOperator, yes: "incident.started", no: refusedAct }),
    prepare: async (matrix) => `${await matrix.incident()}-NEW`,
    act: async (matrix, who, key) =>
      keyboard(matrix, who).command(`incident start ${key}`, { channelId: "C0INCID01" }),
  },
  ...(
    [
      ["incident", shown(members)],
      ["incident revert", shown(anyOperator)],
      ["incident end", { may: anyOperator, yes: "incident.ended", no: refusedAct }],
    ] as const
  ).map(([verb, rest]): Row => ({
    ...typed(verb, "", rest),
    prepare: async (matrix) => matrix.incident(),
    act: async (matrix, who, key) => keyboard(matrix, who).command(`${verb} ${key}`, { channelId: voiceOps }),
  })),
  sent(
    "incident revert",
    async (matrix, who) =>
      matrix.send(who, "revert_incident", { from: {}, revertId: await matrix.revert(who) }),
    {
      may: anyOperator,
      yes: "incident.reverted",
      no: refusedAct,
      prepare: async (matrix) => matrix.incident(),
    },
  ),
];

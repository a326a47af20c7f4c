import type { Who } from "./people.ts";
import { alerting } from "./rows/alerts.ts";
import { overHttp } from "./rows/api.ts";
import { buttons } from "./rows/buttons.ts";
import { changing, unattended, upperCase } from "./rows/changing.ts";
import { onTheServer } from "./rows/command-lines.ts";
import { connecting } from "./rows/connections.ts";
import { decisionButtons } from "./rows/expiry.ts";
import { failingOver } from "./rows/failover.ts";
import { incidents } from "./rows/incidents.ts";
import { approvingPlans } from "./rows/protected-plans.ts";
import { managingPrograms } from "./rows/programs.ts";
import { onCallRows } from "./rows/on-call.ts";
import { mentioning } from "./rows/mentions.ts";
import { reading } from "./rows/reading.ts";
import { undoing } from "./rows/restore.ts";
import { controlling, replayed } from "./rows/restrictions.ts";
import { type Answer, refusedAct, type Row } from "./rows/row.ts";
import { ruling } from "./rows/rules.ts";

/** Menus and buttons inside a form: they only redraw it for the person who opened it. Its own rows try who may send it. */
export const insideForms: ReadonlySet<string> = new Set([
  "number",
  "instead",
  "pick:*",
  "agent",
  "ends",
  "ends_at",
  "restore_form",
  "break_glass",
  "break_glass:back",
  "vendor",
  "settings_topic",
  "preview:*",
]);

/** Everything that is tried. */
export const rows: readonly Row[] = [
  ...reading,
  ...mentioning,
  ...changing,
  ...undoing,
  ...incidents,
  ...decisionButtons,
  ...controlling,
  ...upperCase,
  ...replayed,
  ...failingOver,
  ...approvingPlans,
  ...ruling,
  ...alerting,
  ...onCallRows,
  ...onTheServer,
  ...connecting,
  ...managingPrograms,
  ...overHttp,
  ...unattended,
  ...buttons,
];

/** What somebody is to get. */
export function expected(row: Row, who: Who): Answer {
  if (!byNobody(row) && who === "stranger" && !["command line", "API"].includes(row.surface)) {
    // Slack tells a click apart by who clicks, a form by whose form it is, and a mention by where it is: only a form and a
    // mention reach this workspace.
    return row.surface === "form" || row.surface === "mention" ? refusedAct : "shown";
  }
  return row.but?.[who] ?? (row.may.includes(who) ? row.yes : row.no);
}

/** Whether somebody can try it at all: people of other organizations have no slash commands and no shortcuts. */
export function canTry(row: Row, who: Who): boolean {
  if (byNobody(row)) return who === "admin";
  return who !== "stranger" || !["command", "shortcut"].includes(row.surface);
}

/** Whether it happens without a person. */
export function byNobody({ surface }: Row): boolean {
  return surface === "shell" || surface === "job" || surface === "hook";
}

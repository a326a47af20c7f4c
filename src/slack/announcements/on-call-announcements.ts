import type { AuditKind } from "../../domain/audit/audit-kind.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { bold, code, escape } from "../block-kit/blocks.ts";
import { actorMention } from "../block-kit/format.ts";

const about =
  (act: string) =>
  ({ actor, details }: AuditEntry): string =>
    `:pager: ${actorMention(actor)} ${act} the on-call schedule ${bold(details?.name ?? "")}`;

/** How to announce what happens to on-call schedules. */
export const onCallAnnouncements: Readonly<Partial<Record<AuditKind, (entry: AuditEntry) => string>>> = {
  "oncall.added": about("added"),
  "oncall.removed": about("removed"),
  "oncall.changed": (entry) =>
    about(entry.details?.what === "key" ? "set the key of" : "confirmed the people of")(entry),
  "approval.paged": ({ details = {} }) => {
    const { paged, for: asker = "", approval = "", why } = details;
    const who = paged === undefined ? "the approver on call" : `<@${paged}>`;
    const request = `for the request ${code(approval)} of <@${asker}>`;
    return why === undefined
      ? `:pager: Patchbay paged ${who} ${request}`
      : `:warning: Patchbay could not page ${who} ${request}: ${escape(why)}`;
  },
  "approval.page_closed": ({ details = {} }) => {
    const { paged = "", for: asker = "", approval = "", why = "", onCall = "", page } = details;
    const which = page === undefined ? "" : ` ${code(page)}`;
    return `:warning: Patchbay could not close the page of <@${paged}> for the request ${code(approval)} of <@${asker}>: ${escape(why)} Close the page${which} by hand, at the tool of the schedule ${bold(onCall)}.`;
  },
  "oncall.stale": ({ details }) =>
    `:warning: The on-call schedule ${bold(details?.name ?? "")} cannot be read. What it said last counts for at most 10 minutes; then being on call gives no role. ${escape(details?.why ?? "")}`,
};

import { z } from "zod";
import type { AuditEvent } from "../audit/audit-log.ts";
import { Problem } from "../problem/problem.ts";
import type { Actor } from "../shared/actor.ts";

/** The tools whose schedules can give a role. */
export const onCallTools = ["pagerduty", "grafana"] as const;
export type OnCallTool = (typeof onCallTools)[number];

export const toolTitles: Readonly<Record<OnCallTool, string>> = {
  pagerduty: "PagerDuty",
  grafana: "Grafana IRM",
};

/**
 * What could not be checked of a key that is to page people, as a sentence: both tools tell only by paging somebody. Undefined
 * if nobody is to be paged with it.
 */
export function uncheckedPagingText(tool: OnCallTool, hasService: boolean): string | undefined {
  if (tool === "grafana")
    return "Patchbay could not check whether this key may page people: Grafana tells that only when somebody is paged. Without the permission “Alert groups: Direct Paging”, approvers are not paged. Patchbay can close the alert group after the decision only with a person's API key. Grafana does not let service accounts do that.";
  return hasService
    ? "The service for pages is there. Patchbay could not check whether this key may open incidents: PagerDuty tells that only when somebody is paged. With a read-only key, approvers are not paged."
    : undefined;
}

/** As many as checkboxes of a form in Slack. */
export const maxSchedules = 10;
/** The most people of a schedule that a form can show. */
export const maxSchedulePeople = 40;

/** How long what a tool said counts as it is, and how long it counts with a mark while the tool cannot be read. */
export const onCallFreshMs = 60_000;
export const onCallStaleMs = 10 * 60_000;
/** How old the newest copy has to be before an entry says that the tool cannot be read: one server alone may not reach it. */
export const onCallOutageMs = 2 * 60_000;
/** How far the clocks of servers may differ. A copy that is further in the future says that one of them was set. */
export const onCallSkewMs = 5_000;

/** A person at the tool, and who that is in Slack, as an admin has confirmed. */
export const schedulePerson = z.object({ id: z.string(), name: z.string(), userId: z.string() });
export type SchedulePerson = Readonly<z.infer<typeof schedulePerson>>;

/** The refusal of a table of people that is made from an older one: it could give back what somebody has taken away. */
export function changedTable(): Problem {
  const words =
    "Someone changed the people of this schedule while this form was open. Nothing was saved: open it again.";
  return new Problem("conflict", words);
}

/** A person of a schedule as the tool knows them. */
export type ToolPerson = Omit<SchedulePerson, "userId">;

/** When a person is on call, those who are alerted first before others. Times are UTC, ISO 8601; undefined is always. */
export const shift = z.object({
  person: z.string(),
  from: z.string().optional(),
  until: z.string().optional(),
});
export type Shift = Readonly<z.infer<typeof shift>>;

/** A schedule of an on-call tool that may give a role to those who are on call. */
export interface OnCallSchedule {
  readonly id: string;
  readonly name: string;
  readonly tool: OnCallTool;
  /** The tool's own id. */
  readonly schedule: string;
  readonly people: readonly SchedulePerson[];
  readonly madeBy: Actor;
  /** UTC, ISO 8601. */
  readonly madeAt: string;
}

/** How a tool is reached. It is encrypted. */
export const onCallAccess = z.object({
  key: z.string(),
  /** The address of Grafana's OnCall API. */
  url: z.string().optional(),
  /** The address of the stack, which a service account's token needs. */
  stackUrl: z.string().optional(),
  /** The service of PagerDuty whose incidents page people, and the address of the user in whose name they are made. */
  service: z.string().optional(),
  from: z.string().optional(),
});
export type OnCallAccess = Readonly<z.infer<typeof onCallAccess>>;

/** A schedule, and how to reach it. */
export interface ReachableSchedule extends OnCallAccess, Pick<OnCallSchedule, "tool" | "schedule"> {}

/** Whether people can be paged with this access. */
export function canPage({ tool, service }: Pick<ReachableSchedule, "tool" | "service">): boolean {
  return tool === "grafana" || service !== undefined;
}

/** An alert for one person. */
export interface Page {
  /** The person's id at the tool. */
  readonly person: string;
  /** The same for each attempt, so that nobody is paged twice where the tool knows the alert. */
  readonly key: string;
  readonly title: string;
  readonly text: string;
}

/** Reads schedules and pages people. Each method throws a Problem that says why it could not. */
export interface OnCallTools {
  /** Normalizes an address that an admin typed. Throws invalid_input. */
  checkUrl(text: string): string;
  /** The shifts that touch a span of time. */
  shifts(at: ReachableSchedule, from: Date, until: Date): Promise<readonly Shift[]>;
  /** Everybody who takes part in the schedule. */
  people(at: ReachableSchedule, now: Date): Promise<readonly ToolPerson[]>;
  /** Whether people can be paged, as far as the tool says without paging anybody. Nothing if no page is set up. */
  checkPaging(at: ReachableSchedule): Promise<void>;
  /** Alerts a person by all means that the person has set up at the tool. Returns the tool's id of the page, if it gives one. */
  page(at: ReachableSchedule, page: Page): Promise<string | undefined>;
  /** The id of a page that is still open, by its key; undefined if there is none, or if the tool knows no keys. */
  openPage(at: ReachableSchedule, key: string): Promise<string | undefined>;
  /** Ends a page, so that nobody is alerted by it any more. One that is closed already is no failure. */
  closePage(at: ReachableSchedule, id: string): Promise<void>;
}

/** What a tool said last, which all servers share. */
export interface OnCallCopy {
  readonly shifts: readonly Shift[];
  /** UTC, ISO 8601. */
  readonly readAt: string;
}

/** Who changed a schedule. */
export type OnCallActor = Pick<AuditEvent, "actor" | "requestId">;

/** The schedules of one workspace. */
export interface OnCallSchedules {
  /** Oldest first. */
  list(): Promise<readonly OnCallSchedule[]>;
  find(id: string): Promise<OnCallSchedule | undefined>;
  /** Throws not_found, and not_connected if it cannot be decrypted. */
  access(id: string): Promise<OnCallAccess>;
  /** Stores a schedule with its entry. Throws invalid_input if there are too many or one of that name, and not_recorded. */
  add(
    schedule: Pick<OnCallSchedule, "id" | "name" | "tool" | "schedule">,
    access: OnCallAccess,
    by: OnCallActor,
  ): Promise<OnCallSchedule>;
  /** Replaces the key, with an entry. Throws not_found and not_recorded. */
  setAccess(id: string, access: OnCallAccess, by: OnCallActor): Promise<OnCallSchedule>;
  /** Replaces the table of people, with an entry. Throws not_found, conflict if it is another one, and not_recorded. */
  setPeople(
    id: string,
    change: { readonly before: readonly SchedulePerson[]; readonly people: readonly SchedulePerson[] },
    by: OnCallActor,
  ): Promise<OnCallSchedule>;
  /** Removes a schedule with its entry. Throws not_found and not_recorded. */
  remove(id: string, by: OnCallActor): Promise<void>;
  copy(id: string): Promise<OnCallCopy | undefined>;
  /** Keeps what the tool said, unless a newer copy is there that is not from the future. */
  keep(id: string, copy: OnCallCopy): Promise<void>;
  /**
   * Notes that the tool could not be read. There is an entry once no server has read it for two minutes, and no second one
   * before one has. Throws not_recorded.
   */
  noteFailure(id: string, why: string, by: OnCallActor): Promise<void>;
}

/** Who is on call in a schedule now. */
export interface OnCallNow {
  readonly schedule: OnCallSchedule;
  /** Those whom the table names, in the order in which the tool alerts them. */
  readonly people: readonly SchedulePerson[];
  /** How many are on call whom the table does not name. */
  readonly unmapped: number;
  /** When the tool said so, if it cannot be read now. */
  readonly staleSince?: string | undefined;
  /** Why nobody can be counted as on call, as a sentence. */
  readonly unreadable?: string | undefined;
}

/** Who is on call at a moment by a copy. A shift that has ended counts no more, also in an old copy. */
export function onCallAt({ shifts }: OnCallCopy, now: Date): readonly string[] {
  const at = now.getTime();
  const active = shifts.filter(
    ({ from, until }) =>
      (from === undefined || Date.parse(from) <= at) && (until === undefined || at < Date.parse(until)),
  );
  return [...new Set(active.map(({ person }) => person))];
}

/** A schedule for entries, by its tool's own name: `PagerDuty PI7DH85`. */
export function scheduleLabel({ tool, schedule }: Pick<OnCallSchedule, "tool" | "schedule">): string {
  return `${toolTitles[tool]} ${schedule}`;
}

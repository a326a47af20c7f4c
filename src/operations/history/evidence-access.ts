import { z } from "zod";
import { onCallTools, scheduleLabel, type OnCallSchedule } from "../../domain/access/on-call.ts";
import { rolesOf } from "../../domain/access/roles.ts";
import { roleNames, workspaceSettings, type RoleAssignment } from "../../domain/access/workspace-settings.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { formatActor } from "../../domain/shared/actor.ts";
import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import type { EvidencePeriod, EvidenceTable } from "./evidence-table.ts";

const headings = ["at", "role", "who", "connection", "since", "set_by", "entry"];
const kept = workspaceSettings.pick({ roles: true, connectionOperators: true }).shape;
type Key = keyof typeof kept;
const keys: readonly Key[] = ["roles", "connectionOperators"];

/** What a setting was at a date, and the entry that set it so, if it is in the log. */
interface Known {
  readonly value: unknown;
  readonly setBy?: AuditEntry;
}

/** The settings and the schedules as they are now. */
export interface AccessToday {
  readonly settings: unknown;
  readonly schedules: readonly OnCallSchedule[];
}

/** What is known about a date. */
interface AccessAt extends Pick<AccessToday, "settings"> {
  readonly known: ReadonlyMap<Key, Known>;
  /** What schedules are called, by their ids. */
  readonly names: ReadonlyMap<string, string>;
  peopleOf(schedule: string): Known;
}

const scheduleName = (schedule: Pick<OnCallSchedule, "name" | "tool" | "schedule">): string =>
  `on call in ${scheduleLabel(schedule)} (${schedule.name})`;

/** Follows who had which role, at the beginning and at the end of a period. */
export function accessTracker({ from, to }: EvidencePeriod): {
  pass(entry: AuditEntry): void;
  table(today: AccessToday): EvidenceTable;
} {
  const dates = [from, to].map((at) => ({
    at,
    known: new Map<Key, Known>(),
    people: new Map<string, Known>(),
  }));
  const names = new Map<string, string>();
  const passSchedule = (entry: AuditEntry): void => {
    const { schedule, name = "", tool, toolId = "", what, before, after } = entry.details ?? {};
    const known = z.enum(onCallTools).safeParse(tool);
    if (schedule === undefined || !known.success) return;
    names.set(schedule, scheduleName({ name, tool: known.data, schedule: toolId }));
    if (what !== "people") return;
    for (const { at, people } of dates)
      if (entry.at < at) people.set(schedule, { value: ownValue(parsed(after), "people"), setBy: entry });
      else if (!people.has(schedule)) people.set(schedule, { value: ownValue(parsed(before), "people") });
  };
  return {
    pass(entry) {
      if (entry.kind.startsWith("oncall.")) passSchedule(entry);
      if (entry.kind !== "settings.changed" || entry.outcome === "refused") return;
      const [before, after] = [parsed(entry.details?.before), parsed(entry.details?.after)];
      for (const { at, known } of dates)
        for (const key of keys) {
          if (!Object.hasOwn(after, key)) continue;
          if (entry.at < at) known.set(key, { value: ownValue(after, key), setBy: entry });
          // Set before the log begins: the first change afterwards says what it was.
          else if (!known.has(key)) known.set(key, { value: ownValue(before, key) });
        }
    },
    table: ({ settings, schedules }) => {
      for (const schedule of schedules) names.set(schedule.id, scheduleName(schedule));
      const today = new Map(schedules.map(({ id, people }) => [id, people.map(({ userId }) => userId)]));
      const rows = dates.flatMap(({ at, known, people }) => {
        const of = (id: string): Known => people.get(id) ?? { value: today.get(id) };
        return rowsAt(at, { known, settings, names, peopleOf: of });
      });
      return { name: "access", headings, rows };
    },
  };
}

function rowsAt(at: string, { known, settings, names, peopleOf }: AccessAt): string[][] {
  const today = z.object(kept).safeParse(settings).data ?? {};
  const of = (key: Key): Known => known.get(key) ?? { value: ownValue(today, key) };
  const [roles, operators] = [of("roles"), of("connectionOperators")];
  const assigned = rolesOf({ roles: kept.roles.safeParse(roles.value ?? undefined).data });
  const limits = kept.connectionOperators.safeParse(operators.value ?? undefined).data ?? {};
  const row = (role: string, who: string, connection: string, { setBy }: Known): string[] => [
    at,
    role,
    who,
    connection,
    setBy?.at ?? "",
    setBy ? formatActor(setBy.actor) : "",
    setBy ? String(setBy.sequence) : "",
  ];
  const nameOf = (schedule: string): string => names.get(schedule) ?? schedule;
  const named = [...new Set(roleNames.flatMap((role) => assigned[role].schedules ?? []))];
  return [
    ...roleNames.flatMap((role) => holdersOf(assigned[role], nameOf).map((who) => row(role, who, "", roles))),
    ...named.flatMap((schedule) => {
      const table = peopleOf(schedule);
      const people = z.array(z.string()).safeParse(table.value).data ?? [];
      return people.map((who) => row(nameOf(schedule), who, "", table));
    }),
    ...Object.entries(limits).flatMap(([connection, { people, groups }]) =>
      [...people, ...groups].map((who) => row("operator of this connection", who, connection, operators)),
    ),
  ];
}

function holdersOf(
  { slackAdmins, members, people, groups, schedules = [] }: RoleAssignment,
  nameOf: (schedule: string) => string,
): readonly string[] {
  return [
    ...(slackAdmins ? ["all admins and owners in Slack"] : []),
    ...(members ? ["all full members in Slack"] : []),
    ...people,
    ...groups.map((group) => `user group ${group}`),
    ...schedules.map(nameOf),
  ];
}

function parsed(json: string | undefined): Readonly<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).safeParse(json === undefined ? {} : JSON.parse(json)).data ?? {};
}

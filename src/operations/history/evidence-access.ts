import { z } from "zod";
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

/** Follows who had which role, at the beginning and at the end of a period. */
export function accessTracker({ from, to }: EvidencePeriod): {
  pass(entry: AuditEntry): void;
  table(settings: unknown): EvidenceTable;
} {
  const dates = [from, to].map((at) => ({ at, known: new Map<Key, Known>() }));
  return {
    pass(entry) {
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
    table: (settings) => ({
      name: "access",
      headings,
      rows: dates.flatMap(({ at, known }) => rowsAt(at, known, settings)),
    }),
  };
}

function rowsAt(at: string, known: ReadonlyMap<Key, Known>, settings: unknown): string[][] {
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
  return [
    ...roleNames.flatMap((role) => peopleOf(assigned[role]).map((who) => row(role, who, "", roles))),
    ...Object.entries(limits).flatMap(([connection, { people, groups }]) =>
      [...people, ...groups].map((who) => row("operator of this connection", who, connection, operators)),
    ),
  ];
}

function peopleOf({
  slackAdmins,
  members,
  people,
  groups,
  schedules = [],
}: RoleAssignment): readonly string[] {
  return [
    ...(slackAdmins ? ["all admins and owners in Slack"] : []),
    ...(members ? ["all full members in Slack"] : []),
    ...people,
    ...groups.map((group) => `user group ${group}`),
    ...schedules.map((schedule) => `on call in ${schedule}`),
  ];
}

function parsed(json: string | undefined): Readonly<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).safeParse(json === undefined ? {} : JSON.parse(json)).data ?? {};
}

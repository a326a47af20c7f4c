import type { WebClient } from "@slack/web-api";
import { personOf, type Actor } from "../../domain/shared/actor.ts";
import { allPermissions, type Authorizer, type Permissions } from "../../domain/access/authorization.ts";
import { scheduleLabel, toolTitles, type OnCallNow } from "../../domain/access/on-call.ts";
import { Problem } from "../../domain/problem/problem.ts";
import {
  groupsNamed,
  permissionsOf,
  schedulesNamed,
  type SlackMembership,
} from "../../domain/access/roles.ts";
import type { SettingsStore, WorkspaceSettings } from "../../domain/access/workspace-settings.ts";
import { knownTimeZone } from "../../operations/shared/time-zone.ts";
import { isMember, isSlackAdmin, slackName, type SlackUser } from "./membership.ts";
import type { TtlCache } from "./ttl-cache.ts";
import type { Installed } from "./installed.ts";
import type { UserGroup } from "./user-groups.ts";

/** People as Slack knows them, and their permissions. */
export interface SlackPeople extends Authorizer {
  /** The IANA name of a person's time zone; UTC if Slack has none. Throws not_allowed if Slack cannot say. */
  timeZone(actor: Actor): Promise<string>;
  /** A person's name in Slack; undefined if Slack cannot say. */
  nameOf(userId: string): Promise<string | undefined>;
}

/** What permissions are determined from. */
export interface SlackPeopleSources {
  readonly client: WebClient;
  readonly installed: Installed;
  readonly settings: Pick<SettingsStore, "read" | "lastRead">;
  /** Shared by all lookups of the process, by workspace and person. */
  readonly memory: TtlCache<SlackUser>;
  /** Throws if Slack does not say. */
  groups(): Promise<readonly UserGroup[]>;
  /** Who is on call in these schedules. One that is gone is left out. */
  onCall(schedules: readonly string[]): Promise<readonly OnCallNow[]>;
  /** Called with errors from Slack. */
  failed(error: unknown): void;
}

const whoUnknown = "Slack could not say who you are, so Patchbay does not know what you may do.";
const groupsUnknown =
  "Slack could not say which user groups you are in, so Patchbay does not know what you may do.";

/**
 * Determines permissions from the workspace's settings, which are read each time, and from Slack, cached for at most 60
 * s. Anything that Slack does not say gives no permission.
 */
export function slackPeople(sources: SlackPeopleSources): SlackPeople {
  const { installed } = sources;
  const orNone = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await ask();
    } catch (error) {
      sources.failed(error);
      return undefined;
    }
  };
  const toPermissions = (
    userId: string,
    user: SlackUser | undefined,
    groups: readonly UserGroup[] | undefined,
    onCall: readonly OnCallNow[],
    settings: WorkspaceSettings,
  ): Permissions => {
    const membership: SlackMembership = {
      member: user && isMember(user, installed),
      slackAdmin: user !== undefined && isSlackAdmin(user, installed),
      groups: new Set((groups ?? []).filter(({ users }) => users.has(userId)).map(({ id }) => id)),
      onCall: new Map(
        onCall
          .filter(({ people }) => people.some((person) => person.userId === userId))
          .map(({ schedule, staleSince }) => [
            schedule.id,
            { schedule: scheduleLabel(schedule), staleSince },
          ]),
      ),
      confirmedIn: new Map(
        onCall
          .filter(({ schedule: { people } }) => people.some((person) => person.userId === userId))
          .map(({ schedule }) => [schedule.id, scheduleLabel(schedule)]),
      ),
    };
    const found = permissionsOf(userId, membership, settings);
    if (!user) return { ...found, unavailableReason: whoUnknown };
    if (!membership.member) return found;
    const unread = onCall.find(({ unreadable }) => unreadable !== undefined);
    if (!groups) return { ...found, unavailableReason: groupsUnknown };
    if (!unread) return found;
    const unavailableFrom = toolTitles[unread.schedule.tool];
    return { ...found, unavailableReason: unreadWords(unread), unavailableFrom };
  };
  return {
    permissions: async (actor, tried) => {
      const userId = personOf(actor);
      // Background work and a shell that acts for itself have no Slack user. They are authorized where they start.
      if (userId === undefined) return allPermissions;
      const settings = tried ?? (await sources.settings.read());
      const named = groupsNamed(settings);
      const schedules = schedulesNamed(settings);
      const [user, groups, onCall] = await Promise.all([
        orNone(async () => lookUp(sources, userId)),
        named.length === 0 ? [] : orNone(sources.groups),
        schedules.length === 0 ? [] : sources.onCall(schedules),
      ]);
      return toPermissions(userId, user, groups, onCall, settings);
    },
    cachedPermissions: (actor) => {
      const userId = personOf(actor);
      if (userId === undefined) return allPermissions;
      const user = sources.memory.get(`${installed.workspaceId}/${userId}`);
      const settings = sources.settings.lastRead();
      // User groups may need a request to Slack, and schedules one to their tool.
      if (!user || !settings || groupsNamed(settings).length + schedulesNamed(settings).length > 0)
        return undefined;
      return toPermissions(userId, user, [], [], settings);
    },
    timeZone: async (actor) => {
      if (actor.kind !== "user") return knownTimeZone(undefined);
      const user = await orNone(async () => lookUp(sources, actor.userId));
      if (!user) throw new Problem("not_allowed", whoUnknown);
      return knownTimeZone(user.tz);
    },
    nameOf: async (userId) => {
      const user = await orNone(async () => lookUp(sources, userId));
      return user && slackName(user);
    },
  };
}

function unreadWords({ schedule: { name, tool }, unreadable = "" }: OnCallNow): string {
  return `Patchbay cannot read who is on call in “${name}” (${toolTitles[tool]}), so being on call there counts for nobody now. ${unreadable}`;
}

async function lookUp({ client, installed, memory }: SlackPeopleSources, id: string): Promise<SlackUser> {
  return memory.getOrLoad(`${installed.workspaceId}/${id}`, async () => {
    const { user } = await client.users.info({ user: id });
    if (!user) throw new Error("users.info answered without a user");
    return user;
  });
}

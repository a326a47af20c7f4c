import type { WebClient } from "@slack/web-api";
import { everyRight, type People } from "../domain/people.ts";
import { groupsNamed, rightsOf, type Standing } from "../domain/roles.ts";
import type { SettingsStore } from "../domain/workspace-settings.ts";
import { isMember, type SlackUser } from "./membership.ts";
import type { Installed } from "./services.ts";

const freshMs = 60_000;
const mostRemembered = 5000;

type Memory<T> = Map<string, { readonly known: T; readonly at: number }>;

/** The short memory that lookups of one process share; keys name the workspace and what was asked. */
export interface SlackMemory {
  readonly users: Memory<SlackUser>;
  readonly groups: Memory<ReadonlySet<string>>;
}

/** A memory with nothing in it. */
export function slackMemory(): SlackMemory {
  return { users: new Map(), groups: new Map() };
}

/** What rights are judged by. */
export interface SlackPeopleSources {
  readonly client: WebClient;
  readonly installed: Installed;
  readonly settings: Pick<SettingsStore, "read">;
  readonly memory: SlackMemory;
  now(): Date;
  /** Told of what Slack did not say. */
  failed(error: unknown): void;
}

const whoUnknown = "Slack could not say who you are, so Patchbay does not know what you may do.";
const groupsUnknown =
  "Slack could not say which user groups you are in, so Patchbay does not know what you may do.";

/**
 * Rights of people from the workspace's settings, read each time, and from what Slack says, remembered for at most 60 s.
 * What Slack does not say gives no right.
 */
export function slackPeople(sources: SlackPeopleSources): People {
  const { client, installed, memory } = sources;
  const remembered = async <T>(all: Memory<T>, id: string, ask: () => Promise<T>): Promise<T | undefined> => {
    const key = `${installed.workspaceId}/${id}`;
    const found = all.get(key);
    const at = sources.now().getTime();
    if (found && at - found.at < freshMs) return found.known;
    try {
      const known = await ask();
      if (all.size >= mostRemembered) all.clear();
      all.set(key, { known, at });
      return known;
    } catch (error) {
      sources.failed(error);
      return undefined;
    }
  };
  const membersOf = async (group: string): Promise<ReadonlySet<string> | undefined> =>
    remembered(memory.groups, group, async () => {
      const { users = [] } = await client.usergroups.users.list({ usergroup: group });
      return new Set(users);
    });
  return {
    rights: async (actor, tried) => {
      // Background work and the command line have no Slack user behind them; what they do is judged where they start.
      if (actor.kind !== "user") return everyRight;
      const { userId } = actor;
      const settings = tried ?? (await sources.settings.read());
      const user = await remembered(memory.users, userId, async () => lookUp(client, userId));
      const named = await Promise.all(
        groupsNamed(settings).map(async (id) => [id, await membersOf(id)] as const),
      );
      const standing: Standing = {
        member: user && isMember(user, installed),
        slackAdmin: Boolean(user && (user.is_admin || user.is_owner || user.is_primary_owner)),
        groups: new Set(named.flatMap(([id, members]) => (members?.has(userId) ? [id] : []))),
      };
      const rights = rightsOf(userId, standing, settings);
      if (!user) return { ...rights, unsure: whoUnknown };
      const isUnsure = standing.member === true && named.some(([, members]) => members === undefined);
      return isUnsure ? { ...rights, unsure: groupsUnknown } : rights;
    },
  };
}

async function lookUp(client: WebClient, id: string): Promise<SlackUser> {
  const { user } = await client.users.info({ user: id });
  if (!user) throw new Error("users.info answered without a user");
  return user;
}

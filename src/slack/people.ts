import type { WebClient } from "@slack/web-api";
import type { Actor, People, Role } from "../domain/actor.ts";
import { Problem } from "../domain/problem.ts";
import type { Installed } from "./services.ts";

const freshMs = 60_000;
const mostRemembered = 5000;

/** What `users.info` says of somebody, as far as rights hang on it. */
interface SlackUser {
  readonly team_id?: string;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly is_stranger?: boolean;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_admin?: boolean;
  readonly is_owner?: boolean;
  readonly is_primary_owner?: boolean;
  readonly enterprise_user?: { readonly enterprise_id?: string; readonly teams?: readonly string[] };
}

/** The role that follows from Slack's word: outsiders, guests, bots and deleted users may do nothing at all. */
export function roleOfSlackUser(
  user: SlackUser,
  installed: Pick<Installed, "teamId" | "enterpriseId">,
): Role {
  if (user.deleted || user.is_bot || user.is_stranger || user.is_restricted || user.is_ultra_restricted)
    return "none";
  if (!isMember(user, installed)) return "none";
  return user.is_admin || user.is_owner || user.is_primary_owner ? "admin" : "operator";
}

/**
 * Whether somebody belongs to what Patchbay is installed in: the workspace, or for an org-wide install the organisation.
 * An admin of a neighbouring workspace of the same organisation is nobody here.
 */
function isMember(
  user: SlackUser,
  { teamId, enterpriseId }: Pick<Installed, "teamId" | "enterpriseId">,
): boolean {
  const { enterprise_user: enterpriseUser } = user;
  if (teamId !== undefined) return user.team_id === teamId || (enterpriseUser?.teams ?? []).includes(teamId);
  return enterpriseId !== undefined && enterpriseUser?.enterprise_id === enterpriseId;
}

/** The short memory that lookups of one process share; keys name workspace and user. */
export type RoleMemory = Map<string, { readonly role: Role; readonly at: number }>;

/** Rights of people from Slack's `users.info`, remembered for at most 60 s. */
export function slackPeople(
  client: WebClient,
  installed: Installed,
  memory: RoleMemory,
  now: () => Date,
): People {
  const known = (actor: Actor): Role | undefined => {
    // Background work and the command line have no Slack user behind them; what they do is judged where they start.
    if (actor.kind !== "user") return "admin";
    const remembered = memory.get(`${installed.workspaceId}/${actor.userId}`);
    return remembered && now().getTime() - remembered.at < freshMs ? remembered.role : undefined;
  };
  return {
    known,
    role: async (actor) => {
      const remembered = known(actor);
      if (remembered !== undefined || actor.kind !== "user") return remembered ?? "admin";
      const key = `${installed.workspaceId}/${actor.userId}`;
      const user = await lookUp(client, actor.userId);
      const role = roleOfSlackUser(user, installed);
      if (memory.size >= mostRemembered) memory.clear();
      memory.set(key, { role, at: now().getTime() });
      return role;
    },
  };
}

async function lookUp(client: WebClient, user: string): Promise<SlackUser> {
  try {
    const answer = await client.users.info({ user });
    if (answer.user) return answer.user;
  } catch (error) {
    throw new Problem(
      "not_allowed",
      "Slack could not say who you are, so Patchbay does not know what you may do.",
      {},
      error,
    );
  }
  throw new Problem("not_allowed", "Slack does not know you, so Patchbay does not know what you may do.");
}

import { type ApiMethod, refusal } from "./api-call.ts";
import type { Json } from "../json.ts";
import type { UserGroupSeed, WorkspaceSeed } from "../types.ts";

/** The scope that both methods need. */
const SCOPE = "usergroups:read";

function lacksScope({ scopes }: WorkspaceSeed): Json | undefined {
  if (scopes === undefined || scopes.includes(SCOPE)) return undefined;
  return { ...refusal("missing_scope"), needed: SCOPE, provided: scopes.join(",") };
}

function asGroup(seed: WorkspaceSeed, group: UserGroupSeed, withUsers: boolean): Json {
  return {
    id: group.id,
    team_id: seed.teamId,
    is_usergroup: true,
    is_external: false,
    name: group.name,
    handle: group.handle,
    description: "",
    date_delete: group.disabled === true ? 1 : 0,
    user_count: group.users.length,
    ...(withUsers ? { users: [...group.users] } : {}),
  };
}

function isTrue(value: unknown): boolean {
  return value === true || value === "true" || value === "1";
}

/**
 * https://docs.slack.dev/reference/methods/usergroups.list: disabled groups and members are only included on request.
 */
const list: ApiMethod = async ({ workspace: { seed }, args }) => {
  const groups = (seed.userGroups ?? []).filter(
    ({ disabled }) => disabled !== true || isTrue(args["include_disabled"]),
  );
  const answer = groups.map((group) => asGroup(seed, group, isTrue(args["include_users"])));
  return Promise.resolve(lacksScope(seed) ?? { ok: true, usergroups: answer });
};

/** User groups, which `emulate` does not have. */
export const groupMethods: Record<string, ApiMethod> = { "usergroups.list": list };

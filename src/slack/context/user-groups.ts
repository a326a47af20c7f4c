import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import type { Installed } from "./installed.ts";
import type { TtlCache } from "./ttl-cache.ts";

/** An enabled Slack user group and the ids of its members. */
export interface UserGroup {
  readonly id: string;
  readonly name: string;
  readonly users: ReadonlySet<string>;
}

/**
 * All user groups of a workspace, fetched at once, because Slack allows only 20 requests a minute; cached for at most
 * 60 s. Throws Slack's error: the required scope is optional. An org-wide install has none, because each group belongs
 * to one workspace of the organization.
 */
export async function userGroups(
  { client, installed }: { readonly client: WebClient; readonly installed: Installed },
  memory: TtlCache<readonly UserGroup[]>,
): Promise<readonly UserGroup[]> {
  if (installed.teamId === undefined) return [];
  return memory.getOrLoad(installed.workspaceId, async () => {
    const { usergroups = [] } = await client.usergroups.list({ include_users: true });
    return usergroups.flatMap(({ id, name, handle, users = [] }) =>
      id === undefined ? [] : [{ id, name: name ?? handle ?? id, users: new Set(users) }],
    );
  });
}

/** Why user groups cannot be offered, as text to show; undefined if they can. */
export function noGroupsWords(installed: Installed, failure: unknown): string | undefined {
  if (installed.teamId === undefined)
    return "User groups are not offered where Patchbay is installed for a whole organization.";
  if (failure === undefined) return undefined;
  if (failure instanceof WebAPIPlatformError && failure.data.error === "missing_scope")
    return "User groups are not offered: Patchbay was installed without the scope `usergroups:read`. Install it again with that scope to choose some.";
  return "User groups are not offered now: Slack did not list them. Those chosen before stay.";
}

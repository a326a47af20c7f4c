import type { Installation, InstallationQuery, InstallationStore } from "@slack/oauth";
import { z } from "zod";
import type { Installations } from "../../domain/ports/installations.ts";
import type { TokenRotation } from "./token-rotation.ts";
import type { FindInstalled, Installed } from "../context/installed.ts";

/**
 * The key of all data of a workspace. It depends on whether the install is org-wide, not on whether there is an
 * enterprise.
 */
export function workspaceKey(source: {
  readonly isEnterpriseInstall: boolean;
  readonly enterpriseId: string | undefined;
  readonly teamId: string | undefined;
}): string | undefined {
  return source.isEnterpriseInstall ? source.enterpriseId : source.teamId;
}

/** Connects Slack's OAuth library to our encrypted store. Each install and uninstall is in the audit log. */
export function installationStore(installations: Installations, now: () => Date): InstallationStore {
  return {
    storeInstallation: async (installation) => {
      const key = workspaceKey({
        isEnterpriseInstall: installation.isEnterpriseInstall ?? false,
        enterpriseId: installation.enterprise?.id,
        teamId: installation.team?.id,
      });
      if (!key) throw new Error("Slack sent an installation without a workspace");
      const at = now();
      await installations.save(key, installation, at, {
        kind: "workspace.installed",
        actor: { kind: "user", userId: installation.user.id, workspaceId: key },
        requestId: `install:${at.toISOString()}`,
        outcome: "applied",
      });
    },
    fetchInstallation: async (query) => {
      const found = await installations.find(keyOf(query));
      if (!found) throw new Error("Patchbay is not installed there");
      return found.installation as Installation;
    },
    deleteInstallation: async (query) => {
      await installations.remove(keyOf(query));
    },
  };
}

const stored = z.object({
  team: z.object({ id: z.string() }).nullish(),
  enterprise: z.object({ id: z.string() }).nullish(),
  isEnterpriseInstall: z.boolean().nullish(),
  bot: z.object({ token: z.string() }),
});

/** Finds the installation of a request, or of a workspace by its key. */
export interface InstallationLookup {
  readonly find: FindInstalled;
  byKey(workspaceId: string): Promise<Installed | undefined>;
}

/**
 * Finds installations in our store. It runs before the ack, so it sends no request unless a token has expired. With a
 * bot token there is a single workspace: every request belongs to it, and people from outside are refused by their ids.
 */
export function installationLookup(
  installations: Installations,
  { only, tokens }: { readonly only: Installed | undefined; readonly tokens: TokenRotation | undefined },
): InstallationLookup {
  const byKey = async (key: string): Promise<Installed | undefined> => {
    if (only?.workspaceId === key) return only;
    await tokens?.before(key);
    return findByKey(installations, key);
  };
  const find: FindInstalled = async (source) => {
    if (only) return only;
    const key = workspaceKey(source);
    return key === undefined ? undefined : byKey(key);
  };
  return { find, byKey };
}

/** The installation of a workspace by its key, or undefined. Throws not_connected if it cannot be decrypted. */
export async function findByKey(installations: Installations, key: string): Promise<Installed | undefined> {
  const read = stored.safeParse((await installations.find(key))?.installation);
  if (!read.success) return undefined;
  const { team, enterprise, isEnterpriseInstall, bot } = read.data;
  return {
    workspaceId: key,
    teamId: isEnterpriseInstall ? undefined : team?.id,
    enterpriseId: enterprise?.id,
    botToken: bot.token,
  };
}

function keyOf(query: InstallationQuery<boolean>): string {
  return (
    workspaceKey({
      isEnterpriseInstall: query.isEnterpriseInstall,
      enterpriseId: query.enterpriseId,
      teamId: query.teamId,
    }) ?? ""
  );
}

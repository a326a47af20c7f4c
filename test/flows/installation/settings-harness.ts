import { expect } from "vitest";
import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SlackPerson, UserSeed, WorkspaceSeed } from "../../../src/sandbox/slack/index.ts";
import type { WorkspaceSettings } from "../../../src/domain/access/workspace-settings.ts";
import { incidents, teamId } from "../../support/fixtures.ts";
import { formState, submission } from "../../support/forged-requests.ts";
import { formSays, person } from "../../support/screen.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";
import type { Crafted } from "../../support/forged-requests.ts";

export const line = "reassign Roadside to Dispatch because INC-7 it talks nonsense";
export const mia: UserSeed = { id: "U0MEMBER1", name: "mia" };
export const olga: UserSeed = { id: "U0OWNER01", name: "olga", isOwner: true };
export const settingsWorkspace: WorkspaceSeed = {
  ...demoWorkspace,
  users: [...demoWorkspace.users, mia, olga],
};

/** A workspace whose settings a test changes, with its admin Ada and its operator Omar. */
export interface SettingsHarness {
  readonly harness: Harness;
  readonly ada: SlackPerson;
  readonly omar: SlackPerson;
  /** Opens somebody's settings. */
  openForm(who: SlackPerson): Promise<void>;
  /** Checks that somebody gets the form of a change. */
  formOpens(who: SlackPerson): Promise<void>;
  /** Ticks or unticks something in Ada's settings. */
  tick(actionId: string, value: string): Promise<void>;
  /** Submits somebody's settings, and waits until the form says something. */
  save(who: SlackPerson, words: string): Promise<void>;
  /** Stores settings without anybody. */
  settle(wanted: WorkspaceSettings): Promise<void>;
  settings(): Promise<WorkspaceSettings>;
  patches(): number;
  /** The submission of a form that somebody may never have opened. */
  reassignBy(userId: string): Crafted;
}

export async function startSettingsHarness(
  seed: WorkspaceSeed = settingsWorkspace,
): Promise<SettingsHarness> {
  const harness = await startHarness({
    workspaces: [seed],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
  });
  const ada = person(harness, "U0ADMIN01");
  const stored = harness.infra.store.workspace(teamId).settings;
  return {
    harness,
    ada,
    omar: person(harness, "U0OPER001"),
    openForm: async (who) => {
      await who.command("settings", { channelId: incidents });
      await formSays(harness, who, "Admins by name");
    },
    formOpens: async (who) => {
      await who.command(line, { channelId: incidents });
      await formSays(harness, who, "After:");
    },
    tick: async (actionId, value) => {
      await ada.choose(actionId, { text: value, value });
    },
    save: async (who, words) => {
      expect(await who.submit()).not.toHaveProperty("trouble");
      await formSays(harness, who, words);
    },
    settle: async (wanted) => {
      const actor = { kind: "cli", osUser: "test" } as const;
      await stored.write(wanted, { actor, requestId: "test" });
    },
    settings: async () => stored.read(),
    patches: () => harness.vendors.cartesia.requests.filter(({ method }) => method === "PATCH").length,
    reassignBy: (userId) => {
      const number = {
        numberId: "pn_B6d1Vz5H",
        seen: { agent: "agent_5kR9wXd8" },
        connectionId: harness.connections.cartesia?.id ?? "",
      };
      const values = { number: `${number.connectionId}/${number.numberId}`, agent: "agent_7hN4pZc2" };
      return submission(
        { userId, teamId },
        { callbackId: "reassign", metadata: formState("reassign", number), values },
      );
    },
  };
}

/** Who has a role: nobody but the people named. */
export function had(by: Partial<NonNullable<NonNullable<WorkspaceSettings["roles"]>["admin"]>>) {
  return { slackAdmins: false, members: false, people: [], groups: [], ...by };
}

import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";
import type { SlackPerson, WorkspaceSeed } from "../../../src/sandbox/slack/index.ts";

export const bravo: WorkspaceSeed = {
  teamId: "T0BRAVO01",
  name: "Bravo",
  botToken: "xoxb-demo-0123456789-second",
  botUserId: "U0BOT0002",
  botId: "B0BOT0002",
  users: [{ id: "U0BRAVO01", name: "bea", isAdmin: true }],
  channels: [{ id: "C0BRAVO01", name: "bravo" }],
};
export const orgWide: WorkspaceSeed = {
  teamId: "T0GRID001",
  name: "Grid one",
  enterpriseId: "E0GRID001",
  orgInstall: true,
  botToken: "xoxb-demo-0123456789-third",
  botUserId: "U0BOT0003",
  botId: "B0BOT0003",
  users: [{ id: "U0GRID001", name: "gil", isAdmin: true }],
  channels: [{ id: "C0GRID001", name: "grid" }],
};

/** The demo's workspace, and two more that have not installed Patchbay. */
export interface InstallHarness {
  readonly harness: Harness;
  /** An admin of Bravo. */
  bea(): SlackPerson;
  installUrl(): string;
  installBravo(): ReturnType<Harness["slack"]["install"]>;
}

export async function startInstallHarness(): Promise<InstallHarness> {
  const harness = await startHarness({
    workspaces: [demoWorkspace, bravo, orgWide],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
  });
  for (const { teamId } of [bravo, orgWide]) await harness.infra.installations.remove(teamId);
  const installUrl = (): string => `${harness.url()}/slack/install`;
  return {
    harness,
    bea: () => harness.slack.as(bravo.teamId, "U0BRAVO01"),
    installUrl,
    installBravo: async () => harness.slack.install(installUrl(), bravo.teamId, "U0BRAVO01"),
  };
}

import type { WorkspaceSeed } from "../sandbox/slack/index.ts";

/** The workspace of the demo: an admin, an operator, a guest, and a person from another organization. */
export const demoWorkspace: WorkspaceSeed = {
  teamId: "T0PATCH01",
  name: "Patchbay demo",
  botToken: "xoxb-demo-0123456789-first",
  botUserId: "U0BOT0001",
  botId: "B0BOT0001",
  users: [
    { id: "U0ADMIN01", name: "ada", isAdmin: true },
    { id: "U0OPER001", name: "omar" },
    { id: "U0GUEST01", name: "gus", isRestricted: true },
    { id: "U0ELSE001", name: "eve", teamId: "T0ELSE001" },
  ],
  channels: [
    { id: "C0INCID01", name: "incidents" },
    { id: "C0VOICE01", name: "voice-ops", botIsMember: true },
  ],
  userGroups: [{ id: "S0ONCALL1", name: "On call", handle: "oncall", users: ["U0OPER001"] }],
};

/** The app at Slack, for installations by OAuth. */
export const oauthSettings = {
  SLACK_CLIENT_ID: "1.1",
  SLACK_CLIENT_SECRET: "demo-client-secret-77aa",
  SLACK_STATE_SECRET: "demo-state-secret-9b2c",
};

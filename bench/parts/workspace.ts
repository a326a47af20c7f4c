/** The workspace of the benches and its people. */
export const teamId = "T0BENCH01";
export const channelId = "C0VOICE01";
export const announcedId = "C0ANNOU01";
export const botToken = "xoxb-bench-0123456789";
export const signingSecret = "bench-signing-secret-5c1f0f9a";
export const operators = 240;

/** The Slack id of one of the people, modulo their number. */
export const userId = (at: number): string => `U0OPER${String(at % operators).padStart(4, "0")}`;

/** Another workspace of the same server, which does something else. */
export const neighbour = {
  teamId: "T0NEXT001",
  botToken: "xoxb-next-0123456789",
  userId: "U0NEXT001",
} as const;

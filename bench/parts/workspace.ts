/** The workspace that benches play in, and the people in it. */
export const teamId = "T0BENCH01";
export const channelId = "C0VOICE01";
export const botToken = "xoxb-bench-0123456789";
export const signingSecret = "bench-signing-secret-5c1f0f9a";
export const operators = 240;

/** The Slack id of one of the people; they come round again. */
export const userId = (at: number): string => `U0OPER${String(at % operators).padStart(4, "0")}`;

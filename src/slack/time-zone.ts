import type { Desk } from "./desk.ts";

/** The time zone that somebody has set in Slack, by its IANA name; UTC where Slack does not say. */
export async function timeZoneOf(at: Desk): Promise<string> {
  try {
    const { user } = await at.clients.quick.users.info({ user: at.conversation.userId });
    return user?.tz ?? "UTC";
  } catch (error) {
    at.ctx.log.warn({ requestId: at.ctx.requestId, err: error }, "time zone not known");
    return "UTC";
  }
}

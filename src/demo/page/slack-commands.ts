import type { MembershipResult } from "../../sandbox/slack/index.ts";
import type { Visitor } from "./screen.ts";
import type { SlackbotReply } from "./types.ts";

/** Slack's own commands for channel members. */
export type MembershipCommand = "/invite" | "/remove";

/** Runs `/invite` or `/remove`. Returns Slackbot's message if the channel itself shows nothing. */
export async function runMembershipCommand(
  { keyboard, workspace }: Visitor,
  appName: string,
  { command, channelId, text }: { command: MembershipCommand; channelId: string; text: string },
): Promise<SlackbotReply> {
  const whom = text.trim().replace(/^@/u, "").toLowerCase();
  if (whom === "") return { reply: `Say whom: \`${command} @${appName}\`.` };
  if (whom !== appName.toLowerCase()) {
    const person = workspace.people.find(({ name }) => name.toLowerCase() === whom);
    return {
      reply: person
        ? `The people in a channel are fixed in this demo. Only ${appName} can be added or removed.`
        : `There is nobody called “${text.trim()}” here. Try \`${command} @${appName}\`.`,
    };
  }
  const result = command === "/invite" ? await keyboard.inviteApp(channelId) : keyboard.removeApp(channelId);
  return result === "done" ? {} : { reply: replies[result](appName) };
}

const replies: Readonly<Record<Exclude<MembershipResult, "done">, (app: string) => string>> = {
  already_in_channel: (app) => `${app} is already in this channel.`,
  not_in_channel: (app) => `${app} is not in this channel.`,
  restricted_action: (app) => `You do not have permission to add or remove ${app} here. Ask a member.`,
  method_not_supported_for_channel_type: (app) => `${app} cannot be added to direct messages.`,
};

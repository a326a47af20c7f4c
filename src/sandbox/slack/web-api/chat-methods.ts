import { type ApiMethod, refusal } from "./api-call.ts";
import type { Workspace } from "../emulated-workspace.ts";
import { type Json, stringOf } from "../json.ts";
import type { World } from "../world.ts";
import { messageRefusal } from "../checks/message-checks.ts";

/** The conversation that the app may post to under this id, or Slack's error. */
export async function postable(workspace: Workspace, id: string): Promise<{ id: string } | string> {
  const channel = workspace.channel(id);
  if (channel !== undefined) {
    if (workspace.botChannels.has(id)) return { id };
    return channel.isPrivate === true ? "channel_not_found" : "not_in_channel";
  }
  if (workspace.directChannels.has(id)) return { id };
  if (workspace.user(id) === undefined) return "channel_not_found";
  return { id: await workspace.directChannel(id) };
}

function hasReplies({ messages }: World, channelId: string, threadTs: string): boolean {
  const replies = messages.seen(
    (each) => each.channelId === channelId && each.threadTs === threadTs && each.onlyFor === undefined,
  );
  return replies.length > 0;
}

function posting(method: string, only: boolean): ApiMethod {
  return async ({ world, workspace, args, token }) => {
    const refused = messageRefusal(args);
    if (refused !== undefined) return refusal(refused.error, refused.messages);
    const channel = await postable(workspace, stringOf(args["channel"]));
    if (typeof channel === "string") return refusal(channel);
    const answer = await workspace.ask(method, { ...args, channel: channel.id }, token);
    if (answer["ok"] !== true) return answer;
    const threadTs = stringOf(args["thread_ts"]);
    // Slack's page on `chat.postEphemeral`: in a thread, it is shown only if that has replies.
    if (only && threadTs !== "" && !hasReplies(world, channel.id, threadTs)) return answer;
    world.messages.post(
      { text: stringOf(args["text"]), blocks: args["blocks"] },
      {
        workspace,
        channelId: channel.id,
        ts: stringOf(answer[only ? "message_ts" : "ts"]),
        ...(threadTs !== "" ? { threadTs } : {}),
        ...(only ? { onlyFor: stringOf(args["user"]) } : {}),
      },
    );
    return answer;
  };
}

const update: ApiMethod = async ({ world, workspace, args, token }) => {
  const refused = messageRefusal(args);
  if (refused !== undefined) return refusal(refused.error, refused.messages);
  const answer = await workspace.ask("chat.update", args, token);
  const message = world.messages.find(stringOf(args["channel"]), stringOf(args["ts"]));
  if (answer["ok"] === true && message !== undefined) {
    // A text without blocks removes the old blocks.
    const rest = args["text"] === undefined ? message.blocks : [];
    world.messages.replace(message, {
      text: typeof args["text"] === "string" ? args["text"] : message.text,
      blocks: args["blocks"] ?? rest,
    });
  }
  return answer;
};

const remove: ApiMethod = async ({ world, workspace, args, token }) => {
  const answer: Json = await workspace.ask("chat.delete", args, token);
  const message = world.messages.find(stringOf(args["channel"]), stringOf(args["ts"]));
  if (answer["ok"] === true && message !== undefined) world.messages.remove(message);
  return answer;
};

const permalink: ApiMethod = async ({ world, args }) => {
  const [channel, ts] = [stringOf(args["channel"]), stringOf(args["message_ts"])];
  if (world.messages.find(channel, ts) === undefined) return refusal("message_not_found");
  const url = `https://sandbox.slack.com/archives/${channel}/p${ts.replace(".", "")}`;
  return { ok: true, channel, permalink: url };
};

/** `chat.*` with Slack's limits and the bot's membership. The messages are stored for people to see. */
export const chatMethods: Record<string, ApiMethod> = {
  "chat.postMessage": posting("chat.postMessage", false),
  "chat.postEphemeral": posting("chat.postEphemeral", true),
  "chat.update": update,
  "chat.delete": remove,
  "chat.getPermalink": permalink,
};

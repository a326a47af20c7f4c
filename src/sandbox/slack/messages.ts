import type { Changes } from "./changes.ts";
import { replaceBlocks, type Screen, withIds } from "./person/fields.ts";
import { slackTs } from "./ids.ts";
import type { Workspace } from "./emulated-workspace.ts";
import type { SandboxMessage } from "./types.ts";

/** A message in a conversation, visible to everyone or (`onlyFor`) to one person. */
export interface StoredMessage extends Screen {
  readonly ts: string;
  readonly workspace: Workspace;
  readonly channelId: string;
  readonly userId: string;
  readonly onlyFor?: string;
  readonly threadTs?: string;
  text: string;
  replaced: boolean;
  files?: NonNullable<SandboxMessage["files"]>;
}

/** The content of a message. */
interface Words {
  text: string;
  blocks: unknown;
}

/** All messages, including those that `emulate` does not know: ephemeral ones and those by `response_url`. */
export interface Messages {
  post(
    words: Words,
    place: {
      workspace: Workspace;
      channelId: string;
      /** The sender; the app by default. */
      userId?: string;
      onlyFor?: string;
      threadTs?: string;
      ts?: string;
    },
  ): StoredMessage;
  find(channelId: string, ts: string): StoredMessage | undefined;
  replace(message: StoredMessage, words: Words): void;
  remove(message: StoredMessage): void;
  /** The matching messages as people see them, oldest first. */
  seen(which: (message: StoredMessage) => boolean): SandboxMessage[];
}

export function messages(changes: Changes): Messages {
  let all: StoredMessage[] = [];
  return {
    post(words, { workspace, channelId, userId, onlyFor, threadTs, ts }) {
      const message: StoredMessage = {
        ts: ts ?? slackTs(),
        workspace,
        channelId,
        userId: userId ?? workspace.seed.botUserId,
        ...(onlyFor !== undefined ? { onlyFor } : {}),
        ...(threadTs !== undefined ? { threadTs } : {}),
        text: words.text,
        blocks: withIds(words.blocks),
        typed: new Map(),
        replaced: false,
      };
      all.push(message);
      changes.tell();
      return message;
    },
    find: (channelId, ts) => all.find((each) => each.channelId === channelId && each.ts === ts),
    replace(message, words) {
      message.text = words.text;
      message.replaced = true;
      replaceBlocks(message, withIds(words.blocks));
      changes.tell();
    },
    remove(message) {
      all = all.filter((each) => each !== message);
      changes.tell();
    },
    seen: (which) => all.filter((message) => which(message)).map((message) => asSeen(message)),
  };
}

function asSeen(message: StoredMessage): SandboxMessage {
  return {
    ts: message.ts,
    channelId: message.channelId,
    text: message.text,
    blocks: structuredClone(message.blocks),
    user: message.userId,
    ...(message.threadTs !== undefined ? { threadTs: message.threadTs } : {}),
    ...(message.onlyFor !== undefined ? { ephemeral: true } : {}),
    ...(message.files ? { files: structuredClone(message.files) } : {}),
    ...(message.replaced ? { replaced: true } : {}),
  };
}

import type { PageMessage, Sent } from "../../types.ts";
import { Avatar, slackbot } from "../avatar.tsx";
import { Icon } from "../icon.tsx";
import { Blocks } from "../kit/blocks.tsx";
import { clock } from "../kit/date.ts";
import { Mrkdwn } from "../kit/mrkdwn.tsx";
import { SurfaceContext } from "../kit/surface.ts";
import { MenuButton } from "../menu.tsx";
import { SharedFiles } from "./shared-files.tsx";
import { nameOf, useSession } from "../session.ts";

/** A message: sender, time, content, thread and actions. */
export function MessageRow({
  message,
  follows,
  replies,
  inThread,
}: {
  readonly message: PageMessage;
  /** Whether it continues a group of messages by the same person. */
  readonly follows: boolean;
  readonly replies: readonly PageMessage[];
  readonly inThread: boolean;
}) {
  const session = useSession();
  const { app, workspace, person, openThread } = session;
  const { userId, ts, channelId, ephemeral = false, threadTs } = message;
  const ofApp = userId === workspace.botUserId;
  const name = userId === slackbot ? "Slackbot" : nameOf(session, userId);
  const others = workspace.people.find(({ id }) => id === userId)?.foreign ?? false;
  const thread = (): void => openThread(threadTs ?? ts);
  return (
    <article
      class="message"
      data-ts={ts}
      data-follows={follows}
      data-ephemeral={ephemeral}
      aria-label={`${name} at ${clock(Number(ts) * 1000)}`}
    >
      {follows ? <span class="avatar-space" /> : <Avatar userId={userId} name={name} />}
      <div class="message-body">
        {!follows && (
          <p class="message-head">
            <strong>{name}</strong>
            {ofApp && <span class="badge">APP</span>}
            {others && <span class="badge">another organization</span>}
            <time>{clock(Number(ts) * 1000)}</time>
          </p>
        )}
        {ephemeral && (
          <p class="only-you">
            <Icon name="eye" /> Only visible to you
          </p>
        )}
        {message.blocks.length > 0 ? (
          <SurfaceContext.Provider value={{ on: { channelId, ts }, values: {}, errors: {} }}>
            <Blocks blocks={message.blocks} />
          </SurfaceContext.Provider>
        ) : (
          message.text !== "" && (
            <div class="words">
              <Mrkdwn text={message.text} />
            </div>
          )
        )}
        {message.files && <SharedFiles files={message.files} />}
        {replies.length > 0 && (
          <button type="button" class="replies" onClick={thread}>
            {replies.length === 1 ? "1 reply" : `${replies.length} replies`}
            <span>last at {clock(Number(replies.at(-1)?.ts ?? 0) * 1000)}</span>
          </button>
        )}
      </div>
      {!ephemeral && (
        <div class="message-tools">
          {!inThread && (
            <button type="button" title="Reply in thread" aria-label="Reply in thread" onClick={thread}>
              <Icon name="reply" />
            </button>
          )}
          <MenuButton
            title="More actions"
            label={<Icon name="dots" />}
            empty="Apps of this workspace are for its own people"
            entries={
              person.foreign
                ? []
                : app.shortcuts
                    .filter(({ type }) => type === "message")
                    .map((shortcut) => ({
                      key: shortcut.callbackId,
                      label: shortcut.name,
                      note: app.name,
                      run: () => void runOnMessage(session, shortcut.callbackId, message),
                    }))
            }
          />
        </div>
      )}
    </article>
  );
}

async function runOnMessage(
  { act, notify, app }: ReturnType<typeof useSession>,
  callbackId: string,
  { channelId, ts, threadTs }: PageMessage,
): Promise<void> {
  const sent = await act<Sent>("shortcut", { callbackId, message: { channelId, ts } });
  if (sent?.problem)
    notify(`${app.name}'s shortcut failed with the error \`${sent.problem}\``, channelId, threadTs);
}

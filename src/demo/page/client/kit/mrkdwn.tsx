import type { ComponentChildren } from "preact";
import { nameOf, useSession } from "../session.ts";
import { slackDate } from "./date.ts";
import { Emoji } from "./emoji-picture.tsx";
import { withEmoji } from "./emoji.ts";
import { isObject, stringOf } from "../json.ts";
import { readMrkdwn, type Piece } from "./mrkdwn.ts";

/** Text with Slack's formatting, built from elements. It is never interpreted as HTML. */
export function Mrkdwn({ text }: { readonly text: string }) {
  return <>{readMrkdwn(text).map((piece, at) => drawn(piece, at))}</>;
}

/** A text object, `mrkdwn` or `plain_text`. */
export function Text({ of }: { readonly of: unknown }) {
  if (!isObject(of)) return null;
  const text = stringOf(of["text"]);
  if (of["type"] === "mrkdwn") return <Mrkdwn text={text} />;
  return <>{of["emoji"] === true ? withEmoji(text) : text}</>;
}

function drawn(piece: Piece, key: number): ComponentChildren {
  switch (piece.kind) {
    case "text":
      return piece.text;
    case "break":
      return <br key={key} />;
    case "code":
      return <code key={key}>{piece.text}</code>;
    case "pre":
      return <pre key={key}>{piece.text}</pre>;
    case "bold":
      return <strong key={key}>{piece.pieces.map(drawn)}</strong>;
    case "italic":
      return <em key={key}>{piece.pieces.map(drawn)}</em>;
    case "strike":
      return <s key={key}>{piece.pieces.map(drawn)}</s>;
    case "quote":
      return <blockquote key={key}>{piece.pieces.map(drawn)}</blockquote>;
    case "user":
      return <Mention key={key} userId={piece.id} />;
    case "channel":
      return <ChannelName key={key} channelId={piece.id} label={piece.label} />;
    case "broadcast":
      return (
        <span key={key} class="mention">
          @{piece.label || piece.id}
        </span>
      );
    case "link":
      if (messageOf(piece.url)) return <MessageLink key={key} url={piece.url} label={piece.label} />;
      return (
        <a key={key} href={piece.url} target="_blank" rel="noopener noreferrer">
          {piece.label}
        </a>
      );
    case "date": {
      const at = new Date(piece.seconds * 1000);
      return (
        <time key={key} dateTime={at.toISOString()} title={at.toISOString()}>
          {slackDate(piece.seconds, piece.form)}
        </time>
      );
    }
    case "emoji":
      return <Emoji key={key} name={piece.name} />;
  }
}

/** A link to a message, which goes there in this page as it does in Slack. */
function MessageLink({ url, label }: { readonly url: string; readonly label: string }) {
  const { goTo } = useSession();
  return (
    <a
      href={url}
      onClick={(event) => {
        event.preventDefault();
        const at = messageOf(url);
        if (!at) return;
        goTo(at.channelId);
        // After the conversation is drawn.
        setTimeout(() => document.querySelector(`[data-ts="${at.ts}"]`)?.scrollIntoView(), 50);
      }}
    >
      {label}
    </a>
  );
}

/** The message that a permalink is about, as in https://docs.slack.dev/reference/methods/chat.getPermalink. */
function messageOf(url: string): { readonly channelId: string; readonly ts: string } | undefined {
  const found = /\/archives\/(\w+)\/p(\d{10})(\d{6})$/u.exec(url);
  return found ? { channelId: found[1] ?? "", ts: `${found[2]}.${found[3]}` } : undefined;
}

function Mention({ userId }: { readonly userId: string }) {
  const session = useSession();
  const own = userId === session.person.id;
  return <span class={own ? "mention own" : "mention"}>@{nameOf(session, userId)}</span>;
}

function ChannelName({ channelId, label }: { readonly channelId: string; readonly label: string }) {
  const { workspace } = useSession();
  const place = workspace.places.find(({ id }) => id === channelId);
  return <span class="mention">#{label || (place?.name ?? channelId)}</span>;
}

import { useSession } from "./session.ts";

const hues = 7;

/** The initials of a person, or the icon of the app. */
export function Avatar({ userId, name, small = false }: { userId: string; name: string; small?: boolean }) {
  const { workspace } = useSession();
  const size = small ? "avatar small" : "avatar";
  if (userId === workspace.botUserId) return <img class={size} src="/icon.svg" alt="" />;
  const initials = name
    .split(/\s+/u)
    .map((part) => part[0] ?? "")
    .join("")
    .slice(0, 2)
    .toUpperCase();
  const hue = Array.from(userId).reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % hues;
  return (
    <span class={size} data-hue={hue} aria-hidden="true">
      {userId === slackbot ? "⚙" : initials}
    </span>
  );
}

/** The sender of the page's own messages, like Slack's Slackbot. */
export const slackbot = "USLACKBOT";

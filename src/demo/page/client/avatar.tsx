import { useSession } from "./session.ts";

const hues = 7;

/** The initials of somebody, or the sign of the app. */
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

/** Whom the page's own words are said by, as Slack's are by Slackbot. */
export const slackbot = "USLACKBOT";

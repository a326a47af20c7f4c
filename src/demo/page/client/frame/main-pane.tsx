import { AppPane } from "./app-pane.tsx";
import { Avatar } from "../avatar.tsx";
import { Conversation } from "../messages/conversation.tsx";
import { nameOf, useSession } from "../session.ts";
import { otherOf } from "./sidebar.tsx";
import { StartStrip } from "./start-strip.tsx";

/** The main pane: a conversation, or the app. */
export function MainPane() {
  const session = useSession();
  const { place, workspace, person } = session;
  if (place.startsWith("app:")) return <AppPane />;
  const here = workspace.places.find(({ id }) => id === place);
  if (!here) return <main class="main" />;
  const name = here.kind === "channel" ? here.name : nameOf(session, otherOf(here, person.id));
  return (
    <main class="main" data-region="main">
      <header class="main-head">
        {here.kind === "direct" && <Avatar userId={otherOf(here, person.id)} name={name} small />}
        <h2>{here.kind === "channel" ? `# ${name}` : name}</h2>
        <p class="topic">{here.topic}</p>
      </header>
      <StartStrip />
      <Conversation key={place} channelId={place} name={here.kind === "channel" ? `#${name}` : name} />
    </main>
  );
}

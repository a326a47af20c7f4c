import { useEffect, useState } from "preact/hooks";
import type { Sent } from "../../types.ts";
import { Avatar } from "../avatar.tsx";
import { Conversation } from "../messages/conversation.tsx";
import { Blocks } from "../kit/blocks.tsx";
import { SurfaceContext } from "../kit/surface.ts";
import { appAbout, appHome, appMessages, useSession } from "../session.ts";
import { Tabs } from "./tabs.tsx";

const tabs = [
  { id: appHome, label: "Home" },
  { id: appMessages, label: "Messages" },
  { id: appAbout, label: "About" },
];

/** The app: its home tab, its messages to this person, and its description. */
export function AppPane() {
  const { app, workspace, place, goTo, screen } = useSession();
  return (
    <main class="main" data-region="main">
      <header class="main-head app-head">
        <Avatar userId={workspace.botUserId} name={app.name} small />
        <h2>{app.name}</h2>
        <span class="badge">APP</span>
        <Tabs label={app.name} tabs={tabs} chosen={place} choose={goTo} />
      </header>
      {place === appHome && <Home />}
      {place === appMessages && screen && (
        <Conversation channelId={screen.appChannel} name={app.name} readOnly={app.readOnlyMessages} />
      )}
      {place === appAbout && <About />}
    </main>
  );
}

function Home() {
  const { act, as, screen, app } = useSession();
  const [trouble, setTrouble] = useState<string>();
  useEffect(() => {
    void act<Sent>("home", {}).then((sent) => setTrouble(sent?.problem));
    // Only opening the tab is the event.
  }, [as]);
  const home = screen?.home;
  return (
    <div class="scroll" role="tabpanel" aria-label="Home">
      {trouble && (
        <p class="developer">
          For developers: <code>app_home_opened</code> was not taken by the app ({trouble}). Slack shows what
          was published last, and no word of this.
        </p>
      )}
      {home ? (
        <SurfaceContext.Provider value={{ on: "home", values: home.state.values, errors: {} }}>
          <div class="home">
            <Blocks blocks={home.blocks} />
          </div>
        </SurfaceContext.Provider>
      ) : (
        <p class="nothing">{app.name} has not drawn its home for you yet.</p>
      )}
    </div>
  );
}

function About() {
  const { app } = useSession();
  return (
    <div class="scroll about" role="tabpanel" aria-label="About">
      <p>{app.description}</p>
      <h3>Commands</h3>
      <dl>
        <dt>
          <code>{app.command}</code> <span class="hint">{app.usageHint}</span>
        </dt>
        <dd>{app.commandDescription}</dd>
      </dl>
      <h3>Shortcuts</h3>
      <dl>
        {app.shortcuts.map(({ callbackId, name, description, type }) => (
          <div key={callbackId}>
            <dt>{name}</dt>
            <dd>
              {description} (
              {type === "global" ? "in the menu beside where you write" : "in the menu of a message"})
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

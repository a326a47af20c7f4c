import { useState } from "preact/hooks";
import { ask } from "../api.ts";
import { Icon } from "../icon.tsx";
import { useSession } from "../session.ts";
import { applyTheme, nextTheme, savedTheme } from "../theme.ts";
import { WhoMenu } from "./who-menu.tsx";

/** The controls of the demo itself: who you are, the inspector, the theme, a reset. */
export function DemoBar({
  inspecting,
  news,
  onInspect,
  onMenu,
}: {
  readonly inspecting: boolean;
  /** The number of unread messages in all conversations, for a phone, where the list is hidden. */
  readonly news: number;
  onInspect(): void;
  onMenu(): void;
}) {
  const { inspectorData, app, toast } = useSession();
  const [theme, setTheme] = useState(savedTheme);
  const [resetting, setResetting] = useState(false);
  const reset = async (): Promise<void> => {
    setResetting(true);
    try {
      await ask("reset", {});
    } catch (error) {
      toast(error instanceof Error ? error.message : "The demo could not be reset.");
    }
    setResetting(false);
  };
  return (
    <header class="demo-bar" data-region="demo">
      <button
        type="button"
        class="bar-button only-narrow"
        aria-label={news > 0 ? `Conversations, ${news} new` : "Conversations"}
        onClick={onMenu}
      >
        <Icon name="menu" />
        {news > 0 && <span class="news">{news}</span>}
      </button>
      <h1 class="brand">
        <img src="/icon.svg" alt="" width="20" height="20" /> {app.name} <span class="wide">demo</span>
      </h1>
      <WhoMenu />
      <span class="spring" />
      {inspectorData?.appRunning === false && <span class="badge bad">app stopped</span>}
      <button
        type="button"
        class="bar-button"
        aria-label={`Theme: ${theme}`}
        title="Theme"
        onClick={() => {
          const next = nextTheme(theme);
          applyTheme(next);
          setTheme(next);
        }}
      >
        <Icon name="theme" /> <span class="theme-name">{theme}</span>
      </button>
      <button type="button" class="bar-button" disabled={resetting} onClick={() => void reset()}>
        {resetting ? "Resetting…" : "Reset"}
      </button>
      <button type="button" class="bar-button" aria-pressed={inspecting} title="Ctrl+I" onClick={onInspect}>
        Inspector
      </button>
    </header>
  );
}

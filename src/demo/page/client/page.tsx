import { useEffect, useState } from "preact/hooks";
import type { Bootstrap } from "../types.ts";
import { DemoBar } from "./frame/demo-bar.tsx";
import { Inspector } from "./inspector/inspector.tsx";
import { MainPane } from "./frame/main-pane.tsx";
import { Modal } from "./modal.tsx";
import { SessionContext } from "./session.ts";
import { Sidebar } from "./frame/sidebar.tsx";
import { ThreadPane } from "./messages/thread-pane.tsx";
import { useNewSession } from "./hooks/use-session.ts";
import { useUnread } from "./hooks/use-unread.ts";

const inspectorPlace = "patchbay-demo.inspector";

/** The whole page: the demo's bar, a chat client, and the inspector. */
export function Page({ boot }: { readonly boot: Bootstrap }) {
  const session = useNewSession(boot);
  const [inspecting, setInspecting] = useState(() => localStorage.getItem(inspectorPlace) === "open");
  const [sidebar, setSidebar] = useState(false);
  const unread = useUnread(session);
  const view = session?.screen?.view ?? undefined;
  useEffect(() => {
    localStorage.setItem(inspectorPlace, inspecting ? "open" : "closed");
  }, [inspecting]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "F6") {
        event.preventDefault();
        moveBetweenRegions(event.shiftKey ? -1 : 1);
      } else if (event.key === "i" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
        event.preventDefault();
        setInspecting((open) => !open);
      } else if (event.key === "Escape" && !event.defaultPrevented) setSidebar(false);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  if (!session) return <p>There is nobody to be.</p>;
  const { thread, person, screen } = session;
  const conversations = [...person.sees, screen?.appChannel ?? ""];
  return (
    <SessionContext.Provider value={session}>
      <div class="page" data-inspecting={inspecting}>
        <DemoBar
          inspecting={inspecting}
          news={conversations.reduce((sum, id) => sum + unread(id), 0)}
          onInspect={() => setInspecting(!inspecting)}
          onMenu={() => {
            // On a phone the inspector covers everything.
            if (inspecting) setInspecting(false);
            setSidebar(inspecting || !sidebar);
          }}
        />
        <div class="client">
          <div class="client-inside" inert={view !== undefined}>
            <Sidebar open={sidebar} unread={unread} onLeave={() => setSidebar(false)} />
            <MainPane key={session.as} />
            {thread !== undefined && <ThreadPane key={`${session.as} ${thread}`} ts={thread} />}
          </div>
          {view && <Modal key={view.id} view={view} alone={!inspecting} />}
        </div>
        {inspecting && <Inspector onClose={() => setInspecting(false)} />}
        <div class="toasts" role="status">
          {!session.connected && <p class="toast">The demo does not answer. Is it still running?</p>}
          {session.toasts.map(({ id, text }) => (
            <p key={id} class="toast">
              {text}
            </p>
          ))}
        </div>
      </div>
    </SessionContext.Provider>
  );
}

/** F6 moves through the usable regions of the page, as in desktop programs. */
function moveBetweenRegions(step: number): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")].filter(
    (region) => region.offsetParent !== null && region.closest("[inert]") === null,
  );
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(at + step + regions.length) % regions.length];
  next?.querySelector<HTMLElement>(focusable)?.focus();
}

const focusable =
  "textarea, input:not([type=hidden]), select, button:not([disabled]), a[href], summary, [tabindex='0']";

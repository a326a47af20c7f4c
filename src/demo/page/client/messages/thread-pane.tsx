import { useEffect } from "preact/hooks";
import { Icon } from "../icon.tsx";
import { Conversation } from "./conversation.tsx";
import { useSession } from "../session.ts";

/** One thread, beside its conversation. */
export function ThreadPane({ ts }: { readonly ts: string }) {
  const { screen, openThread } = useSession();
  const root = screen?.messages.find((message) => message.ts === ts);
  useEffect(() => {
    document.querySelector<HTMLElement>(".thread textarea")?.focus();
  }, []);
  return (
    <section
      class="thread"
      data-region="thread"
      aria-label="Thread"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        openThread(undefined);
        document.querySelector<HTMLElement>(".main textarea")?.focus();
      }}
    >
      <header class="main-head">
        <h2>Thread</h2>
        <button
          type="button"
          class="close"
          aria-label="Close the thread"
          onClick={() => openThread(undefined)}
        >
          <Icon name="close" />
        </button>
      </header>
      {root ? (
        <Conversation channelId={root.channelId} name="the thread" threadTs={ts} />
      ) : (
        <p class="nothing">This message is no longer there.</p>
      )}
    </section>
  );
}

import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";
import type { PageView, Submitted } from "../types.ts";
import { Avatar } from "./avatar.tsx";
import { wordsOf } from "./json.ts";
import { Blocks } from "./kit/blocks.tsx";
import { Text } from "./kit/mrkdwn.tsx";
import { SurfaceContext } from "./kit/surface.ts";
import { useSession } from "./session.ts";
import { useDialog } from "./use-dialog.ts";

/** A form in its frame: title, what is to be filled in, what submits and what closes it. */
export function Modal({ view, alone }: { readonly view: PageView; readonly alone: boolean }) {
  const { act, app, workspace } = useSession();
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [trouble, setTrouble] = useState<string>();
  const [busy, setBusy] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const id = useId();
  const { submit } = view;
  const stacked = typeof view["previous_view_id"] === "string";

  // A new version of the form is a new start: what was wrong with the old one is no longer said.
  useLayoutEffect(() => {
    setErrors({});
    setTrouble(undefined);
  }, [view.hash]);
  useLayoutEffect(() => {
    frame.current?.querySelector<HTMLElement>("[data-wrong=true] [data-input]")?.focus();
  }, [errors]);

  const send = async (): Promise<void> => {
    if (busy || !submit) return;
    setBusy(true);
    setTrouble(undefined);
    const answer = await act<Submitted>("submit", { viewId: view.id });
    setBusy(false);
    if (answer?.errors) setErrors(answer.errors);
    if (answer?.trouble) setTrouble(answer.trouble);
  };
  const close = (): void => void act("close", { viewId: view.id });
  useDialog(frame, view.hash, close);
  const forgive = (blockId: string): void =>
    setErrors((before) => Object.fromEntries(Object.entries(before).filter(([key]) => key !== blockId)));
  return (
    <div class="veil">
      <div
        ref={frame}
        class="modal"
        role="dialog"
        aria-modal={alone}
        aria-labelledby={id}
        aria-busy={busy}
        data-region="modal"
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.defaultPrevented) return;
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            void send();
          }
        }}
      >
        <header class="modal-head">
          {stacked && (
            <button type="button" class="close" aria-label="Back" onClick={close}>
              <Icon name="back" />
            </button>
          )}
          <Avatar userId={workspace.botUserId} name={app.name} small />
          <h2 id={id}>{wordsOf(view["title"])}</h2>
          <button type="button" class="close" aria-label="Close the form" onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        <form
          class="modal-form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          {trouble && (
            <div class="trouble" role="alert">
              <p>We had some trouble connecting. Try again?</p>
              <p class="developer">
                For developers: {trouble.replace(/^We had some trouble connecting: /u, "")}
              </p>
            </div>
          )}
          <div class="modal-body">
            <SurfaceContext.Provider
              value={{ on: "view", values: view.state.values, errors, forgive, submit: () => void send() }}
            >
              <Blocks blocks={view.blocks} />
            </SurfaceContext.Provider>
          </div>
          <footer class="dialog-foot">
            <button type="button" class="kit-button" data-style="plain" onClick={close}>
              {wordsOf(view["close"]) || "Cancel"}
            </button>
            {submit !== null && submit !== undefined && (
              <button type="submit" class="kit-button" data-style="primary" aria-busy={busy}>
                <Text of={submit} />
              </button>
            )}
          </footer>
        </form>
      </div>
    </div>
  );
}

import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";
import type { PageView, Submitted } from "../types.ts";
import { Avatar } from "./avatar.tsx";
import { wordsOf } from "./json.ts";
import { Blocks } from "./kit/blocks.tsx";
import { Text } from "./kit/mrkdwn.tsx";
import { SurfaceContext } from "./kit/surface.ts";
import { useSession } from "./session.ts";
import { useFormErrors } from "./hooks/use-form-errors.ts";
import { useDialog } from "./hooks/use-dialog.ts";

/** A form with its title, content, submit and close buttons. */
export function Modal({ view, alone }: { readonly view: PageView; readonly alone: boolean }) {
  const { act, app, workspace } = useSession();
  const [trouble, setTrouble] = useState<string>();
  const [busy, setBusy] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const { errors, show, forgive } = useFormErrors(view, frame);
  const id = useId();
  const { submit, callback_id: screen } = view;
  const stacked = typeof view["previous_view_id"] === "string";

  // Another view in the same frame starts without errors.
  useLayoutEffect(() => setTrouble(undefined), [screen]);

  const send = async (): Promise<void> => {
    if (busy || !submit) return;
    setBusy(true);
    setTrouble(undefined);
    const answer = await act<Submitted>("submit", { viewId: view.id });
    setBusy(false);
    if (answer?.errors) show(answer.errors, answer.values);
    if (answer?.trouble) setTrouble(answer.trouble);
  };
  const close = (): void => void act("close", { viewId: view.id });
  useDialog(frame, view.hash, close);
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
        <div class="modal-head">
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
        </div>
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
          <div class="dialog-foot">
            <button type="button" class="kit-button" data-style="plain" onClick={close}>
              {wordsOf(view["close"]) || "Cancel"}
            </button>
            {submit !== null && submit !== undefined && (
              <button type="submit" class="kit-button" data-style="primary" aria-busy={busy}>
                <Text of={submit} />
              </button>
            )}
          </div>
        </form>
      </div>
    </div>
  );
}

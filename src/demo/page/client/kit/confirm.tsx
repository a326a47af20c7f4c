import { useEffect, useId, useRef } from "preact/hooks";
import type { Json } from "../../types.ts";
import { Text } from "./mrkdwn.tsx";

/** The app's confirmation dialog for an action. */
export function Confirm({ confirm, onYes, onNo }: { readonly confirm: Json; onYes(): void; onNo(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="confirm"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onNo();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== "Escape") return;
        event.preventDefault();
        onNo();
      }}
    >
      <h3 id={id}>
        <Text of={confirm["title"]} />
      </h3>
      <p>
        <Text of={confirm["text"]} />
      </p>
      <div class="dialog-foot">
        <button type="button" class="kit-button" data-style="plain" onClick={onNo}>
          <Text of={confirm["deny"]} />
        </button>
        <button
          type="button"
          class="kit-button"
          data-style={confirm["style"] === "danger" ? "danger" : "primary"}
          onClick={onYes}
        >
          <Text of={confirm["confirm"]} />
        </button>
      </div>
    </dialog>
  );
}

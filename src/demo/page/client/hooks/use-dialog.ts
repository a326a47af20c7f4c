import { useLayoutEffect, useRef } from "preact/hooks";

const focusable =
  "textarea, input:not([type=hidden]), select, button:not([disabled]), a[href], [tabindex='0']";

/**
 * Keeps the focus in a form: first on its first empty input, else on its submit button. Tab stays inside, Escape
 * closes, and afterwards the focus returns. `version` changes when the form is redrawn.
 */
export function useDialog(
  frame: { readonly current: HTMLElement | null },
  version: string,
  onEscape: () => void,
): void {
  const latest = useRef(onEscape);
  latest.current = onEscape;
  useLayoutEffect(() => {
    const before = document.activeElement;
    const onKey = (event: KeyboardEvent): void => {
      const { current } = frame;
      const { activeElement } = document;
      const isOurs = activeElement === document.body || current?.contains(activeElement);
      if (!current || !isOurs || event.defaultPrevented) return;
      if (event.key === "Escape") {
        event.preventDefault();
        latest.current();
      }
      if (event.key !== "Tab") return;
      const all = [...current.querySelectorAll<HTMLElement>(focusable)];
      const edge = event.shiftKey ? all[0] : all.at(-1);
      if (activeElement !== edge && activeElement !== current && activeElement !== document.body) return;
      event.preventDefault();
      (event.shiftKey ? all.at(-1) : all[0])?.focus();
    };
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("keydown", onKey);
      restore(before);
    };
  }, [frame]);
  useLayoutEffect(() => {
    const { current } = frame;
    const { activeElement } = document;
    if (!current || (current.contains(activeElement) && activeElement?.matches("[data-input]"))) return;
    // A visitor who is using the inspector keeps the focus there.
    if (activeElement?.closest("[data-region=inspector]")) return;
    const inputs = [...current.querySelectorAll<HTMLInputElement>("[data-input]")];
    const wanted =
      current.querySelector<HTMLElement>("[data-focus-on-load=true]") ??
      inputs.find((input) => input.value === "") ??
      current.querySelector<HTMLElement>("[type=submit]") ??
      current;
    wanted.focus();
  }, [frame, version]);
}

/** Returns the focus, or moves it to the composer if the old element is gone or cannot be focused. */
function restore(before: Element | null): void {
  // After the rest of the page is usable again.
  setTimeout(() => {
    if (document.querySelector(".modal")) return;
    if (before instanceof HTMLElement && before !== document.body && before.isConnected) before.focus();
    if (document.activeElement === null || document.activeElement === document.body)
      document.querySelector<HTMLElement>(".main textarea")?.focus();
  }, 0);
}

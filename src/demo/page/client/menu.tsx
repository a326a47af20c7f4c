import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useBelow, type Spot } from "./hooks/use-below.ts";

/** An entry of a menu. */
export interface MenuEntry {
  readonly key: string;
  readonly label: ComponentChildren;
  readonly note?: string | undefined;
  /** A heading above this entry. */
  readonly heading?: string | undefined;
  readonly checked?: boolean;
  run(): void;
}

/** A button that opens a menu. Arrows, Home, End and letters move, Enter selects, Escape closes. */
export function MenuButton({
  label,
  title,
  isNamed = false,
  entries,
  empty = "Nothing here",
  className = "",
  up = false,
  width,
}: {
  readonly label: ComponentChildren;
  readonly title: string;
  /** Whether the label is text that names the button; otherwise the title does. */
  readonly isNamed?: boolean;
  readonly entries: readonly MenuEntry[];
  readonly empty?: string;
  readonly className?: string;
  readonly up?: boolean;
  /** Draws the list in the window's own coordinates, this wide in pixels, so that no frame around it cuts it off. */
  readonly width?: number;
}) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const spot = useBelow(box, open && width !== undefined);
  const items = (): HTMLElement[] => [
    ...(box.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? []),
  ];
  // Before the next key event, which is for the menu.
  useLayoutEffect(() => {
    if (!open) return undefined;
    (items().find((item) => item.getAttribute("aria-checked") === "true") ?? items()[0])?.focus();
    const leave = (event: Event): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    addEventListener("pointerdown", leave);
    return () => removeEventListener("pointerdown", leave);
  }, [open]);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!open) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        setOpen(true);
      }
      return;
    }
    const all = items();
    const at = all.findIndex((item) => item === document.activeElement);
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: all.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all[(to + all.length) % all.length]?.focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") setOpen(false);
  };
  return (
    <div class={`menu ${className}`} ref={box} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        class="menu-button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={isNamed ? undefined : title}
        title={title}
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <div
          class={`menu-list${up ? " up" : ""}`}
          role="menu"
          id={id}
          aria-label={title}
          style={spot && width !== undefined ? floating(spot, width) : undefined}
        >
          {entries.length === 0 && <p class="menu-empty">{empty}</p>}
          {entries.map((entry) => (
            <div key={entry.key} role="none">
              {entry.heading && <p class="menu-heading">{entry.heading}</p>}
              <button
                type="button"
                class="menu-item"
                role={entry.checked === undefined ? "menuitem" : "menuitemradio"}
                aria-checked={entry.checked}
                tabIndex={-1}
                onClick={() => {
                  close();
                  entry.run();
                }}
              >
                <span>{entry.label}</span>
                {entry.note && <small>{entry.note}</small>}
              </button>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

const edge = 8;

/** Below or above its button, and never over the right edge of the window. */
function floating({ left, top, bottom, maxHeight }: Spot, width: number): Record<string, string> {
  return {
    position: "fixed",
    left: `min(${left}, 100vw - ${width + edge}px)`,
    top,
    bottom,
    maxHeight,
    minWidth: `${width}px`,
  };
}

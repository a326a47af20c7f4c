import { useLayoutEffect, useState } from "preact/hooks";
import type { FormValues, PageView } from "../../types.ts";

type Errors = Readonly<Record<string, string>>;

/**
 * The errors of a form's inputs, by block id. The app may redraw the form at any time, also right after it refused a
 * submission. So an error stays until its input is gone, has another value than the submitted one, or is edited.
 */
export function useFormErrors(
  { blocks, state, hash }: PageView,
  frame: { readonly current: HTMLElement | null },
): {
  readonly errors: Errors;
  show(errors: Errors, submitted: FormValues): void;
  forgive(blockId: string): void;
} {
  const [wrong, setWrong] = useState<{ readonly errors: Errors; readonly submitted: FormValues }>({
    errors: {},
    submitted: {},
  });
  const keep = (isKept: (blockId: string) => boolean): void =>
    setWrong((before) => {
      const kept = Object.entries(before.errors).filter(([blockId]) => isKept(blockId));
      // The same object, so that nothing is redrawn and no focus moves.
      if (kept.length === Object.keys(before.errors).length) return before;
      return { ...before, errors: Object.fromEntries(kept) };
    });
  useLayoutEffect(() => {
    const here = new Set(blocks.map((block) => block["block_id"]));
    keep(
      (blockId) =>
        here.has(blockId) &&
        JSON.stringify(state.values[blockId]) === JSON.stringify(wrong.submitted[blockId]),
    );
  }, [hash]);
  // Only when errors appear: the next invalid input must not take the focus from the one being edited.
  useLayoutEffect(() => {
    frame.current?.querySelector<HTMLElement>("[data-wrong=true] [data-input]")?.focus();
  }, [wrong.submitted]);
  return {
    errors: wrong.errors,
    show: (errors, submitted) => setWrong({ errors, submitted }),
    forgive: (blockId) => keep((each) => each !== blockId),
  };
}

import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Choice, Sent } from "../../types.ts";
import { Icon } from "../icon.tsx";
import { stringOf, wordsOf } from "../json.ts";
import { useSession } from "../session.ts";
import { useBelow } from "../hooks/use-below.ts";
import { chosenAll, chosenIn } from "./chosen.ts";
import { useSurface, type ElementProps } from "./surface.ts";
import { useChoices } from "./use-choices.ts";

/** A select with typeahead, with the app's static options or ones requested for each key. */
export function Select({ blockId, element, labelled, dispatches }: ElementProps) {
  const session = useSession();
  const surface = useSurface();
  const actionId = stringOf(element["action_id"]);
  // A menu of a message has no state until something is chosen in it.
  const initial = { selected_option: element["initial_option"] };
  const kept = chosenIn(session, surface.values[blockId]?.[actionId] ?? initial);
  const [picked, setPicked] = useState<Choice>();
  const [problem, setProblem] = useState<string>();
  const [typed, setTyped] = useState<string>();
  const [active, setActive] = useState(0);
  const open = typed !== undefined;
  const several = stringOf(element["type"]).startsWith("multi_");
  const { choices: all, state } = useChoices({ blockId, element, typed });
  const held = several ? chosenAll(session, surface.values[blockId]?.[actionId]) : [];
  const choices = all.filter((choice) => held.every(({ value }) => value !== choice.value));
  const fallbackId = useId();
  const id = labelled?.id ?? fallbackId;
  const box = useRef<HTMLDivElement>(null);
  const chosen = picked ?? kept;
  const at = Math.min(active, choices.length - 1);
  const spot = useBelow(box, open);

  // Slack's stored value counts as soon as it is known.
  useEffect(() => setPicked(undefined), [kept?.value]);
  useEffect(() => {
    box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at, open]);

  const close = (): void => setTyped(undefined);
  const show = (text = ""): void => {
    setTyped(text);
    const current = choices.findIndex(({ value }) => value === chosen?.value);
    setActive(text === "" ? Math.max(0, current) : 0);
  };
  const pick = async (choice: Choice): Promise<void> => {
    close();
    // A multi-select shows its values above.
    if (!several) setPicked(choice);
    surface.forgive?.(blockId);
    setProblem(undefined);
    const { text, value } = choice;
    const sent = await session.act<Sent>("choose", { on: surface.on, blockId, actionId, text, value });
    if (dispatches && sent?.problem) setProblem(sent.problem);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      if (!open) show();
      else if (choices.length > 0) setActive((at + step + choices.length) % choices.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const choice = choices[at];
      if (!open) show();
      else if (choice && state === "there") void pick(choice);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };
  return (
    <div class="select" ref={box} data-action={actionId}>
      <input
        id={id}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        data-input
        data-filled={chosen !== undefined}
        data-focus-on-load={element["focus_on_load"] === true}
        aria-labelledby={labelled?.by}
        aria-label={labelled ? undefined : wordsOf(element["placeholder"]) || actionId}
        aria-describedby={labelled?.describedBy}
        aria-invalid={surface.errors[blockId] !== undefined}
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls={open ? `${id}-list` : undefined}
        aria-activedescendant={open && choices[at] ? `${id}-${at}` : undefined}
        placeholder={chosen?.text ?? (wordsOf(element["placeholder"]) || "Choose an option")}
        value={typed ?? chosen?.text ?? ""}
        onClick={() => !open && show()}
        onInput={({ currentTarget, inputType }: preact.TargetedInputEvent<HTMLInputElement>) => {
          // The first key in a filled select starts a search and does not extend the chosen text.
          const { value } = currentTarget;
          const key = open || inputType === "insertFromPaste" ? value : value.replace(chosen?.text ?? "", "");
          show(key);
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      <span class="select-mark" aria-hidden="true">
        <Icon name="down" />
      </span>
      {open && spot && (
        <ul
          class="select-list"
          style={{ ...spot }}
          role="listbox"
          id={`${id}-list`}
          aria-label={wordsOf(element["placeholder"])}
        >
          {choices.map((choice, index) => (
            <li
              key={choice.value}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              onPointerDown={(event) => {
                event.preventDefault();
                void pick(choice);
              }}
            >
              <span>{choice.text}</span>
              {choice.description && <small>{choice.description}</small>}
            </li>
          ))}
          {state !== "there" && <li class="select-note">{state}</li>}
          {state === "there" && choices.length === 0 && <li class="select-note">No results</li>}
        </ul>
      )}
      {problem && (
        <span class="click-problem" role="alert">
          ⚠ {session.app.name} did not hear of it ({problem})
        </span>
      )}
    </div>
  );
}

import { ownValue } from "../../../../domain/shared/own-value.ts";
import { useState } from "preact/hooks";
import { isObject, stringOf, wordsOf } from "../json.ts";
import { useSession } from "../session.ts";
import { useSurface, type ElementProps } from "./surface.ts";

const htmlTypes: Readonly<Record<string, string>> = {
  number_input: "number",
  email_text_input: "email",
  url_text_input: "url",
  datepicker: "date",
  timepicker: "time",
  datetimepicker: "datetime-local",
};

/** A text, number, date or time. Slack stores what is typed; the app receives it with the next request. */
export function TextInput({ blockId, element, labelled, dispatches }: ElementProps) {
  const { type, act } = useSession();
  const { on, values, forgive, submit, errors } = useSurface();
  const actionId = stringOf(element["action_id"]);
  const kind = stringOf(element["type"]);
  const [text, setText] = useState(() => shown(kind, values[blockId]?.[actionId]));
  const keep = (value: string): void => {
    setText(value);
    forgive?.(blockId);
    if (!dispatches) type(`${blockId} ${actionId}`, { on, blockId, actionId, value: sent(kind, value) });
  };
  const dispatch = (): void => {
    if (dispatches) void act("fill", { on, blockId, actionId, value: sent(kind, text) });
  };
  const multiline = element["multiline"] === true;
  const common = {
    id: labelled?.id,
    value: text,
    placeholder: wordsOf(element["placeholder"]),
    "aria-labelledby": labelled?.by,
    "aria-describedby": labelled?.describedBy,
    "aria-invalid": errors[blockId] !== undefined,
    "data-input": true,
    "data-focus-on-load": element["focus_on_load"] === true,
    onBlur: dispatch,
  };
  const most = element["max_length"];
  const left = typeof most === "number" ? most - Array.from(text).length : undefined;
  return (
    <>
      {multiline ? (
        <textarea {...common} rows={4} onInput={({ currentTarget }) => keep(currentTarget.value)} />
      ) : (
        <input
          {...common}
          ref={(input) => {
            // Preact has a type for each kind of input, and the kind is only known at run time.
            if (input) input.type = ownValue(htmlTypes, kind) ?? "text";
          }}
          onInput={({ currentTarget }) => keep(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.isComposing) return;
            event.preventDefault();
            if (dispatches) dispatch();
            else submit?.();
          }}
        />
      )}
      {left !== undefined && left < 20 && (
        <span class="characters-left" data-over={left < 0}>
          {left}
        </span>
      )}
    </>
  );
}

/** The value of an input as the browser's inputs write it. */
function shown(kind: string, state: unknown): string {
  if (!isObject(state)) return "";
  if (kind === "datetimepicker") {
    const seconds = state["selected_date_time"];
    if (typeof seconds !== "number") return "";
    const at = new Date(seconds * 1000);
    return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  }
  return stringOf(state["value"] ?? state["selected_date"] ?? state["selected_time"]);
}

/** The value as Slack writes it. */
function sent(kind: string, value: string): string {
  return kind === "datetimepicker" && value !== ""
    ? String(Math.floor(new Date(value).getTime() / 1000))
    : value;
}

import { isObject, objectsOf, stringOf, wordsOf } from "../json.ts";
import { useSession } from "../session.ts";
import { Text } from "./mrkdwn.tsx";
import { useSurface, type ElementProps } from "./surface.ts";

/** Checkboxes or radio buttons. */
export function Choices({ blockId, element, labelled }: ElementProps) {
  const { act } = useSession();
  const { on, values, forgive } = useSurface();
  const actionId = stringOf(element["action_id"]);
  const isRadio = element["type"] === "radio_buttons";
  const state = values[blockId]?.[actionId];
  const picked = isObject(state)
    ? [...objectsOf(state["selected_options"]), ...objectsOf([state["selected_option"]])].map(
        ({ value }) => value,
      )
    : [];
  return (
    <div role={isRadio ? "radiogroup" : "group"} aria-labelledby={labelled?.by} class="choices">
      {objectsOf(element["options"]).map((option) => (
        <label key={stringOf(option["value"])}>
          <input
            type={isRadio ? "radio" : "checkbox"}
            name={`${blockId} ${actionId}`}
            checked={picked.includes(option["value"])}
            data-input
            onChange={() => {
              forgive?.(blockId);
              const { value } = option;
              void act("choose", { on, blockId, actionId, text: wordsOf(option["text"]), value });
            }}
          />
          <span>
            <Text of={option["text"]} />
            {option["description"] !== undefined && (
              <small>
                <Text of={option["description"]} />
              </small>
            )}
          </span>
        </label>
      ))}
    </div>
  );
}

import { stringOf } from "../json.ts";
import { useSession } from "../session.ts";
import { chosenAll } from "./chosen.ts";
import { Select } from "./select.tsx";
import { useSurface, type ElementProps } from "./surface.ts";

/** A multi-select: the chosen values, each removable, and a select for more. */
export function MultiSelect(props: ElementProps) {
  const { blockId, element, labelled } = props;
  const session = useSession();
  const surface = useSurface();
  const actionId = stringOf(element["action_id"]);
  const chosen = chosenAll(session, surface.values[blockId]?.[actionId]);
  const most = element["max_selected_items"];
  const full = typeof most === "number" && chosen.length >= most;
  return (
    <div class="several" role="group" aria-labelledby={labelled?.by}>
      {chosen.length > 0 && (
        <ul class="chosen">
          {chosen.map(({ text, value }) => (
            <li key={value}>
              {text}
              <button
                type="button"
                aria-label={`Take ${text} away`}
                onClick={() => {
                  surface.forgive?.(blockId);
                  void session.act("choose", { on: surface.on, blockId, actionId, text, value });
                }}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      {!full && <Select {...props} />}
    </div>
  );
}

import { useId } from "preact/hooks";
import type { Json } from "../../types.ts";
import { objectsOf, stringOf } from "../json.ts";
import { BlockElement } from "./element.tsx";
import { Text } from "./mrkdwn.tsx";
import { useSurface } from "./surface.ts";

/** An input with its label, its hint and its error. */
export function InputBlock({ block }: { readonly block: Json }) {
  const { errors } = useSurface();
  const id = useId();
  const blockId = stringOf(block["block_id"]);
  const error = errors[blockId];
  const [element] = objectsOf([block["element"]]);
  if (!element) return null;
  const labelled = { id, by: `${id}-label`, describedBy: `${id}-hint ${id}-error` };
  return (
    <div class="block-input" data-wrong={error !== undefined} data-block={blockId}>
      <label id={labelled.by} for={id}>
        <Text of={block["label"]} />
        {block["optional"] === true && <span class="optional"> (optional)</span>}
      </label>
      <BlockElement
        blockId={blockId}
        element={element}
        labelled={labelled}
        dispatches={block["dispatch_action"] === true}
      />
      {error !== undefined && (
        <p class="input-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
      {block["hint"] !== undefined && (
        <p class="input-hint" id={`${id}-hint`}>
          <Text of={block["hint"]} />
        </p>
      )}
    </div>
  );
}

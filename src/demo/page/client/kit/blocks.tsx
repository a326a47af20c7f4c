import type { Json } from "../../types.ts";
import { objectsOf, stringOf, wordsOf } from "../json.ts";
import { BlockElement } from "./element.tsx";
import { InputBlock } from "./input-block.tsx";
import { Table } from "./table.tsx";
import { Text } from "./mrkdwn.tsx";

/** Draws Block Kit. Unknown blocks are shown as unknown, not left out. */
export function Blocks({ blocks }: { readonly blocks: readonly Json[] }) {
  return (
    <div class="blocks">
      {blocks.map((block) => (
        <Block key={stringOf(block["block_id"])} block={block} />
      ))}
    </div>
  );
}

function Block({ block }: { readonly block: Json }) {
  const blockId = stringOf(block["block_id"]);
  switch (block["type"]) {
    case "header":
      return (
        <h3 class="block-header">
          <Text of={block["text"]} />
        </h3>
      );
    case "divider":
      return <hr />;
    case "section":
      return (
        <div class="block-section">
          <div class="section-words">
            {block["text"] !== undefined && (
              <p>
                <Text of={block["text"]} />
              </p>
            )}
            {objectsOf(block["fields"]).length > 0 && (
              <div class="fields">
                {objectsOf(block["fields"]).map((field, at) => (
                  <p key={at}>
                    <Text of={field} />
                  </p>
                ))}
              </div>
            )}
          </div>
          {objectsOf([block["accessory"]]).map((element) => (
            <div key="accessory" class="accessory">
              <BlockElement blockId={blockId} element={element} dispatches />
            </div>
          ))}
        </div>
      );
    case "context":
      return (
        <div class="block-context">
          {objectsOf(block["elements"]).map((element, at) =>
            element["type"] === "image" ? (
              <span key={at} class="image-word">
                [{stringOf(element["alt_text"])}]
              </span>
            ) : (
              <p key={at}>
                <Text of={element} />
              </p>
            ),
          )}
        </div>
      );
    case "actions":
      return (
        <div class="block-actions">
          {objectsOf(block["elements"]).map((element, at) => (
            <BlockElement
              key={`${stringOf(element["action_id"])} ${at}`}
              blockId={blockId}
              element={element}
              dispatches
            />
          ))}
        </div>
      );
    case "input":
      return <InputBlock block={block} />;
    case "table":
      return <Table block={block} />;
    default:
      return (
        <p class="unknown-block">
          A block of the type <code>{String(block["type"])}</code>, which this page does not draw.
          {wordsOf(block["text"])}
        </p>
      );
  }
}

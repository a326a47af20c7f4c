import type { Json } from "../../types.ts";
import { isObject, objectsOf, stringOf } from "../json.ts";
import { Emoji } from "./emoji-picture.tsx";

/** A table. Its first row is the heading, as in Slack. */
export function Table({ block }: { readonly block: Json }) {
  const [head = [], ...rows] = Array.isArray(block["rows"]) ? block["rows"].map(objectsOf) : [];
  return (
    <table class="block-table">
      <thead>
        <tr>
          {head.map((cell, at) => (
            <th key={at} scope="col">
              <Cell cell={cell} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, line) => (
          <tr key={line}>
            {row.map((cell, at) => (
              <td key={at}>
                <Cell cell={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The words of a cell. Nothing in them is formatting. */
function Cell({ cell }: { readonly cell: Json }) {
  if (cell["type"] !== "rich_text") return <>{stringOf(cell["text"])}</>;
  const pieces = objectsOf(cell["elements"]).flatMap(({ elements }) => objectsOf(elements));
  return (
    <>
      {pieces.map((piece, at) => {
        if (piece["type"] === "emoji") return <Emoji key={at} name={stringOf(piece["name"])} />;
        const text = stringOf(piece["text"]);
        const isBold = isObject(piece["style"]) && piece["style"]["bold"] === true;
        return isBold ? <strong key={at}>{text}</strong> : text;
      })}
    </>
  );
}

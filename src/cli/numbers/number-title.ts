import { titleOf } from "../../operations/shared/format-number.ts";
import type { NumberDocument } from "../../operations/documents/number-document.ts";

/** A number in a line: `Main line (+1 415 555 0100) at Cartesia prod`. */
export function numberTitle({ e164 = "", name, id, connection }: NumberDocument): string {
  return `${e164 === "" ? (name ?? id) : titleOf({ e164, name })} at ${connection.name}`;
}

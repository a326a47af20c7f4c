import type { StaticSelect, TableBlock } from "@slack/types";
import { isUnanswered } from "../../domain/numbers/phone-number.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import type { RestrictionsOf } from "../../operations/access/policy.ts";
import type { NumberList } from "../../operations/numbers/find-numbers.ts";
import { formatE164 } from "../../operations/shared/format-number.ts";
import { cut, escape, limits, menu } from "../block-kit/blocks.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { hasName, numberLabel, numberName } from "../block-kit/number-title.ts";
import { table, type TableRow } from "../block-kit/table.ts";
import { answering, restrictionWords } from "./number-line.ts";

/** The numbers of a list of up to so many each have a line with a button of their own: showing one is a press less. */
const mostWithButtons = 10;

/**
 * A page of a long list as a table, and a menu that shows one of its numbers. Undefined for a short list, and for what
 * Slack has no room for.
 */
export function numberTable(
  { numbers, total }: Pick<NumberList, "numbers" | "total">,
  accounts: VendorAccounts,
  policy: RestrictionsOf | undefined,
): { readonly table: TableBlock; readonly show: StaticSelect } | undefined {
  if (total <= mostWithButtons) return undefined;
  const entries = numbers.map(({ key, number }) => ({
    text: numberLabel(number),
    value: numberValue.encode(key),
  }));
  if (entries.some(({ value }) => value.length > limits.optionValue)) return undefined;
  const rows = numbers.map((listed): TableRow => {
    const { number, connection, key } = listed;
    const answers = answering(listed, accounts.vendor(connection.vendor));
    const digits = hasName(number) ? [formatE164(number.e164)] : [];
    const status = number.status && number.status !== "active" ? [number.status] : [];
    const where = [...digits, connection.name, ...status].map((part) => escape(cut(part, 60)));
    return [
      numberName(number),
      isUnanswered(number) ? { emoji: "warning", text: answers } : answers,
      [...where, ...restrictionWords(policy?.(key))].join(" · "),
    ];
  });
  const drawn = table(["Number", "Answered by", "Where"], rows);
  return drawn && { table: drawn, show: menu("show:menu", "Show a number", entries, "") };
}

import { pageLimit, type Account, type Call, type Stored } from "../fake.ts";

/** A page of items that follow a key. */
export interface RetellPage {
  readonly items: readonly unknown[];
  readonly has_more: boolean;
  readonly pagination_key?: string;
}

/** A page of `GET /v2/list-phone-numbers`, or undefined if the query is invalid. The key is the last number of a page. */
export function numberPage(
  call: Call,
  account: Account,
  show: (stored: Stored) => unknown,
): RetellPage | undefined {
  const allowed = new Set(["limit", "sort_order", "pagination_key"]);
  if ([...call.query.keys()].some((name) => !allowed.has(name))) return undefined;
  return pageAfter(
    call,
    [...account.numbers],
    ([id]) => id,
    ([, stored]) => show(stored),
  );
}

/** A page of a list, or undefined if the query is invalid. */
export function pageAfter<T>(
  call: Call,
  items: readonly T[],
  keyOf: (item: T) => string,
  show: (item: T) => unknown,
): RetellPage | undefined {
  const { query } = call;
  const limit = pageLimit(call, { otherwise: 50, max: 1000 });
  const order = query.get("sort_order") ?? "descending";
  const key = call.repeatPage ? null : query.get("pagination_key");
  const sorted = order === "ascending" ? items.toReversed() : items;
  const start = key === null ? 0 : sorted.findIndex((item) => keyOf(item) === key) + 1;
  const isValid = limit !== undefined && ["ascending", "descending"].includes(order);
  if (!isValid || (key !== null && start === 0)) return undefined;
  const page = sorted.slice(start, start + limit);
  const last = page.at(-1);
  const more = call.repeatPage || start + limit < sorted.length;
  return {
    items: page.map(show),
    has_more: more,
    ...(more && last !== undefined ? { pagination_key: keyOf(last) } : {}),
  };
}

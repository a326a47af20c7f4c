import type { KnownBlock } from "@slack/types";
import { z } from "zod";
import type { Run } from "../../domain/runs/run.ts";
import { actions, button, context } from "../block-kit/blocks.ts";
import { buttonValue, json } from "../block-kit/typed-value.ts";

/** How many numbers of a group are on a page: each may be a whole section with its manual steps. */
const numbersPerPage = 10;

const group = z.enum(["switched", "left"]);
/** The numbers that a run changes, and those that it leaves: each group has its own pages. */
export type PreviewGroup = z.infer<typeof group>;

const pagesShown = z.object({ switched: z.int().min(0), left: z.int().min(0) });
/** The page that is shown of each group. */
export type PagesShown = Readonly<z.infer<typeof pagesShown>>;
export const firstPages: PagesShown = { switched: 0, left: 0 };

/** The pages that a button turns to. */
export const previewPageValue = buttonValue(
  json(z.object({ id: z.string(), pages: pagesShown, isReturn: z.boolean() })),
);

/** A page of a group and its buttons; of a run that is not stored, the first page and how many are missing. */
export function pageOf<Item>(
  items: readonly Item[],
  of: PreviewGroup,
  pages: PagesShown,
  run: Partial<Pick<Run, "id" | "kind">>,
): { readonly shown: readonly Item[]; readonly turn: readonly KnownBlock[] } {
  const count = Math.max(1, Math.ceil(items.length / numbersPerPage));
  const at = Math.min(pages[of], count - 1);
  const shown = items.slice(at * numbersPerPage, (at + 1) * numbersPerPage);
  const { id, kind } = run;
  if (count === 1) return { shown, turn: [] };
  if (id === undefined) return { shown, turn: [context(`And ${items.length - shown.length} more.`)] };
  const to = (page: number): string =>
    previewPageValue.encode({ id, pages: { ...pages, [of]: page }, isReturn: kind === "back" });
  const buttons = [
    ...(at > 0 ? [button(`preview:${of}:previous`, "Previous", to(at - 1))] : []),
    ...(at < count - 1 ? [button(`preview:${of}:next`, "Next", to(at + 1))] : []),
  ];
  return { shown, turn: [context(`Page ${at + 1} of ${count}`), actions(buttons)] };
}

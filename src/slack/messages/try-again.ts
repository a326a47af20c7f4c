import type { Button } from "@slack/types";
import type { ChangeKind } from "../../domain/change.ts";
import { button } from "../block-kit.ts";
import { wishText, type Wish } from "../wish.ts";

/** A way to ask for the same change once more. It sends nothing: it opens a form of its own, with its own now → after. */
export function tryAgainButton(verb: ChangeKind, wish: Wish): Button {
  return button("open_form", "Try again", wishText({ verb, wish }));
}

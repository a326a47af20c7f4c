import type { Button } from "@slack/types";
import { runTitle, type Run, type RunKind } from "../../domain/runs/run.ts";
import { button, cut } from "../block-kit/blocks.ts";
import { confirmed } from "../block-kit/confirmed.ts";

const switched =
  "Numbers that are switched stay switched until somebody takes them back. The others stay as they are.";
/** What stays where when a run of each kind is stopped. */
const stays: Readonly<Record<RunKind, string>> = {
  failover: switched,
  practice: switched,
  back: `Numbers that are back stay with their agents. The others stay switched: “Fail back…” puts them back later.`,
  revert: "Numbers that were put back stay that way. The others stay as they are.",
  routes: "Numbers that were changed stay that way. The others stay as they are.",
};

/** The button that ends a run where it is. It asks first, because a stopped run cannot be continued. */
export function stopButton(run: Pick<Run, "id" | "kind" | "incident" | "terms">): Button {
  return confirmed(button("run:stop", "Stop", run.id, "danger"), {
    title: cut(`Stop ${runTitle(run)}?`, 100),
    text: `${stays[run.kind]} A stopped run cannot be continued, a paused one can.`,
    yes: "Stop",
    style: "danger",
  });
}

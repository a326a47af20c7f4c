import type { AllMiddlewareArgs } from "@slack/bolt";
import type { SlackBody } from "./parse-request.ts";
import type { Installed } from "../context/installed.ts";
import type { Incoming } from "./handler.ts";

/** Converts a request from Bolt for the wrapper around listeners. */
export function incoming<Answer>(
  kind: Incoming<Answer>["kind"],
  act: string,
  body: unknown,
  context: AllMiddlewareArgs["context"],
  ack: (answer?: Answer) => Promise<void>,
): Incoming<Answer> {
  return {
    kind,
    act,
    body: body as SlackBody,
    installed: context["installed"] as Installed | undefined,
    arrivedAtMs: arrivedAtMs(context),
    ack,
  };
}

/** When a request arrived, by `performance.now()`; now if the receiver did not say. */
export function arrivedAtMs(context: AllMiddlewareArgs["context"]): number {
  const arrived: unknown = context["arrivedAtMs"];
  return typeof arrived === "number" ? arrived : performance.now();
}

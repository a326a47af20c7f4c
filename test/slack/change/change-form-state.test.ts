import { expect, it } from "vitest";
import { isProblem } from "../../../src/domain/problem/problem.ts";
import { changeFormState } from "../../../src/slack/change/change-form-state.ts";
import { isFormOutOfDate, readFrom } from "../../../src/slack/forms/private-metadata.ts";

// D9
it("reads back what it wrote, however long", () => {
  const state = { verb: "reassign", from: {}, revision: 0, wish: { reason: "&".repeat(3_000) } } as const;
  expect(changeFormState.parse(changeFormState.encode(state))).toEqual(state);
});

// D9
it.each(["", "not JSON", "{}", '{"kept":"form_1"}'])(
  "says that a form is out of date which carries “%s”",
  (text) => {
    let met: unknown;
    try {
      changeFormState.parse(text);
    } catch (error) {
      met = error;
    }
    expect(isProblem(met) && isFormOutOfDate(met)).toBe(true);
  },
);

// D9
it("knows the conversation of a form whose state is stored on the server", () => {
  expect(readFrom('{"kept":"form_1","from":{"channelId":"C1"}}')).toEqual({ channelId: "C1" });
});
